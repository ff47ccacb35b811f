#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/cache/directives.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::cache {

using base::Duration;
using base::Time;

/// Seconds since 1970 of a date in any of the three forms of HTTP (RFC 9110 5.6.7); nothing if it
/// is none. A year of two digits is at most 50 years after that of `now`.
[[nodiscard]] std::optional<std::int64_t> read_date(std::string_view text, std::int64_t now);

/// When an answer was asked for and came: by the loop's clock, and the calendar's seconds since
/// 1970 at which it came.
struct Moment {
    Time asked{};
    Time came{};
    std::int64_t calendar = 0;
};

/// The calendar's seconds since 1970, now.
[[nodiscard]] std::int64_t calendar_now();

/// What an answer says of its own freshness.
struct Freshness {
    Directives directives{};
    /// `s-maxage`, else `max-age`, else `Expires` less `Date` (RFC 9111 4.2.1); nothing if it has
    /// none of them. There is no heuristic.
    std::optional<Duration> lifetime{};
    /// When it came (RFC 9111 4.2.3). An Age that is no number, or is there twice, makes it as old
    /// as can be.
    Duration age{};
};
[[nodiscard]] Freshness freshness_of(http::Fields fields, const Moment& moment);

/// Whether a cache that several users share may store the answer with these fields and that status
/// to a GET without Range (RFC 9111 3): it must have a lifetime, or must not be used before it was
/// validated; and it is no part of a larger one, nor for one user, nor different for each request.
struct Question {
    bool authorized = false;  ///< the request had Authorization
    bool no_store = false;    ///< the request had `no-store`
};
[[nodiscard]] bool may_store(int status, http::Fields fields, const Freshness& freshness,
                             const Question& question);

}  // namespace aggregator::cache
