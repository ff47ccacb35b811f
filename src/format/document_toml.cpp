#include <aggregator/format/document.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <toml++/toml.h>

#include <aggregator/json/document_builder.hpp>

#include "format/document_nesting.hpp"
#include "format/document_text.hpp"

namespace aggregator::format {

namespace {

using json::Document;
using json::Kind;

/// Finds the bytes of a text by lines and columns; quick when asked for places one behind the
/// other.
class Places {
public:
    explicit Places(std::string_view text) : text_(text) {
        for (std::size_t at = text.find('\n'); at != std::string_view::npos;
             at = text.find('\n', at + 1)) {
            lines_.push_back(at + 1);
        }
    }

    [[nodiscard]] std::size_t offset(toml::source_position place) {
        const std::size_t line = std::max(place.line, 1u);
        if (line > lines_.size()) {
            return text_.size();
        }
        if (line != line_ || place.column < column_) {
            line_ = line;
            column_ = 1;
            offset_ = lines_[line - 1];
        }
        for (; column_ < place.column && offset_ < text_.size(); ++column_) {
            ++offset_;
            while (offset_ < text_.size() && is_continuation(text_[offset_])) {
                ++offset_;
            }
        }
        return offset_;
    }

private:
    static bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

    std::string_view text_;
    std::vector<std::size_t> lines_{0};
    std::size_t line_ = 0;
    std::size_t column_ = 0;
    std::size_t offset_ = 0;
};

std::string number_text(double number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

/// Writes tables and arrays into a Document, in the order of the file.
class Reading {
public:
    explicit Reading(json::DocumentBuilder& builder) : builder_(builder), places_(builder.text()) {}

    [[nodiscard]] std::optional<Failure> run(const toml::table& root) {
        fill(root, builder_.root({.kind = Kind::Object, .text = {}}), 0);
        return std::move(failure_);
    }

private:
    using Member = std::pair<const toml::key*, const toml::node*>;

    /// The values below `node` become those below the value `index`.
    void fill(const toml::node& node, std::uint32_t index, std::size_t depth) {
        const toml::table* const table = node.as_table();
        const toml::array* const array = node.as_array();
        if (table == nullptr && array == nullptr) {
            return;
        }
        if (depth == Document::kNestingMax) {
            fail(node, "expected at most 200 levels of nesting");
        } else if (table != nullptr) {
            fill_object(*table, index, depth);
        } else {
            fill_array(*array, index, depth);
        }
    }

    void fill_object(const toml::table& table, std::uint32_t index, std::size_t depth) {
        std::vector<Member> members;
        for (const auto& [key, value] : table) {
            members.emplace_back(&key, &value);
        }
        const auto place = [](const Member& member) {
            const toml::source_position at = member.first->source().begin;
            return std::pair(at.line, at.column);
        };
        std::stable_sort(members.begin(), members.end(),
                         [&place](const auto& a, const auto& b) { return place(a) < place(b); });
        for (const auto& [key, value] : members) {
            const std::size_t offset = places_.offset(key->source().begin);
            auto read = value_of(*value);
            if (failure_) {
                return;
            }
            const std::uint32_t child =
                builder_.member(index, {std::string(key->str()), offset}, std::move(read));
            fill(*value, child, depth + 1);
        }
    }

    void fill_array(const toml::array& array, std::uint32_t index, std::size_t depth) {
        for (const toml::node& element : array) {
            auto read = value_of(element);
            if (failure_) {
                return;
            }
            fill(element, builder_.element(index, std::move(read)), depth + 1);
        }
    }

    json::DocumentBuilder::Value value_of(const toml::node& node) {
        if (builder_.size() == Document::kNodesMax) {
            fail(node, "expected no more than 4194304 values in one file");
        }
        json::DocumentBuilder::Value value{.kind = Kind::String, .text = {}};
        value.offset = places_.offset(node.source().begin);
        switch (node.type()) {
            case toml::node_type::table:
                value.kind = Kind::Object;
                break;
            case toml::node_type::array:
                value.kind = Kind::Array;
                break;
            case toml::node_type::string:
                value.text = node.as_string()->get();
                break;
            case toml::node_type::boolean:
                value.kind = node.as_boolean()->get() ? Kind::True : Kind::False;
                break;
            case toml::node_type::integer:
                value.kind = Kind::Number;
                value.text = std::to_string(node.as_integer()->get());
                break;
            case toml::node_type::floating_point:
                value.kind = Kind::Number;
                value.text = number_of(node);
                break;
            default:
                fail(node, "expected a value that JSON has too: a date or a time needs quotes");
        }
        return value;
    }

    std::string number_of(const toml::node& node) {
        const double number = node.as_floating_point()->get();
        if (!std::isfinite(number)) {
            fail(node, "expected a number that JSON has too");
            return {};
        }
        return number_text(number);
    }

    void fail(const toml::node& node, std::string message) {
        if (!failure_) {
            failure_ = Failure{places_.offset(node.source().begin), std::move(message)};
        }
    }

    json::DocumentBuilder& builder_;
    Places places_;
    std::optional<Failure> failure_;
};

std::optional<Failure> read(json::DocumentBuilder& builder) {
    // The parser builds and frees dotted keys by recursion.
    const auto deep = find_toml_deeper_than(builder.text(), 2 * Document::kNestingMax);
    if (deep) {
        return Failure{*deep, "expected at most 200 levels of nesting"};
    }
    try {
        const toml::table root = toml::parse(std::string_view(builder.text()));
        return Reading(builder).run(root);
    } catch (const toml::parse_error& wrong) {
        return Failure{Places(builder.text()).offset(wrong.source().begin),
                       "this is not TOML: " + std::string(wrong.description())};
    }
}

}  // namespace

tl::expected<json::Document, json::SyntaxError> parse_toml(std::string text) {
    if (auto failure = unreadable(text)) {
        return tl::unexpected(syntax_error(text, *std::move(failure)));
    }
    json::DocumentBuilder builder(std::move(text));
    if (auto failure = read(builder)) {
        return tl::unexpected(syntax_error(builder.text(), *std::move(failure)));
    }
    return std::move(builder).finish();
}

}  // namespace aggregator::format
