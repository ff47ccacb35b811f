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

/// Reads one HTTP/1.1 message after the other by RFC 9112. Requests strictly: ambiguous framing,
/// folded lines, bare line feeds and carriage returns, spaces in front of a colon, malformed chunk
/// extensions and unknown codings are refused. Responses too, but for what backends are known to
/// send and what is not ambiguous: a status line without a reason, spaces in front of a colon (they
/// are removed), the same Content-Length several times, spaces behind a chunk's size. A minor
/// version above 1 is taken for 1.
///
/// What a message means, and why it is refused, depends on its bytes alone and not on the pieces
/// they come in. No byte is looked at again because more came behind it. Reads in place: views of
/// the head point into the input that was given when the head was completed. One owner, one thread.
///
/// Trailers are checked and dropped, and are no part of Request and Response: RFC 9110 6.5.1 lets a
/// recipient do so, a merged or collected answer has no place for them, and whoever needs one would
/// have to say so (TE), which is not passed on.
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
    /// Bytes of a head that were not consumed must be offered again, with more behind them; of a
    /// body nothing is left over before it is complete. Errors are the client's for a request
    /// (BadRequest, HeadTooLarge, TooManyHeaders, UnsupportedVersion, UnsupportedCoding, BadBody),
    /// BadResponse for a response.
    [[nodiscard]] Result<Step> step(std::string_view input);
    /// The peer sends no more: completes a body that ends with its connection, else says Closed.
    [[nodiscard]] Result<void> end_of_input();
    /// The head's bytes, as one step consumed them, stand at another place now: the views are of
    /// `head` from here on.
    void move_head(std::string_view head);

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
    /// Whether a response ends with its head whatever that says: to HEAD, 1xx, 204 and 304.
    [[nodiscard]] bool bodiless() const;
    /// The declared length; nothing if there is none or the body is chunked.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace aggregator::http
