#pragma once

#include <cstdint>

#include <aggregator/json/document.hpp>

#include "json/lexer.hpp"

namespace aggregator::json {

/// Reads the text of a Document into its tree. Lives for one parse().
class TreeBuilder {
public:
    explicit TreeBuilder(Document& document);

    [[nodiscard]] tl::expected<void, SyntaxError> build();

private:
    using Step = lexer::Step;

    /// Each reads from the first byte of what it is named after; the values fill the node `index`.
    [[nodiscard]] Step space(const char* at);
    [[nodiscard]] Step value(const char* at, std::uint32_t parent, std::size_t depth);
    [[nodiscard]] Step object(const char* at, std::uint32_t index, std::size_t depth);
    [[nodiscard]] Step member(const char* at, std::uint32_t index, std::size_t depth);
    [[nodiscard]] Step array(const char* at, std::uint32_t index, std::size_t depth);
    /// From behind an element or member to the next one, or to the closing byte.
    [[nodiscard]] Step separator(const char* at, char closer);
    [[nodiscard]] Step document();

    void note(Document::Leniency leniency);
    [[nodiscard]] std::uint32_t offset_of(const char* at) const;

    Document& document_;
    const char* const begin_;
    const char* const end_;
};

}  // namespace aggregator::json
