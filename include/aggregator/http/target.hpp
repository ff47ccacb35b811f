#pragma once

#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// What a request asks for, apart from its method.
struct Target {
    std::string_view host;    ///< of an absolute form; empty if the target has another one
    std::string_view target;  ///< path and query, beginning with a slash; `*`; of CONNECT host:port
};

/// Reads a request's target in any of its four forms (RFC 9112 3.2). What comes out views `target`,
/// or `store` where a path had to be added (`http://h?x=1`). Fails with BadTarget: a form that the
/// method does not have; an absolute form whose scheme is not http or https, or whose authority has
/// userinfo, no host, or none that is_host(); a `#`; a `%` of the path without two hexadecimal
/// digits. Other characters that RFC 3986 does not allow (quotes, brackets, `|`, `\`, bytes above
/// ASCII) are let pass, because browsers and command line tools send them; backends get them
/// percent-encoded.
[[nodiscard]] Result<Target> read_target(std::string_view method, std::string_view target,
                                         std::string& store);

/// Whether a path, or a value that becomes part of one, holds what some server on the way could
/// take for the segment `.` or `..`: behind `/` or `\`, in front of `;`, `?` or `#` (`..;x`), with
/// spaces or control characters around it, and percent-encoded up to four times; what is encoded
/// more often is taken for one too. Costs one look at a text without dots and percent signs.
[[nodiscard]] bool holds_dot_segment(std::string_view path);

/// Whether a Host header's value can be one (RFC 9110 7.2, RFC 3986 3.2.2): a name whose escapes
/// stand for what may be in a name, an IPv4 address, or an IP literal in brackets; and a port up to
/// 65535, which may be empty. The whole may be empty, a port without a host may not.
[[nodiscard]] bool is_host(std::string_view text);

/// Appends a target as it may stand in a URI: what RFC 3986 does not allow is percent-encoded, what
/// is encoded already stays.
void append_target(std::string& out, std::string_view target);

}  // namespace aggregator::http
