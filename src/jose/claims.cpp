#include <aggregator/jose/claims.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <system_error>
#include <utility>

#include <aggregator/base/text.hpp>

namespace aggregator::jose {

namespace {

using base::Code;
using json::Kind;
using json::Node;

constexpr double kIntegral = 1e-6;
constexpr double kDigitsMax = 1e15;  // larger numbers have no decimals

double parsed(const Node& node) {
    double number = 0;
    const char* const end = node.text.data() + node.text.size();
    const auto read = std::from_chars(node.text.data(), end, number);
    return read.ec == std::errc() ? number : std::numeric_limits<double>::infinity();
}

/// A number whose digits say all: it is not rounded.
bool is_written_whole(std::string_view number) {
    return number.find_first_not_of("-0123456789") == std::string_view::npos;
}

std::string text_of_number(const Node& node) {
    if (is_written_whole(node.text)) {
        return node.text;
    }
    const double number = parsed(node);
    const double whole = std::round(number);
    const bool integral = std::abs(number - whole) < kIntegral && std::abs(whole) < kDigitsMax;
    std::array<char, 400> text{};
    const int size = integral ? std::snprintf(text.data(), text.size(), "%.0f", whole + 0.0)
                              : std::snprintf(text.data(), text.size(), "%.6f", number);
    return {text.data(), static_cast<std::size_t>(size)};
}

/// False if the claim is there and no number.
bool read_time(const Object& claims, std::string_view name, std::optional<double>& out) {
    const Node* const node = claims.find(name);
    if (node == nullptr) {
        return true;
    }
    if (node->kind != Kind::Number) {
        return false;
    }
    out = parsed(*node);
    return std::isfinite(*out);
}

}  // namespace

base::Result<Claims> Claims::parse(std::string_view payload) {
    auto object = Object::parse(payload);
    if (!object) {
        return base::fail(Code::TokenInvalid, "its claims are " + object.error().detail);
    }
    Claims claims(std::move(*object));
    if (!read_time(claims.object_, "exp", claims.expires_) ||
        !read_time(claims.object_, "nbf", claims.not_before_) ||
        !read_time(claims.object_, "iat", claims.issued_)) {
        return base::fail(Code::TokenInvalid, "one of `exp`, `nbf` and `iat` is no number");
    }
    return claims;
}

const Node* Claims::find(std::string_view name) const {
    const json::Document& document = object_.document();
    if (const Node* const exact = object_.find(name)) {
        return exact;
    }
    if (name.substr(0, 4) == "http") {
        return nullptr;
    }
    const Node* node = &object_.root();
    for (std::size_t at = 0; node != nullptr && at <= name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        node = node->kind == Kind::Object ? document.member(*node, name.substr(at, dot - at))
                                          : nullptr;
        at = dot + 1;
    }
    return node;
}

std::string Claims::text_of_node(const Node& node) const {
    switch (node.kind) {
        case Kind::String:
            return node.text;
        case Kind::Number:
            return text_of_number(node);
        case Kind::Array: {
            std::string joined;
            for (const std::uint32_t index : node.elements) {
                joined += joined.empty() && index == node.elements.front() ? "" : ",";
                joined += text_of_node(object_.document().at(index));
            }
            return joined;
        }
        default:
            return object_.document().compact(node);
    }
}

std::optional<std::string> Claims::text(std::string_view name) const {
    const Node* const node = find(name);
    return node == nullptr ? std::nullopt : std::optional(text_of_node(*node));
}

std::vector<std::string> Claims::elements(std::string_view name) const {
    std::vector<std::string> texts;
    const Node* const node = find(name);
    if (node != nullptr && node->kind != Kind::Array) {
        texts.push_back(text_of_node(*node));
    } else if (node != nullptr) {
        for (const std::uint32_t index : node->elements) {
            texts.push_back(text_of_node(object_.document().at(index)));
        }
    }
    return texts;
}

std::vector<std::string_view> Claims::words(std::string_view name) const {
    std::vector<std::string_view> words;
    const Node* const node = find(name);
    if (node == nullptr) {
        return words;
    }
    for (const std::uint32_t index : node->elements) {
        const Node& element = object_.document().at(index);
        if (element.kind == Kind::String) {
            words.push_back(element.text);
        }
    }
    const std::string_view text = node->kind == Kind::String ? node->text : std::string_view();
    for (std::size_t at = text.find_first_not_of(' '); at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(' ', end);
    }
    return words;
}

bool Claims::is_for(std::string_view audience) const {
    const Node* const node = object_.find("aud");
    if (node == nullptr || node->kind == Kind::String) {
        return node != nullptr && node->text == audience;
    }
    for (const std::uint32_t index : node->elements) {
        const Node& element = object_.document().at(index);
        if (element.kind == Kind::String && element.text == audience) {
            return true;
        }
    }
    return false;
}

}  // namespace aggregator::jose
