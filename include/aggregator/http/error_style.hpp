#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// How the replies look that the gateway makes for failures: what a configuration says once for all
/// of them. Whoever makes such a reply has one of these.
struct ErrorStyle {
    enum class Format : std::uint8_t {
        Empty,    ///< no body, or plain text
        Json,     ///< an object of its own
        Problem,  ///< a problem document (RFC 9457)
    };
    enum class Statuses : std::uint8_t {
        Compat,   ///< as the table of errors has them: whatever a backend does is 500
        Precise,  ///< 502, 503 and 504 as RFC 9110 15.6 has them for gateways
    };
    Format format = Format::Empty;
    Statuses statuses = Statuses::Compat;
    bool shows_detail = false;                  ///< also says what happened, not only its name
    bool tells_id = false;                      ///< bodies with a format tell the request's id
    std::string type_base = {};                 ///< of a problem's `type`, in front of the code
    std::string header = "X-Aggregator-Error";  ///< the name of the header that has the code
};

/// The status of a reply that is made for a failure.
[[nodiscard]] int status_of(const ErrorStyle& style, base::Code code);

/// What such a reply tells.
struct ErrorFacts {
    base::Code code = base::Code::Internal;
    int status = 0;
    std::string_view detail{};      ///< for people; left out unless the style shows it
    std::string_view request_id{};  ///< left out unless the style tells it; empty: there is none
};
/// The type and the body of such a reply, in the formats that have one of their own.
struct ErrorBody {
    std::string_view type;
    std::string text;
};
[[nodiscard]] ErrorBody error_body(const ErrorStyle& style, const ErrorFacts& facts);

/// What goes with a refusal that is of this moment: that it must not be stored (RFC 9111 5.2.2.5),
/// and when its client may come again (RFC 9110 10.2.3). Empty for other statuses.
[[nodiscard]] Fields cautions(int status);

}  // namespace aggregator::http
