#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/error/error.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <aggregator/json/spans.hpp>

/// RapidJSON as the judge of scan(). Where it is known to differ from RFC 8259 the judge is
/// overruled:
/// - it refuses the escape of a high surrogate that stands alone, which scan() passes on, and makes
///   no UTF-8 of a low one;
/// - it refuses numbers that do not fit a double, which scan() passes on as they are;
/// - it nests without limit, scan() down to kDepthMax.
namespace aggregator::json::testing {

/// The keys of a root object, and how deep the reader is.
struct RootKeys : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, RootKeys> {
    std::vector<std::string> keys;
    std::size_t depth = 0;

    bool StartObject() { return ++depth != 0; }
    bool StartArray() { return ++depth != 0; }
    bool EndObject(rapidjson::SizeType) { return depth-- != 0; }
    bool EndArray(rapidjson::SizeType) { return depth-- != 0; }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        if (depth == 1) {
            keys.emplace_back(text, size);
        }
        return true;
    }
};

inline bool same_members(const std::vector<Member>& a, const std::vector<Member>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Member& x, const Member& y) {
        return x.key.data() == y.key.data() && x.key.size() == y.key.size() &&
               x.value.data() == y.value.data() && x.value.size() == y.value.size() &&
               x.escaped == y.escaped;
    });
}

/// What is wrong with an accepted text's members, measured by the keys that the judge saw.
inline std::string members_disagree(const Root& root, const std::vector<Member>& members,
                                    const std::vector<std::string>& keys) {
    if (members.size() != keys.size()) {
        return "other number of members";
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        // A lone low surrogate comes out of the judge as bytes that are not UTF-8.
        const std::string key = repair_utf8(keys[i]) ? unescape(members[i].key) : keys[i];
        if (unescape(members[i].key) != key || !named(members[i], key)) {
            return "other key: " + keys[i];
        }
        std::vector<Member> below;
        const auto again = scan(members[i].value, below);
        if (!again || again->value != members[i].value) {
            return "value is not one value: " + std::string(members[i].value);
        }
        if (again->kind == Kind::Object) {
            std::vector<Member> skipped;
            members_of(members[i].value, skipped);
            if (!same_members(skipped, below)) {
                return "members_of differs from scan below " + keys[i];
            }
        }
    }
    std::vector<Member> skipped;
    if (root.kind == Kind::Object) {
        members_of(root.value, skipped);
    }
    return same_members(skipped, members) ? "" : "members_of differs from scan";
}

/// How scan() differs from what it should say of a text; empty if it does not.
inline std::string disagreement(std::string_view text) {
    std::vector<Member> members;
    const auto root = scan(text, members);
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseStopWhenDoneFlag |
                                rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    RootKeys handler;
    const auto judged = reader.Parse<kFlags>(stream, handler);
    if (!root) {
        const std::string& detail = root.error().detail;
        const bool overruled = detail.find("nested too deeply") != std::string::npos;
        return judged.IsError() || overruled ? "" : "refused: " + detail;
    }
    if (judged.IsError()) {
        const bool overruled = judged.Code() == rapidjson::kParseErrorNumberTooBig ||
                               judged.Code() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid;
        return overruled ? "" : "accepted what is wrong";
    }
    const auto end =
        static_cast<std::size_t>(root->value.data() - text.data()) + root->value.size();
    if (end != judged.Offset() && end != stream.Tell()) {
        return "other end";
    }
    return members_disagree(*root, members, handler.keys);
}

}  // namespace aggregator::json::testing
