#include <aggregator/format/document.hpp>

#include <algorithm>
#include <set>
#include <sstream>

#include <yaml-cpp/yaml.h>

#include <aggregator/json/document_builder.hpp>

#include "format/document_events.hpp"

namespace aggregator::format {

namespace {

using json::Kind;

/// Writes the items into a Document, aliases and merged mappings in full.
class Expansion {
public:
    Expansion(const std::vector<Item>& items, json::DocumentBuilder& builder)
        : items_(items), builder_(builder) {}

    [[nodiscard]] std::optional<Failure> run() {
        if (items_.empty()) {
            builder_.root({});
            return std::nullopt;
        }
        const Item& root = meant(0);
        fill(root, builder_.root(value_of(root)), 0);
        return std::move(failure_);
    }

private:
    using Keys = std::set<std::string_view>;

    /// The item itself, or what it is an alias of.
    [[nodiscard]] const Item& meant(std::uint32_t index) const {
        const Item& item = items_[index];
        return item.alias ? items_[item.target] : item;
    }

    static json::DocumentBuilder::Value value_of(const Item& item) {
        return {item.kind, item.offset, item.text};
    }

    void fail(const Item& item, std::string message) {
        if (!failure_) {
            failure_ = Failure{item.offset, std::move(message)};
        }
    }

    /// The values below the item become those below the node.
    void fill(const Item& item, std::uint32_t node, std::size_t depth) {
        const bool nested = item.kind == Kind::Array || item.kind == Kind::Object;
        if (nested && depth == json::Document::kNestingMax) {
            fail(item, "expected at most 200 levels of nesting");
        }
        if (!nested || failure_) {
            return;
        }
        if (item.kind == Kind::Object) {
            object(item, node, depth);
            return;
        }
        for (const std::uint32_t child : item.children) {
            const Item& element = meant(child);
            fill(element, builder_.element(node, value_of(element)), depth + 1);
        }
    }

    void member(const Item& key, const Item& value, std::uint32_t node, std::size_t depth) {
        const std::uint32_t index = builder_.member(node, {key.text, key.offset}, value_of(value));
        fill(value, index, depth + 1);
    }

    /// What is written in the mapping itself, a key that stands twice included, and then the rest.
    void object(const Item& mapping, std::uint32_t node, std::size_t depth) {
        Keys known;
        bool merges = false;
        for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
            const Item& key = items_[mapping.children[i]];
            merges = merges || key.merge;
            if (!key.merge) {
                member(key, meant(mapping.children[i + 1]), node, depth);
            }
        }
        if (!merges) {
            return;
        }
        for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
            known.insert(items_[mapping.children[i]].text);
        }
        merge(mapping, node, depth, known);
    }

    /// What `<<` adds to a mapping: keys that it does not have, the first source first.
    void merge(const Item& mapping, std::uint32_t node, std::size_t depth, Keys& known) {
        for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
            if (items_[mapping.children[i]].merge) {
                merge_all(meant(mapping.children[i + 1]), node, depth, known);
            }
        }
    }

    void merge_all(const Item& sources, std::uint32_t node, std::size_t depth, Keys& known) {
        if (sources.kind != Kind::Array) {
            merge_one(sources, node, depth, known);
            return;
        }
        for (const std::uint32_t child : sources.children) {
            merge_one(meant(child), node, depth, known);
        }
    }

    void merge_one(const Item& source, std::uint32_t node, std::size_t depth, Keys& known) {
        if (source.kind != Kind::Object) {
            fail(source, "expected a mapping or a list of mappings behind `<<`");
            return;
        }
        for (std::size_t i = 0; i + 1 < source.children.size(); i += 2) {
            const Item& key = items_[source.children[i]];
            if (!key.merge && known.insert(key.text).second) {
                member(key, meant(source.children[i + 1]), node, depth);
            }
        }
        merge(source, node, depth, known);
    }

    const std::vector<Item>& items_;
    json::DocumentBuilder& builder_;
    std::optional<Failure> failure_;
};

/// The parser's complaint, in words that help.
Failure complaint(const YAML::Exception& wrong, std::string_view text) {
    const auto at = std::min(static_cast<std::size_t>(std::max(wrong.mark.pos, 0)), text.size());
    const std::size_t newline = text.substr(0, at).rfind('\n');
    const std::size_t line = newline == std::string_view::npos ? 0 : newline + 1;
    const std::size_t tab = std::min(text.find_first_not_of(' ', line), text.size());
    if (text.substr(tab, 1) == "\t") {
        return {tab, "expected spaces in front of the line, found a tab"};
    }
    return {at, "this is not YAML: " + wrong.msg};
}

/// What is wrong with the text as far as its parser sees it; the items are in `events`.
std::optional<Failure> read(const std::string& text, YamlEvents& events) {
    std::optional<Failure> complained;
    try {
        std::istringstream in(text);
        YAML::Parser parser(in);
        while (!events.failure() && parser.HandleNextDocument(events)) {}
    } catch (const YAML::Exception& wrong) {
        complained = complaint(wrong, text);
    }
    if (events.failure()) {
        return events.failure();
    }
    const auto unclosed = events.unclosed_quote();
    return unclosed ? unclosed : complained;
}

}  // namespace

tl::expected<json::Document, json::SyntaxError> parse_yaml(std::string text) {
    if (auto failure = unreadable(text)) {
        return tl::unexpected(syntax_error(text, *std::move(failure)));
    }
    json::DocumentBuilder builder(std::move(text));
    YamlEvents events(builder.text());
    auto failure = read(builder.text(), events);
    if (!failure) {
        failure = Expansion(events.items(), builder).run();
    }
    if (failure) {
        return tl::unexpected(syntax_error(builder.text(), *std::move(failure)));
    }
    return std::move(builder).finish();
}

}  // namespace aggregator::format
