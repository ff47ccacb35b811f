#pragma once

#include <optional>
#include <string>
#include <vector>

#include <aggregator/http/parser.hpp>

/// Messages as bytes, and what the parser makes of them.
namespace messages {

using aggregator::http::Code;
using aggregator::http::Parser;

struct Example {
    std::string name;
    Parser::Role role = Parser::Role::Request;
    std::string bytes{};
    std::optional<Code> refusal{};  ///< nothing: it is a whole message
    bool no_body = false;           ///< the answer to HEAD
};

/// Every kind of request and answer that is accepted or refused.
[[nodiscard]] std::vector<Example> examples();

/// What became of bytes that were fed in pieces.
struct Outcome {
    std::optional<Code> failure;
    std::string why;
    bool head = false;
    bool complete = false;
    std::string line;  ///< method and target, or status
    std::string fields;
    std::string body;
    std::size_t consumed = 0;  ///< of a whole message

    bool operator==(const Outcome&) const = default;
};

/// Feeds the example's bytes, cut at these positions in ascending order; each piece comes in memory
/// of its own.
[[nodiscard]] Outcome feed(const Example& example, const std::vector<std::size_t>& cuts);

}  // namespace messages
