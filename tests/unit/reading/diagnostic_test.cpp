#include <doctest/doctest.h>

#include <aggregator/reading/diagnostic.hpp>

using namespace aggregator::reading;

namespace {

Diagnostic at(std::string file, std::uint32_t line, std::uint32_t column, std::string message) {
    Diagnostic one;
    one.rule = "rule";
    one.file = std::move(file);
    one.line = line;
    one.column = column;
    one.message = std::move(message);
    return one;
}

}  // namespace

TEST_CASE("diagnostic: one line, and a second one for the hint") {
    Diagnostic one = at("a.json", 3, 7, "it is wrong");
    CHECK(to_text(one) == "a.json:3:7: error: it is wrong [rule]");
    one.severity = Severity::Warning;
    one.hint = "write it so";
    CHECK(to_text(one) == "a.json:3:7: warning: it is wrong [rule]\n    hint: write it so");
    one.severity = Severity::Advice;
    one.hint.clear();
    CHECK(to_text(one) == "a.json:3:7: advice: it is wrong [rule]");
}

TEST_CASE("diagnostic: a file as a whole has no line") {
    CHECK(to_text(at("a.json", 0, 0, "cannot be read")) == "a.json: error: cannot be read [rule]");
}

TEST_CASE("diagnostic: sorted by file as it appeared, then by place, and stable") {
    Diagnostics all = {at("z.json", 2, 1, "c"), at("a.json", 1, 1, "e"), at("z.json", 1, 9, "b"),
                       at("z.json", 1, 2, "a"), at("z.json", 2, 1, "d")};
    sort(all);
    std::string order;
    for (const Diagnostic& one : all) {
        order += one.message;
    }
    CHECK(order == "abcde");
}

TEST_CASE("diagnostic: warnings alone are no errors") {
    Diagnostics all = {at("a", 1, 1, "x")};
    CHECK(has_errors(all));
    all[0].severity = Severity::Warning;
    CHECK_FALSE(has_errors(all));
    CHECK_FALSE(has_errors({}));
}
