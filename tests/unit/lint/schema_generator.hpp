#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "lint/schema_keys.hpp"

/// Configurations out of the schemas: sound ones, in which one key is spoilt.
namespace generated {

using aggregator::json::Node;
using aggregator::lint::SchemaKey;
using aggregator::lint::SchemaKeys;
using Names = std::vector<std::string>;

/// Values that are right somewhere and wrong elsewhere.
inline constexpr std::array kValues = {"null",
                                       "true",
                                       "false",
                                       "0",
                                       "1",
                                       "3",
                                       "-1",
                                       "5.5",
                                       "1e3",
                                       "101",
                                       "65535",
                                       "65536",
                                       "4294967295",
                                       "4294967296",
                                       "2147483648",
                                       "-2147483649",
                                       "18446744073709551615",
                                       "1e30",
                                       R"("")",
                                       R"("0")",
                                       R"("1")",
                                       R"("3")",
                                       R"("-1")",
                                       R"("5.5")",
                                       R"("1e3")",
                                       R"("true")",
                                       R"("True")",
                                       R"("tRue")",
                                       R"("yes")",
                                       R"("no such word")",
                                       R"("300ms")",
                                       R"("1.5s")",
                                       R"("1h30m")",
                                       R"("-1s")",
                                       R"("5 s")",
                                       R"("5")",
                                       R"("1d")",
                                       R"("10µs")",
                                       R"("1MiB")",
                                       R"("GET")",
                                       R"("get")",
                                       R"("JSON")",
                                       R"("json")",
                                       R"("no-op")",
                                       R"("dns")",
                                       R"("TLS12")",
                                       R"("/a")",
                                       R"("/a/__debug/b")",
                                       R"("/x/__healthy")",
                                       R"("/a/*")",
                                       R"("/a/*/b")",
                                       R"("resp0_id")",
                                       R"("http://a:80/b")",
                                       R"("a b")",
                                       R"("X-Name")",
                                       R"("127.0.0.1")",
                                       R"("é")",
                                       "[]",
                                       "[null]",
                                       R"([""])",
                                       R"(["a"])",
                                       R"(["a", 5, true])",
                                       R"([["a"]])",
                                       "[{}]",
                                       "[5]",
                                       "[70000]",
                                       R"(["-5"])",
                                       R"([{"a": 1}])",
                                       R"(["Xresp1", "resp2_a.b"])",
                                       R"([{"type": "del"}])",
                                       R"([{"type": "move", "args": ["a"]}])",
                                       R"([{"type": "append", "args": ["a", "b"]}])",
                                       R"([{"type": "copy", "args": ["a", "b"]}])",
                                       "{}",
                                       R"({"a": 1})",
                                       R"({"a": "b"})",
                                       R"({"a": {}})",
                                       R"({"@note": [1]})",
                                       R"({"$schema": 1})"};

class Generator {
public:
    Generator(const SchemaKeys& keys, std::uint64_t seed) : keys_(keys), random_(seed) {}

    /// A configuration that has the key in it, sound or not.
    std::string configuration(const SchemaKey& spoilt) {
        spoilt_ = &spoilt;
        how_ = kHows[below(kHows.size())];
        return object(keys_.document().root(), {"service"});
    }

private:
    enum class How : std::uint8_t { Value, Sound, Missing, Unknown, Misspelt, Comment };
    static constexpr std::array kHows = {
        How::Value, How::Value,   How::Value, How::Value,   How::Value,    How::Value,  How::Value,
        How::Sound, How::Missing, How::Sound, How::Unknown, How::Misspelt, How::Comment};
    /// Of a hundred keys that nothing asks for.
    static constexpr std::uint64_t kWritten = 8;

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    [[nodiscard]] bool leads_on(const Names& names) const {
        return names.size() <= spoilt_->names.size() &&
               std::equal(names.begin(), names.end(), spoilt_->names.begin());
    }

    std::string sample(const Node& property) {
        std::vector<const Node*> samples;
        if (const Node* const fallback = keys_.member(property, "default")) {
            samples.push_back(fallback);
        }
        for (const std::uint32_t one : keys_.member(property, "examples")->elements) {
            samples.push_back(&keys_.document().at(one));
        }
        return keys_.document().compact(*samples[below(samples.size())]);
    }

    /// An object that may stand somewhere, or in a list there.
    struct Shape {
        const Node* object = nullptr;
        bool in_list = false;
    };

    /// The first that has a key of that name; an empty one means any.
    [[nodiscard]] Shape shape_of(const Node& schema, const std::string& name) const {
        const Node& node = keys_.resolved(schema);
        if (const Node* const properties = keys_.member(node, "properties")) {
            const bool has = name.empty() || keys_.member(*properties, name) != nullptr;
            return {has ? &node : nullptr, false};
        }
        if (const Node* const items = keys_.member(node, "items")) {
            return {shape_of(*items, name).object, true};
        }
        if (const Node* const branches = keys_.member(node, "anyOf")) {
            for (const std::uint32_t branch : branches->elements) {
                const Shape found = shape_of(keys_.document().at(branch), name);
                if (found.object != nullptr) {
                    return found;
                }
            }
        }
        return {};
    }

