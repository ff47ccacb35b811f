#include "components/hedge/settings.hpp"

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::uint32_t kPercentMax = 100;

void read_after(const Value& value, HedgeSettings& hedge) {
    if (value.node.kind == json::Kind::String && value.node.text == "p95") {
        hedge.by_latency = true;
        return;
    }
    reading::strict::read_positive(value, hedge.after);
}

template <auto Member, std::uint32_t High>
void read_count(const Value& value, HedgeSettings& hedge) {
    std::uint32_t number = 1;
    reading::strict::read(value, number);
    if (reading::in_range(value, number, 1, High)) {
        hedge.*Member = number;
    }
}

constexpr reading::Field<HedgeSettings> kFields[] = {
    {"after", read_after},
    {"max", read_count<&HedgeSettings::max, HedgeSettings::kMax>},
    {"budget", read_count<&HedgeSettings::budget, kPercentMax>},
};

}  // namespace

std::shared_ptr<const reading::Settings> read_hedge(const Value& value) {
    auto hedge = std::make_shared<HedgeSettings>();
    reading::read_fields(
        value, {.what = "`backend/hedge`", .keys = reading::Keys::Exact, .fields = kFields},
        *hedge);
    if (value.node.kind == json::Kind::Object && !reading::member_of(value, "after")) {
        value.error("bad-value",
                    "`backend/hedge`: expected `after`, the time after which a second call begins",
                    R"(for instance "after": "50ms", or "after": "p95")");
    }
    return hedge;
}

}  // namespace aggregator::components
