#include "components/bot_detector/settings.hpp"

#include <string>

#include <doctest/doctest.h>

#include "components/bot_detector/decisions.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using components::Decisions;
using Verdict = Decisions::Verdict;

namespace {

std::string configured(const std::string& at_service, const std::string& at_endpoint = {},
                       const std::string& router = {}) {
    const auto section = [](const std::string& keys) {
        return keys.empty() ? "" : R"("security/bot-detector":)" + keys;
    };
    return R"({"version":3,"host":["http://b"],"extra_config":{)" + router + section(at_service) +
           R"(},"endpoints":[{"endpoint":"/a","extra_config":{)" + section(at_endpoint) +
           R"(},"backend":[{"url_pattern":"/"},{"url_pattern":"/s","extra_config":{"proxy":)"
           R"({"shadow":true}}}]}]})";
}

testing::Ask from(std::string agent, std::string target = "/a") {
    return {.target = std::move(target), .headers = {{"User-Agent", std::move(agent)}}};
}

}  // namespace

TEST_CASE("bot detector: decisions are found until others make room for them") {
    Decisions decisions(2, 7);
    CHECK_FALSE(decisions.find("a"));
    decisions.remember("a", Verdict::Bot);
    decisions.remember("b", Verdict::Welcome);
    CHECK(decisions.find("a") == Verdict::Bot);
    decisions.remember("c", Verdict::Bot);  // `b` was not asked for the longest
    CHECK(decisions.size() == 2);
    CHECK_FALSE(decisions.find("b"));
    CHECK(decisions.find("a") == Verdict::Bot);
    CHECK(decisions.find("c") == Verdict::Bot);
    decisions.remember("b", Verdict::Welcome);
    CHECK_FALSE(decisions.find("a"));
    CHECK(decisions.find("b") == Verdict::Welcome);
}

TEST_CASE("bot detector: however many names come, no more decisions are kept than are to be") {
    Decisions decisions(5, 1);
    for (int i = 0; i < 1000; ++i) {
        const std::string name = std::to_string(i * 7 % 13);
        const auto verdict = i * 7 % 13 % 2 == 1 ? Verdict::Bot : Verdict::Welcome;
        if (const auto known = decisions.find(name)) {
            REQUIRE(*known == verdict);
        } else {
            decisions.remember(name, verdict);
        }
        REQUIRE(decisions.size() <= 5);
    }
    CHECK(decisions.size() == 5);
}

TEST_CASE("bot detector: nothing is kept without room, nor of long names") {
    Decisions none(0, 1);
    none.remember("a", Verdict::Bot);
    CHECK_FALSE(none.find("a"));
    Decisions decisions(4, 1);
    const std::string longest(Decisions::kNameBytesMax, 'a');
    decisions.remember(longest + "a", Verdict::Bot);
    CHECK(decisions.size() == 0);
    decisions.remember(longest, Verdict::Bot);
    CHECK(decisions.find(longest) == Verdict::Bot);
}

TEST_CASE("bot detector: who is welcome is served, whatever the other keys say") {
    components::BotSettings bots;
    bots.allow = {"a", "nice-bot"};
    bots.deny = {"a", "b"};
    REQUIRE(bots.patterns.add("bot"));
    REQUIRE(bots.patterns.close());
    CHECK_FALSE(bots.is_bot("a"));
    CHECK_FALSE(bots.is_bot("nice-bot"));
    CHECK(bots.is_bot("b"));
    CHECK_FALSE(bots.is_bot("B"));
    CHECK(bots.is_bot("a bot 1.0"));
    CHECK_FALSE(bots.is_bot("a Bot 1.0"));
    CHECK_FALSE(bots.is_bot(""));
    bots.empty_is_bot = true;
    CHECK(bots.is_bot(""));
}

TEST_CASE("bot detector: a bot gets 403, and neither backends nor shadows are asked") {
    for (const bool at_service : {true, false}) {
        const std::string keys = R"({"patterns":["bot"],"cache_size":2})";
        testing::Gateway gateway(at_service ? configured(keys) : configured({}, keys));
        for (int i = 0; i < 3; ++i) {
            const auto reply = gateway.ask(from("a bot"));
            CHECK(reply.status == 403);
            CHECK(reply.body.empty());
            CHECK(reply.header("X-Aggregator-Error") == "bot");
            CHECK(reply.header("Cache-Control") == "no-store");
            CHECK(reply.header("Content-Type").empty());
            CHECK(reply.header("X-Aggregator").empty());
        }
        CHECK(gateway.backend().seen.empty());
        gateway.script(0, {.body = "{}"});
        CHECK(gateway.fakes.back()->shadows[0][0]->seen.empty());
        CHECK(gateway.ask(from("a browser")).status == 200);
        CHECK(gateway.fakes.back()->shadows[0][0]->seen.size() == 1);
        CHECK(gateway.counters.errors[static_cast<std::size_t>(base::Code::Bot)].value() == 3);
    }
}

TEST_CASE("bot detector: the service's is for misses too, and not for the health check") {
    testing::Gateway gateway(configured(R"({"deny":["b"]})"));
    CHECK(gateway.ask(from("b", "/none")).status == 403);
    CHECK(gateway.ask(from("c", "/none")).status == 404);
    CHECK(gateway.ask(from("b", "/__health")).status == 200);
}

TEST_CASE("bot detector: an endpoint's own is for that endpoint, behind the service's") {
    testing::Gateway gateway(configured(R"({"deny":["b"],"allow":["c"]})", R"({"deny":["c"]})"));
    CHECK(gateway.ask(from("b")).status == 403);
    CHECK(gateway.ask(from("c")).status == 403);
    CHECK(gateway.ask(from("c", "/none")).status == 404);
    gateway.script(0, {.body = "{}"});
    CHECK(gateway.ask(from("d")).status == 200);
}

TEST_CASE("bot detector: a refusal tells what happened where details are shown") {
    testing::Gateway plain(
        configured(R"({"deny":["b"]})", {}, R"("router":{"return_error_msg":true},)"));
    CHECK(plain.ask(from("b")).body == "clients of this kind are not served");
    testing::Gateway problem(
        configured(R"({"deny":["b"]})", {}, R"("router":{"error_format":"problem"},)"));
    CHECK(problem.ask(from("b")).body ==
          R"({"type":"about:blank","title":"Forbidden","status":403,"code":"bot"})");
}

TEST_CASE("bot detector: keys of version 2 are refused with the names that they have now") {
    for (const auto& [older, now] :
         {std::pair("whitelist", "allow"), std::pair("blacklist", "deny")}) {
        const std::string text = configured("{\"" + std::string(older) + R"(":["a"]})");
        const auto loaded = config::load_text(text, "test.json", {}, component::readers());
        REQUIRE(loaded.diagnostics.size() == 1);
        const reading::Diagnostic& told = loaded.diagnostics.front();
        CHECK(told.severity == reading::Severity::Error);
        CHECK(told.rule == "unknown-key");
        CHECK(told.message.ends_with("it has no effect"));
        CHECK(told.hint.starts_with("it is called `" + std::string(now) + "` since version 3"));
    }
}
