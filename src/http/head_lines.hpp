#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/http/message.hpp>

#include "http/chunks.hpp"

namespace aggregator::http {

/// The first line of a request or a response.
struct StartLine {
    std::string_view method{};  ///< of a request, as `target`
    std::string_view target{};
    int status = 0;  ///< of a response
    int minor = 1;   ///< of the version, at most 1
};

/// What the fields of a head say about the message's end and its connection's.
struct HeadFraming {
    std::optional<std::uint64_t> length;
    bool chunked = false;
    bool closes = false;  ///< `Connection: close`
    bool keeps = false;   ///< `Connection: keep-alive`
    std::uint32_t hosts = 0;
};

/// Whether spaces may stand between a field's name and its colon (RFC 9112 5.1).
enum class Colon : std::uint8_t { Strict, Spaced };

// Each takes one line without its end, in which no control character but tabs stands, and fills
// `out` with views into it. What they return is null, or why the line is refused: one of the few
// constants of this file, so that a good line costs nothing for it.

[[nodiscard]] const Refusal* read_request_line(std::string_view line, StartLine& out);
/// The reason may be missing, and the space in front of it.
[[nodiscard]] const Refusal* read_status_line(std::string_view line, StartLine& out);
[[nodiscard]] const Refusal* read_field_line(std::string_view line, Colon colon, Field& out);

/// Notes what a field means for the framing of a message of HTTP/1.`minor`. Refuses what is
/// ambiguous: two lengths, a length beside a coding, a coding other than chunked. The same length
/// said several times is refused in a request only.
[[nodiscard]] const Refusal* note_of_request(const Field& field, int minor, HeadFraming& framing);
[[nodiscard]] const Refusal* note_of_response(const Field& field, int minor, HeadFraming& framing);

}  // namespace aggregator::http
