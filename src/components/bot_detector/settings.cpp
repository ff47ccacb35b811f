#include "components/bot_detector/settings.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::uint32_t kCacheMax = 1'000'000;

template <auto Member>
void read_names(const Value& value, BotSettings& bots) {
    reading::strict::read(value, bots.*Member);
    std::sort((bots.*Member).begin(), (bots.*Member).end());
}

void read_patterns(const Value& value, BotSettings& bots) {
    if (!reading::strict::expect(value, json::Kind::Array, "a list of regular expressions")) {
        return;
    }
    for (const std::uint32_t index : value.node.elements) {
        const Value element = value.element(index);
        std::string pattern;
        reading::strict::read(element, pattern);
        if (element.node.kind != json::Kind::String) {
            continue;
        }
        if (const auto added = bots.patterns.add(pattern); !added) {
            element.error("bad-value",
                          reading::quoted(pattern) +
                              " is no regular expression of RE2: " + added.error().detail);
        }
        bots.written_patterns.push_back(std::move(pattern));
    }
}

void read_cache_size(const Value& value, BotSettings& bots) {
    std::uint32_t size = 0;
    reading::strict::read(value, size);
    if (value.node.kind == json::Kind::Number && reading::in_range(value, size, 0, kCacheMax)) {
        bots.cache_size = size;
    }
}

constexpr reading::Field<BotSettings> kFields[] = {
    {"allow", read_names<&BotSettings::allow>},
    {"deny", read_names<&BotSettings::deny>},
    {"patterns", read_patterns},
    {"cache_size", read_cache_size},
    {"empty_user_agent_is_bot", reading::strict::set<&BotSettings::empty_is_bot>},
};

bool has(const std::vector<std::string>& sorted, std::string_view name) {
    return std::binary_search(sorted.begin(), sorted.end(), name);
}

}  // namespace

BotSettings::Listed BotSettings::listed(std::string_view user_agent) const {
    if (user_agent.empty()) {
        return empty_is_bot ? Listed::Bot : Listed::Welcome;
    }
    if (has(allow, user_agent)) {
        return Listed::Welcome;
    }
    return has(deny, user_agent) ? Listed::Bot : Listed::No;
}

bool BotSettings::is_bot(std::string_view user_agent) const {
    const Listed found = listed(user_agent);
    return found == Listed::Bot ||
           (found == Listed::No && !patterns.empty() && patterns.matches(user_agent));
}

std::shared_ptr<const reading::Settings> read_bot_detector(const Value& value) {
    auto bots = std::make_shared<BotSettings>();
    reading::read_fields(
        value, {.what = "`security/bot-detector`", .keys = reading::Keys::Exact, .fields = kFields},
        *bots);
    if (const auto closed = bots->patterns.close(); !closed) {
        value.error("bad-value", "`patterns`: " + closed.error().detail, "write fewer of them");
        return nullptr;
    }
    return bots;
}

}  // namespace aggregator::components
