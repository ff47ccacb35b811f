#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <aggregator/lint/rule.hpp>

using namespace aggregator;
using lint::Rule;

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Adds what the expression's first group matches anywhere in the text.
void add_matches(const std::string& text, const char* expression, std::set<std::string>& names) {
    const std::regex wanted(expression);
    for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at) {
        names.insert((*at)[1]);
    }
}

/// The names of rules in calls that make diagnostics, in the sources of a room.
void add_told_in(const std::string& room, std::set<std::string>& names) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(TESTS_DIR) / "../src" / room)) {
        const std::string text = entry.is_regular_file() ? read(entry.path()) : std::string();
        add_matches(text, R"re((?:error|warn)\(\s*"([a-z-]+)")re", names);
        add_matches(text, R"re((?:error|warn)_at\(\s*\w+,\s*"([a-z-]+)")re", names);
        add_matches(text, R"re(\.at\(\s*(?:"\w+"|\w+|\{[^}]*\}),\s*"([a-z-]+)")re", names);
        add_matches(text, R"re(about_(?:file|variable)\(\s*[^;"]*?,\s*"([a-z-]+)")re", names);
        add_matches(text, R"re(\brule = "([a-z-]+)")re", names);
        add_matches(text, R"re(\bkey_of\(\s*\w+,\s*"([a-z-]+)")re", names);
    }
}

}  // namespace

TEST_CASE("rules: they are in alphabetical order and found by name") {
    const auto all = lint::rules();
    CHECK(std::is_sorted(all.begin(), all.end(),
                         [](const Rule* a, const Rule* b) { return a->name < b->name; }));
    for (const Rule* const rule : all) {
        CHECK(lint::find_rule(rule->name) == rule);
    }
    CHECK(lint::find_rule("no-such-rule") == nullptr);
    CHECK(lint::find_rule("zzz") == nullptr);
    CHECK(lint::closest_rule("unkown-key") == lint::find_rule("unknown-key"));
    CHECK(lint::closest_rule("something-else-entirely") == nullptr);
}

TEST_CASE("rules: each is named in kebab-case and explained with a bad and a good example") {
    const std::regex kebab("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    for (const Rule* const rule : lint::rules()) {
        CAPTURE(rule->name);
        CHECK(std::regex_match(rule->name.begin(), rule->name.end(), kebab));
        CHECK(!rule->summary.empty());
        CHECK(rule->summary.size() <= 80);
        CHECK(rule->summary.find('\n') == std::string_view::npos);
        CHECK(rule->explanation.find("Bad:\n") != std::string_view::npos);
        CHECK(rule->explanation.find("Good:\n") != std::string_view::npos);
        CHECK(rule->explanation.back() != '\n');
    }
}

TEST_CASE("rules: whatever is told while a configuration is loaded or compiled has an entry") {
    std::set<std::string> told = {"too-many", "unknown-rule"};
    for (const char* const room : {"reading", "config", "plan", "components"}) {
        add_told_in(room, told);
    }
    add_matches(read(fs::path(TESTS_DIR) / "../src/app/tls_findings.cpp"),
                R"re(\{"([a-z-]+)", Severity::)re", told);
    CHECK(told.count("bad-duration") + told.count("route-conflict") + told.count("syntax") == 3);
    for (const std::string& name : told) {
        CAPTURE(name);
        const Rule* const rule = lint::find_rule(name);
        REQUIRE(rule != nullptr);
        CHECK((rule->check == nullptr));
    }
    for (const Rule* const rule : lint::rules()) {
        CAPTURE(rule->name);
        CHECK((rule->check != nullptr || told.count(std::string(rule->name)) == 1));
    }
}