    std::string value(const Node& property, const Names& names) {
        const bool inside = leads_on(names) && names.size() < spoilt_->names.size();
        const Shape shape = shape_of(property, inside ? spoilt_->names[names.size()] : "");
        if (shape.object == nullptr || (!inside && names.back() != "backend" && below(2) == 0)) {
            return sample(property);
        }
        const std::string one = object(*shape.object, names);
        return shape.in_list ? '[' + one + ']' : one;
    }

    static void add(std::string& members, const std::string& key, const std::string& value) {
        members += (members.empty() ? "\"" : ", \"") + key + "\": " + value;
    }

    /// One of kValues; of numbers with limits, often one at a limit or just beyond.
    std::string some_value(const Node& property) {
        const Node& schema = keys_.resolved(property);
        const Node* const low = keys_.member(schema, "minimum");
        const Node* const high = keys_.member(schema, "maximum");
        switch (below(8)) {
            case 0:
                return low == nullptr ? "-1" : low->text;
            case 1:
                return low == nullptr ? "0" : std::to_string(std::stoll(low->text) - 1);
            case 2:
                return high == nullptr ? "1e3" : high->text;
            case 3:
                return high == nullptr ? "[]" : std::to_string(std::stoull(high->text) + 1);
            default:
                return kValues[below(kValues.size())];
        }
    }

    void add_spoilt(std::string& members, const std::string& key, const Node& property) {
        const auto sound = [&] { add(members, key, value(property, spoilt_->names)); };
        switch (how_) {
            case How::Value:
                return add(members, key, some_value(property));
            case How::Missing:
                return;
            case How::Misspelt:
                return add(members, key + "x", sample(property));
            case How::Unknown:
                add(members, "no_such_key", "1");
                return sound();
            case How::Comment:
                add(members, std::string(1, "$@_#"[below(4)]) + key,
                    kValues[below(kValues.size())]);
                return sound();
            default:
                return sound();
        }
    }

    std::string object(const Node& schema, const Names& names) {
        const Node& properties = *keys_.member(schema, "properties");
        std::string members;
        for (const Node::Entry& entry : properties.members) {
            const Node& property = keys_.document().at(entry.node);
            Names below_this = names;
            below_this.push_back(entry.key);
            if (below_this == spoilt_->names) {
                add_spoilt(members, entry.key, property);
            } else if (leads_on(below_this) || is_needed(below_this) ||
                       (names.back() != "when" && below(100) < kWritten)) {
                add(members, entry.key, value(property, below_this));
            }
        }
        return '{' + members + '}';
    }

    /// What an object needs, by its schema or beside other keys of it.
    [[nodiscard]] bool is_needed(const Names& names) const {
        const std::string& key = names.back();
        if (names[names.size() - 2] == "when") {
            return is_needed_of_condition(key);
        }
        if (key == "jwk_url") {  // one of three
            return !is_one_of(spoilt_->names.back(), {"jwk_urls", "jwk_local_path"});
        }
        return is_one_of(key, {"version",
                               "backend",
                               "alg",
                               "keys",
                               "public_key",
                               "private_key",
                               "certificate",
                               "type",
                               "args",
                               "name",
                               "value",
                               "max_errors",
                               "valid_status_codes",
                               "max_rate",
                               "tier_key",
                               "tiers",
                               "tier_value",
                               "ratelimit",
                               "path",
                               "after",
                               "client_id",
                               "client_secret",
                               "token_url",
                               "ttl",
                               "key",
                               "roles"});
    }

    /// One key that says what is looked at, and one that says what it has to be.
    [[nodiscard]] bool is_needed_of_condition(const std::string& key) const {
        const bool subject = is_one_of(spoilt_->names.back(), kSubjects);
        const bool test = is_one_of(spoilt_->names.back(), kTests);
        return (key == "header" && !subject) || (key == "equals" && !test);
    }

    static bool is_one_of(const std::string& key, std::initializer_list<const char*> others) {
        return std::find(others.begin(), others.end(), key) != others.end();
    }

    static constexpr std::initializer_list<const char*> kSubjects = {"header", "query", "param",
                                                                     "cookie"};
    static constexpr std::initializer_list<const char*> kTests = {"equals", "prefix", "matches",
                                                                  "present"};

    const SchemaKeys& keys_;
    std::mt19937_64 random_;
    const SchemaKey* spoilt_ = nullptr;
    How how_ = How::Sound;
};

}  // namespace generated
