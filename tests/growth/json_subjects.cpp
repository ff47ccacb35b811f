#include <memory>
#include <string>
#include <vector>

#include <aggregator/json/document.hpp>
#include <aggregator/json/spans.hpp>

#include "engine/members.hpp"
#include "growth/subject.hpp"

namespace aggregator::growth {

namespace {

using Text = std::function<std::string(std::size_t)>;

/// A key that differs from others at its end alone.
std::string key(std::size_t i) {
    return "\"a-common-prefix-of-all-keys-" + std::to_string(i) + '"';
}

std::string object(std::size_t n, const Text& name) {
    return "{" + joined(n, ",", [&](std::size_t i) { return name(i) + ":1"; }) + "}";
}

void add_scans(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size, const Text& text) {
        subjects.push_back({"JSON scan: " + name, size, [text](std::size_t n) {
                                return [json = text(n)] {
                                    std::vector<json::Member> members;
                                    require(json::scan(json, members).has_value(), "a scan");
                                };
                            }});
    };
    add("members", 500, [](std::size_t n) { return object(n, key); });
    add("deep nest", 2'500, [](std::size_t n) {
        return "{\"a\":" + std::string(n - 1, '[') + std::string(n - 1, ']') + "}";
    });
    add("one long string of escapes", 2'000, [](std::size_t n) {
        return "{\"a\":\"" + joined(n, "", [](std::size_t) { return "\\u00e4"; }) + "\"}";
    });
    add("one long number", 20'000,
        [](std::size_t n) { return "{\"a\":" + std::string(n, '1') + "}"; });
    subjects.push_back({"JSON bytes that are not UTF-8", 1'500, [](std::size_t n) {
                            return [text = std::string(n, '\xff')] {
                                require(json::repair_utf8(text).has_value(), "a repair");
                            };
                        }});
}

void add_members(Subjects& subjects) {
    const auto add = [&](const std::string& name, const Text& one) {
        subjects.push_back({"keep_last: " + name, 500, [one](std::size_t n) {
                                return [json = object(n, one)] {
                                    std::vector<json::Member> members;
                                    require(json::scan(json, members).has_value(), "a scan");
                                    engine::keep_last(members);
                                };
                            }});
    };
    add("all different", key);
    add("all the same", [](std::size_t) { return key(1); });
    add("every name twice, escaped",
        [](std::size_t i) { return "\"\\u0061" + std::to_string(i / 2) + '"'; });
}

}  // namespace

void add_json(Subjects& subjects) {
    add_scans(subjects);
    add_members(subjects);
}

}  // namespace aggregator::growth
