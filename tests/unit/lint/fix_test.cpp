#include <doctest/doctest.h>

#include <random>

#include <aggregator/lint/fix.hpp>

#include "lint/meaning.hpp"

using namespace aggregator;
using reading::Diagnostic;
using reading::Edits;

namespace {

constexpr const char* kName = "a.json";

lint::Fix fix(const std::string& text, const lint::Choices& choices = {}) {
    return lint::fix(kName, {}, choices, {{kName, text}});
}

std::string fixed(const std::string& text) {
    const lint::Fix made = fix(text);
    CHECK_FALSE(made.refused);
    return made.files.empty() ? text : made.files.front().after;
}

Diagnostic finding(Edits repair) {
    Diagnostic made;
    made.repair = std::move(repair);
    return made;
}

/// What a running gateway would see of a configuration.
std::string plan_of(const std::string& text) {
    const config::Loaded loaded = config::load_text(text, kName);
    reading::Diagnostics findings;
    const auto plan = plan::compile(loaded, findings);
    REQUIRE(plan != nullptr);
    std::string out = std::to_string(plan->service.timeout.count()) + ' ' +
                      std::to_string(plan->service.router.hide_version_header);
    for (const plan::Endpoint& endpoint : plan->endpoints) {
        out += '\n' + endpoint.method + ' ' + endpoint.pattern + ' ' + endpoint.cache_control +
               ' ' + std::to_string(endpoint.timeout.count());
        for (const auto* const backends : {&endpoint.backends, &endpoint.shadows}) {
            for (const plan::Backend& backend : *backends) {
                out += "\n  " + backend.method + ' ' + backend.pattern + ' ' +
                       std::to_string(backend.shadow) + ' ' +
                       std::to_string(backend.shadow_timeout.count()) + ' ' +
                       std::to_string(backend.returns_error_code);
                for (const plan::Host& host : backend.hosts) {
                    out += ' ' + host.authority + host.prefix;
                }
                for (const auto& branch : backend.shape.allow.branches) {
                    out += " +" + branch.key;
                }
            }
        }
    }
    return out;
}

/// Configurations that are made of spellings that can be repaired.
class Writer {
public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::string service() {
        std::string text = R"({"version": 3, )" + pick({"", "// why\n", "/* [,] */ "}) +
                           R"("timeout": )" + duration();
        if (chance()) {
            text += R"(, "extra_config": {)" +
                    pick({R"("router")", R"("github_com/luraproject/lura/router/gin")"}) +
                    R"(: {"hide_version_header": true}})";
        }
        const int count = number(1, 3);
        text += R"(, "endpoints": )";
        if (count == 1) {
            return text + (chance() ? endpoint(0) : '[' + endpoint(0) + end(']')) + end('}');
        }
        text += '[';
        for (int i = 0; i < count; ++i) {
            text += (i == 0 ? "" : ",\n  ") + endpoint(i);
        }
        return text + end(']') + end('}');
    }

private:
    std::string endpoint(int index) {
        std::string text = R"({"endpoint": "/e)" + std::to_string(index) + R"(", "timeout": )" +
                           duration() + R"(, "input_headers": )" + headers() +
                           R"(, "cache_ttl": )" + duration();
        const bool single = chance();
        text += R"(, "backend": )" + (single ? backend(false) : '[' + backend(false));
        if (!single) {
            text += (chance() ? ", " + backend(true) : "") + end(']');
        }
        return text + end('}');
    }

