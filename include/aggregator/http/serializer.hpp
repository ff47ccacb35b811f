#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// How a message's end is marked (RFC 9112 6).
struct Framing {
    enum class Kind : std::uint8_t {
        None,     ///< no body and nothing said of one
        Length,   ///< Content-Length
        Chunked,  ///< Transfer-Encoding: chunked
        Close,    ///< the connection's end
    };
    Kind kind = Kind::None;
    std::uint64_t length = 0;
};

/// Where a request goes, as its head says it.
struct Destination {
    std::string_view authority{};  ///< the Host header
    std::string_view front{};      ///< scheme and authority of an absolute-form target, or empty
    std::string_view prefix{};     ///< path in front of the target
    std::string_view proxy_authorization{};  ///< what the proxy on the way wants to see, or empty
    bool close = false;                      ///< say that the connection will not be used again
    bool expect_continue = false;            ///< say that the body waits for 100 Continue
};

/// Appends a request's head. Host, Content-Length, Transfer-Encoding, Connection and Expect are
/// written here and only here.
void append_request_head(std::string& out, const Request& request, const Destination& destination,
                         const Framing& framing);

/// What a reply's head says besides its status and fields.
struct ReplyHead {
    int status = 200;
    Fields fields{};
    Framing framing{};
    std::string_view date{};  ///< an IMF-fixdate; used if the fields have none
    /// What is said of the connection: nothing means that it goes on, for HTTP/1.1.
    enum class Connection : std::uint8_t { Unsaid, KeepAlive, Close };
    Connection connection = Connection::Unsaid;
};

/// Appends a reply's head. Content-Length, Transfer-Encoding and Connection among the fields are
/// left out.
void append_reply_head(std::string& out, const ReplyHead& head);

/// Appends one chunk; `bytes` must not be empty, for an empty chunk ends the body.
void append_chunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// The reason phrase of RFC 9110 15; empty for an unknown status.
[[nodiscard]] std::string_view reason_of(int status);

/// The time as RFC 9110 5.6.7 wants it; 29 characters.
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

}  // namespace aggregator::http
