#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>
#include <aggregator/plan/backend.hpp>

namespace aggregator::plan {

inline constexpr std::uint16_t kHttpsPort = 443;

/// Takes `scheme://name[:port][/prefix]` apart. The failure's detail is a sentence that names the
/// text.
[[nodiscard]] base::Result<Host> parse_host(std::string_view text);

/// A URL of HTTP taken apart.
struct Url {
    Host host;
    std::string target;  ///< path and query, as they were written; `/` if there are none
};
/// Takes `scheme://name[:port][/path][?query][#fragment]` apart; the fragment is dropped. The
/// failure's detail is a sentence that names the text.
[[nodiscard]] base::Result<Url> parse_url(std::string_view text);

/// Whether the text has a scheme, and it is not one of HTTP: it may be right, but nothing here
/// speaks its protocol.
[[nodiscard]] bool has_foreign_scheme(std::string_view text);

}  // namespace aggregator::plan
