#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/eventhandler.h>

#include <aggregator/json/spans.hpp>

#include "format/document_text.hpp"

namespace aggregator::format {

/// What stands once in a YAML text: a value, an alias of one, or a key.
struct Item {
    json::Kind kind = json::Kind::Null;
    bool open = false;   ///< its end has not come yet
    bool alias = false;  ///< stands for `target`
    bool merge = false;  ///< the key `<<` without quotes
    std::size_t offset = 0;
    std::uint32_t target = 0;
    std::string text;  ///< of a key too; a number as JSON has it
    /// Of a list its elements; of a mapping a key and a value in turn.
    std::vector<std::uint32_t> children;
    /// What it is when its aliases are written out; for a mapping at least as much as that.
    std::uint64_t values = 1;
    std::uint64_t bytes = 0;
};

/// Takes what the parser of a YAML text meets, and refuses what is no JSON, or would be too much of
/// it. After the first failure it takes nothing more.
class YamlEvents final : public YAML::EventHandler {
public:
    /// `text` is borrowed.
    explicit YamlEvents(std::string_view text) : text_(text) {}

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

    /// The root first; empty if the text has no document.
    [[nodiscard]] const std::vector<Item>& items() const { return items_; }
    [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
    /// Where a quoted scalar began that never ended: the parser takes the text's end for its end.
    [[nodiscard]] std::optional<Failure> unclosed_quote() const;

private:
    void fail(std::size_t offset, std::string message);
    [[nodiscard]] bool at_key() const;
    /// Where the value itself stands, behind a tag and an anchor on the same line.
    [[nodiscard]] std::size_t value_at(const YAML::Mark& mark) const;
    void key(Item item, const std::string& tag);
    void scalar(Item& item, const std::string& tag, const std::string& value);
    void open(Item item, YAML::anchor_t anchor);
    void close();
    /// Puts the item into the list or mapping that is open.
    std::uint32_t add(Item item, YAML::anchor_t anchor);
    void count(const Item& child);

    std::string_view text_;
    std::vector<Item> items_;
    std::vector<std::uint32_t> open_;
    std::vector<std::uint32_t> anchors_;
    std::size_t last_scalar_ = 0;
    std::size_t documents_ = 0;
    std::optional<Failure> failure_;
};

}  // namespace aggregator::format
