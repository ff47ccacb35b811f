#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// Limits of one message's head.
struct HeadLimits {
    std::uint32_t bytes_max = 1u << 20;  ///< start line and header lines together
    std::uint32_t fields_max = 200;
};

/// What one step of a parser found.
struct Step {
    std::size_t consumed = 0;  ///< bytes of the input that are done with; 0: more input is needed
    std::string_view body;     ///< a piece of the body, a view into the input
};

/// Reads one HTTP/1.1 message after the other, strictly by RFC 9112: ambiguous framing, folded
/// lines, bare line feeds and unknown codings are refused. Reads in place: views of the head point
/// into the input that was given when the head was completed. One owner, one thread.
class Parser {
public:
    enum class Role : std::uint8_t { Request, Response };

    Parser(Role role, HeadLimits limits);
    ~Parser();
    Parser(Parser&&) noexcept;
    Parser& operator=(Parser&&) noexcept;

    /// Ready for the next message.
    void reset();
    /// The response that comes has no body whatever its head says (RFC 9112 6.3, HEAD). Before its
    /// first step.
    void expect_no_body();

    /// Takes one element: the whole head, or one piece of the body, from the front of `input`.
    /// Bytes that were not consumed must be offered again, with more behind them. Errors are the
    /// client's for a request (BadRequest, HeadTooLarge, TooManyHeaders, UnsupportedVersion,
    /// UnsupportedCoding, BadBody), BadResponse for a response.
    [[nodiscard]] Result<Step> step(std::string_view input);
    /// The peer sends no more: completes a body that ends with its connection, else says Closed.
    [[nodiscard]] Result<void> end_of_input();

    [[nodiscard]] bool started() const;
    [[nodiscard]] bool head_done() const;
    [[nodiscard]] bool complete() const;

    // Of the head, once head_done():
    [[nodiscard]] std::string_view method() const;
    [[nodiscard]] std::string_view target() const;
    [[nodiscard]] int status() const;
    [[nodiscard]] Fields fields() const;
    [[nodiscard]] bool http11() const;
    /// Whether the connection may carry another message after this one.
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] bool has_body() const;
    /// The declared length; nothing if there is none or the body is chunked.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace aggregator::http