    std::string backend(bool shadow) {
        std::string text =
            R"({"host": )" + list(R"("http://h)" + std::to_string(number(0, 9)) + R"(.internal")");
        text += R"(, "url_pattern": "/x", "input_query_strings": )" +
                pick({R"("a")", R"(["a", "a"])", R"(["a" /* x */, "b", "a"])", "[]"});
        if (!shadow && chance()) {
            text += R"(, "allow": )" + list(R"("id")");
        }
        if (shadow) {
            text += R"(, "extra_config": {)" +
                    pick({R"("proxy")", R"("github.com/devopsfaith/krakend/proxy")"}) +
                    R"(: {"shadow": true, "shadow_timeout": )" + duration() + "}}";
        } else if (chance()) {
            text += R"(, "extra_config": {"github.com/devopsfaith/krakend/http": )"
                    R"({"return_error_code": true}})";
        }
        return text + end('}');
    }

    std::string duration() {
        return pick({R"("1.5s")", R"("1h30m")", R"("2s")", R"("0.25s")", R"("+90s")", R"("1m0s")"});
    }
    std::string headers() {
        return pick({R"("Accept")", R"(["Accept", "accept"])", R"(["X-A","X-B","x-a","X-B",])",
                     R"(["Accept", "X-A"])"});
    }
    std::string list(const std::string& element) {
        return chance() ? element : '[' + element + end(']');
    }
    std::string end(char closer) { return pick({"", " ", ",", " ,\n "}) + closer; }

    bool chance() { return number(0, 1) == 1; }
    int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    std::string pick(const std::vector<std::string>& choices) {
        return choices[static_cast<std::size_t>(number(0, static_cast<int>(choices.size()) - 1))];
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("repair: edits of several findings are all made, whatever their order") {
    const auto made = lint::repair("abcdef", {finding({{4, 1, "E"}}), finding({{0, 1, "A"}})});
    CHECK(made.text == "AbcdEf");
    CHECK(made.count == 2);
}

TEST_CASE("repair: a finding whose edits touch an earlier one's is left whole") {
    const auto made =
        lint::repair("abcdef", {finding({{2, 2, "-"}}), finding({{0, 1, "A"}, {4, 0, "+"}})});
    CHECK(made.text == "ab-ef");
    CHECK(made.count == 1);
}

TEST_CASE("repair: edits around others are made together with them") {
    const auto made =
        lint::repair("{abc}", {finding({{0, 0, "["}, {5, 0, "]"}}), finding({{2, 1, ""}})});
    CHECK(made.text == "[{ac}]");
}

TEST_CASE("repair: edits that are out of order or behind the end are not made") {
    CHECK(lint::repair("abc", {finding({{2, 1, ""}, {0, 1, ""}})}).text == "abc");
    CHECK(lint::repair("abc", {finding({{2, 2, ""}})}).text == "abc");
    CHECK(lint::repair("abc", {finding({})}).count == 0);
}

TEST_CASE("fix: comments, layout and the order of keys stay as they are") {
    CHECK(fixed("{ // shop\n\t\"timeout\":\"1.5s\",\r\n  \"version\" : 3}\n") ==
          "{ // shop\n\t\"timeout\":\"1500ms\",\r\n  \"version\" : 3}\n");
}

TEST_CASE("fix: what was found in the files before is known too") {
    const lint::Fix made = fix(R"({"version": 3, "timeout": "1.5s"})");
    REQUIRE(made.first.findings.size() == 1);
    CHECK(made.first.findings.front().rule == "duration-spelling");
    CHECK(made.result.findings.empty());
}

TEST_CASE("fix: repairs that touch each other are made in rounds") {
    CHECK(fixed(R"({"version": 3, "endpoints": {"endpoint": "/a", "input_headers": )"
                R"(["A", "a", "a",], "backend": {"host": "http://a.internal"}}})") ==
          R"({"version": 3, "endpoints": [{"endpoint": "/a", "input_headers": )"
          R"(["A"], "backend": [{"host": ["http://a.internal"]}]}]})");
}

TEST_CASE("fix: an older name becomes the short one, also where nothing else is wrong") {
    CHECK(fixed(R"({"version": 3, "extra_config": )"
                R"({"github_com/luraproject/lura/router/gin": {"hide_version_header": true}}})") ==
          R"({"version": 3, "extra_config": {"router": {"hide_version_header": true}}})");
}

TEST_CASE("fix: a rule that is off repairs nothing") {
    const std::string text = R"({"version": 3, "timeout": "1.5s"})";
    CHECK(fix(text).repaired == 1);
    CHECK(fix(text, {{"duration-spelling", std::nullopt}}).files.empty());
}

TEST_CASE("fix: a configuration that cannot be loaded stays as it is") {
    const lint::Fix made = fix(R"({"version": 2, "timeout": "1.5s"})");
    CHECK(made.files.empty());
    CHECK(made.repaired == 0);
    CHECK(reading::has_errors(made.result.findings));
}

TEST_CASE("fix: files in other formats stay as they are") {
    const std::string yaml =
        "version: 3\ntimeout: 1.5s\nhost: http://a.internal\n"
        "extra_config: {github_com/luraproject/lura/router/gin: {}}\n";
    CHECK(lint::fix("a.yaml", {}, {}, {{"a.yaml", yaml}}).files.empty());
}

TEST_CASE("fix: more is repaired than is told one by one") {
    constexpr std::size_t kCount = 2 * lint::Findings::kFindingsMax;
    std::string text = R"({"version": 3, "endpoints": [)";
    for (std::size_t i = 0; i < kCount; ++i) {
        text += std::string(i == 0 ? "" : ",\n") + R"({"endpoint": "/e)" + std::to_string(i) +
                R"(", "timeout": "1.5s", "backend": [{"host": ["http://a.internal"]}]})";
    }
    const lint::Fix made = fix(text + "]}");
    CHECK(made.repaired == kCount);
    REQUIRE(made.files.size() == 1);
    CHECK(made.files.front().after.find("1.5s") == std::string::npos);
    CHECK(made.result.findings.empty());
}

TEST_CASE("meaning: every value counts, but neither places nor names that stand twice do") {
    const auto loaded = [](const std::string& members) {
        return config::load_text(
            R"({"version": 3, "endpoints": [{"endpoint": "/a", )" + members + "}]}", kName);
    };
    const std::string backend = R"("backend": [{"host": ["http://a"], "deny": ["x"]}])";
    const config::Loaded one = loaded(R"("input_headers": ["A", "B"], )" + backend);
    const auto means_one = [&](const std::string& members) {
        const config::Loaded other = loaded(members);
        REQUIRE(other.service);
        return lint::mean_the_same(*one.service, *other.service);
    };
    REQUIRE(one.service);
    CHECK(means_one(R"( "input_headers" : ["A", "B", "a"], )" + backend));
    CHECK_FALSE(means_one(R"("input_headers": ["B", "A"], )" + backend));
    CHECK_FALSE(means_one(R"("input_headers": ["A", "B"], "timeout": "1s", )" + backend));
    CHECK_FALSE(means_one(R"("input_headers": ["A", "B"], )"
                          R"("backend": [{"host": ["http://a"], "deny": ["y"]}])"));
}

TEST_CASE("fix: done again it changes nothing, and the plan stays the same") {
    std::size_t repaired = 0;
    for (unsigned seed = 0; seed < 500; ++seed) {
        const std::string before = Writer(seed).service();
        CAPTURE(before);
        const lint::Fix made = fix(before);
        REQUIRE(made.result.loaded.service);
        CHECK_FALSE(made.refused);
        const std::string after = made.files.empty() ? before : made.files.front().after;
        CAPTURE(after);
        const lint::Fix again = fix(after);
        CHECK(again.files.empty());
        CHECK(again.repaired == 0);
        CHECK(plan_of(after) == plan_of(before));
        for (const Diagnostic& left : made.result.findings) {
            CHECK(left.repair.empty());
        }
        repaired += made.repaired;
    }
    CHECK(repaired > 1000);
}

TEST_CASE("diff: a changed line stands between three others") {
    CHECK(lint::to_diff({"a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n"}) ==
          "--- a\n+++ a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n");
}

TEST_CASE("diff: lines that go, the end without a line break, and no difference") {
    CHECK(lint::to_diff({"a", "1\n2\n3", "1\n3"}) ==
          "--- a\n+++ a\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n\\ No newline at end of file\n");
    CHECK(lint::to_diff({"a", "1", "2"}) ==
          "--- a\n+++ a\n@@ -1,1 +1,1 @@\n-1\n\\ No newline at end of file\n"
          "+2\n\\ No newline at end of file\n");
    CHECK(lint::to_diff({"a", "1\n", "1\n"}).empty());
}
