#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::cache {

using Seconds = std::chrono::seconds;

/// A number of seconds as headers write it (RFC 9111 1.2.2). What is larger than 2^31 is that;
/// nothing if it is no number.
[[nodiscard]] std::optional<Seconds> read_seconds(std::string_view text);

/// What the Cache-Control fields of one message say (RFC 9111 5.2, RFC 5861). Names are compared
/// without case. A value may be quoted. One that is no number, or is missing, is taken for 0
/// seconds: the strictest. Of a directive that is there more than once the smallest value counts.
/// Directives that list fields (`private="X"`) are taken as if they did not.
struct Directives {
    bool no_store = false;
    bool no_cache = false;
    bool is_private = false;
    bool is_public = false;
    bool must_revalidate = false;
    bool proxy_revalidate = false;
    bool must_understand = false;
    bool only_if_cached = false;
    std::optional<Seconds> max_age{};
    std::optional<Seconds> s_maxage{};
    std::optional<Seconds> stale_if_error{};
    std::optional<Seconds> stale_while_revalidate{};
    std::optional<Seconds> max_stale{};  ///< of a request; without a value the largest
    std::optional<Seconds> min_fresh{};  ///< of a request

    /// Whether an answer that is stale must not be used, whatever else allows it (RFC 9111 4.2.4).
    [[nodiscard]] bool forbids_stale() const {
        return must_revalidate || proxy_revalidate || no_cache || s_maxage.has_value();
    }
};

/// All Cache-Control fields together.
[[nodiscard]] Directives read_directives(http::Fields fields);

/// Calls `visit` for each element of a list that is not empty, without spaces around it (RFC 9110
/// 5.6.1). Commas within quoted strings do not separate.
void for_each_element(std::string_view list, const std::function<void(std::string_view)>& visit);

/// Whether an entity tag stands in a list of them, or the list is `*`: compared weakly (RFC 9110
/// 8.8.3.2).
[[nodiscard]] bool lists_tag(std::string_view list, std::string_view tag);

}  // namespace aggregator::cache
