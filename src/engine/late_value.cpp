#include "engine/late_value.hpp"

#include <algorithm>
#include <string>

#include "engine/cost.hpp"

namespace aggregator::engine {

namespace {

constexpr std::string_view kBlank = " \t\r\n";

/// The end of the string that begins at `at` in a checked text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at) {
        at += text[at] == '\\' ? 1U : 0U;
    }
    return at + 1;
}

/// The end of the object that begins at `at` in a checked text.
std::size_t end_of_object(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    do {
        if (text[at] == '"') {
            at = end_of_string(text, at);
            continue;
        }
        depth += text[at] == '{' ? 1U : 0U;
        depth -= text[at] == '}' ? 1U : 0U;
        ++at;
    } while (depth > 0);
    return at;
}

void append_compact(std::string& out, std::string_view object) {
    for (std::size_t at = 0; at < object.size();) {
        if (object[at] == '"') {
            const std::size_t end = end_of_string(object, at);
            out.append(object, at, end - at);
            at = end;
            continue;
        }
        if (kBlank.find(object[at]) == std::string_view::npos) {
            out += object[at];
        }
        ++at;
    }
}

/// Appends the value that begins at `at`, which is no array, and returns its end.
std::size_t append_one(std::string& out, std::string_view text, std::size_t at) {
    if (text[at] == '"') {
        const std::size_t end = end_of_string(text, at);
        out += json::unescape(text.substr(at + 1, end - at - 2));
        return end;
    }
    if (text[at] == '{') {
        const std::size_t end = end_of_object(text, at);
        append_compact(out, text.substr(at, end - at));
        return end;
    }
    const std::size_t end = std::min(text.find_first_of(" \t\r\n,]}", at), text.size());
    out.append(text, at, end - at);
    return end;
}

/// Arrays in arrays need no depth: without its brackets each of them is a list like the one it
/// stands in.
std::string text_of(std::string_view value) {
    std::string text;
    for (std::size_t at = 0; at < value.size();) {
        const char next = value[at];
        if (next == '[' || next == ']' || kBlank.find(next) != std::string_view::npos) {
            ++at;
        } else if (next == ',') {
            text += ',';
            ++at;
        } else {
            at = append_one(text, value, at);
        }
    }
    return text;
}

const Member* find(const Members& members, std::string_view name) {
    const auto found = std::find_if(members.rbegin(), members.rend(),
                                    [name](const Member& one) { return json::named(one, name); });
    return found == members.rend() ? nullptr : &*found;
}

/// The member of a part's root, or for the first part of the latest that has it.
const Member* find_root(std::span<const Part> parts, std::uint32_t part, std::string_view name) {
    if (part != 0) {
        return find(parts[part].members, name);
    }
    for (std::size_t i = parts.size(); i-- > 0;) {
        if (const Member* const found = find(parts[i].members, name)) {
            return found;
        }
    }
    return nullptr;
}

}  // namespace

std::optional<std::string_view> late_value(const plan::LateValue& wanted,
                                           std::span<const Part> parts, const Resources& with) {
    Members inner;  // of the object that was reached; the root until `below`
    bool below = false;
    const auto look = [&](const std::string& name) {
        return below ? find(inner, name) : find_root(parts, wanted.part, name);
    };
    for (std::size_t i = 0; i + 1 < wanted.path.size(); ++i) {
        const Member* const found = look(wanted.path[i]);
        if (found == nullptr || json::kind_of(found->value) != json::Kind::Object) {
            break;
        }
        const std::string_view object = found->value;
        if (!with.spend(cost::passing(object))) {
            return std::nullopt;
        }
        json::members_of(object, inner);
        below = true;
    }
    const Member* const found = look(wanted.path.back());
    if (found == nullptr || !with.spend(cost::kLateByte * found->value.size())) {
        return std::nullopt;
    }
    return with.arena.keep(text_of(found->value));
}

std::vector<std::string_view> late_values(std::span<const plan::LateValue> wanted,
                                          std::span<const Part> parts, LateTexts& known,
                                          const Resources& with) {
    std::vector<std::string_view> texts;
    for (const plan::LateValue& one : wanted) {
        const auto before = std::ranges::find(known, one.name, &LateTexts::value_type::first);
        if (before != known.end()) {
            texts.push_back(before->second);
            continue;
        }
        texts.push_back(late_value(one, parts, with).value_or(std::string_view()));
        if (!texts.back().empty()) {
            known.emplace_back(one.name, texts.back());
        }
    }
    return texts;
}

}  // namespace aggregator::engine
