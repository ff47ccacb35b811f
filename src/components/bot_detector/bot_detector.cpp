#include "components/bot_detector/bot_detector.hpp"

#include <utility>

#include <aggregator/component/refusal.hpp>

#include "components/bot_detector/decisions.hpp"
#include "components/bot_detector/rules.hpp"
#include "components/bot_detector/schema.hpp"
#include "components/bot_detector/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "security/bot-detector";

class BotGate final : public http::Service {
public:
    BotGate(const component::Wiring& wiring, const BotSettings& bots, http::Service& inner)
        : bots_(bots),
          refusals_(wiring, kName, base::Code::Bot),
          decisions_(bots.patterns.empty() ? 0 : bots.cache_size, wiring.loop.random()),
          inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        const http::Field* const agent = http::find(request.headers, "User-Agent");
        return is_bot(agent == nullptr ? std::string_view() : agent->value)
                   ? refusals_.refuse(request, "clients of this kind are not served",
                                      std::move(done))
                   : inner_.call(request, std::move(done));
    }

private:
    bool is_bot(std::string_view user_agent) {
        const BotSettings::Listed listed = bots_.listed(user_agent);
        if (listed != BotSettings::Listed::No || bots_.patterns.empty()) {
            return listed == BotSettings::Listed::Bot;
        }
        if (const auto known = decisions_.find(user_agent)) {
            return *known == Decisions::Verdict::Bot;
        }
        const bool bot = bots_.patterns.matches(user_agent);
        decisions_.remember(user_agent,
                            bot ? Decisions::Verdict::Bot : Decisions::Verdict::Welcome);
        return bot;
    }

    const BotSettings& bots_;
    component::Refusals refusals_;
    Decisions decisions_;
    http::Service& inner_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const bots = component::settings_at<BotSettings>(wiring, kName);
    return bots == nullptr ? nullptr : std::make_unique<BotGate>(wiring, *bots, inner);
}

}  // namespace

constinit const component::Component kBotDetector{
    .reader = {kName, reading::InService | reading::InEndpoint, read_bot_detector},
    .schema = bot_detector_schema,
    .wrap = wrap,
    .rules = kBotDetectorRules,
};

}  // namespace aggregator::components
