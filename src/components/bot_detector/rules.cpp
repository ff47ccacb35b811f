#include "components/bot_detector/rules.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "components/bot_detector/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

/// What browsers of people say.
constexpr std::string_view kBrowsers[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
};

template <typename Show>
void each_section(const lint::Subject& subject, const Show& show) {
    lint::for_each_section(subject, "security/bot-detector", [&show](const Configured& one) {
        show(one, static_cast<const BotSettings&>(*one.settings));
    });
}

/// The browser that an expression takes for a bot; empty if there is none.
std::string_view browser_fitting(const std::string& pattern) {
    plan::PatternSet one(plan::PatternSet::Match::Anywhere);
    if (!one.add(pattern) || !one.close()) {
        return {};
    }
    const auto* const found =
        std::find_if(std::begin(kBrowsers), std::end(kBrowsers),
                     [&one](std::string_view browser) { return one.matches(browser); });
    return found == std::end(kBrowsers) ? std::string_view() : *found;
}

void check_patterns(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject, [&findings](const Configured& place, const BotSettings& bots) {
        for (std::size_t i = 0; i < bots.written_patterns.size(); ++i) {
            const std::string& pattern = bots.written_patterns[i];
            if (const auto browser = browser_fitting(pattern); !browser.empty()) {
                findings.at(place.source, {"patterns", i},
                            reading::quoted(pattern) + " takes the browsers of people for bots: " +
                                reading::quoted(browser),
                            "narrow the expression; it is looked for anywhere in the User-Agent");
            }
        }
    });
}

void check_written(const lint::Subject& subject, lint::Findings& findings) {
    each_section(subject, [&findings](const Configured& place, const BotSettings& bots) {
        if (bots.deny.empty() && bots.written_patterns.empty() && !bots.empty_is_bot) {
            findings.at(place.source, {""},
                        "`security/bot-detector` refuses nobody: it has neither `deny` nor "
                        "`patterns`",
                        "list bots in `deny` or `patterns`, or remove the section");
        }
    });
}

}  // namespace

constinit const lint::Rule kBotDetectorWithoutRules = {
    .name = "bot-detector-without-rules",
    .severity = lint::Severity::Warning,
    .summary = "`security/bot-detector` refuses nobody",
    .explanation =
        R"(Who is a bot is said by `deny`, `patterns` and `empty_user_agent_is_bot`. Without
any of them the section has no effect; `allow` alone makes exceptions of nothing.

Bad:
    "security/bot-detector": { "allow": ["nice-bot/1.4"] }

Good:
    "security/bot-detector": { "allow": ["nice-bot/1.4"], "patterns": ["(?i)bot"] })",
    .check = check_written,
};

constinit const lint::Rule kBotPatternTooWide = {
    .name = "bot-pattern-too-wide",
    .severity = lint::Severity::Warning,
    .summary = "a pattern of `security/bot-detector` fits the browsers of people",
    .explanation =
        R"(An expression of `patterns` is looked for anywhere in the User-Agent, and nearly
every browser calls itself Mozilla, and many AppleWebKit, Gecko, Chrome and Safari.
What fits those keeps people out.

Bad:
    "security/bot-detector": { "patterns": [".*"] }

Good:
    "security/bot-detector": { "patterns": ["^curl/", "(?i)scrapy"] })",
    .check = check_patterns,
};

}  // namespace aggregator::components
