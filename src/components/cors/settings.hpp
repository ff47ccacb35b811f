#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// `scheme://host[:port]` with at most one `*`, which stands for at least one character of a host
/// and a port; or `null`.
class OriginPattern {
public:
    explicit OriginPattern(std::string_view text);
    /// Compared without case, as hosts and schemes are (RFC 6454 4).
    [[nodiscard]] bool matches(std::string_view origin) const;

private:
    std::string front_;  ///< up to the `*`, or all
    std::string back_;   ///< behind it
    bool open_ = false;  ///< there is a `*`
};

/// Which pages of other origins may read replies (Fetch standard, HTTP CORS protocol).
struct CorsSettings : reading::Settings {
    bool any_origin = false;
    std::vector<OriginPattern> origins;                          ///< if not any
    std::vector<std::string> methods = {"GET", "POST", "HEAD"};  ///< in upper case
    bool any_header = true;
    std::vector<std::string> headers;  ///< if not any
    std::string exposed;               ///< the value of Access-Control-Expose-Headers; may be empty
    bool credentials = false;          ///< never with `any_origin`
    bool private_network = false;
    std::string max_age;  ///< in seconds; empty: not said
    bool passthrough = false;
    int success_status = 204;
    bool debug = false;

    [[nodiscard]] bool allows_origin(std::string_view origin) const;
    [[nodiscard]] bool allows_method(std::string_view method) const;
    /// Of a list that is separated by commas.
    [[nodiscard]] bool allows_headers(std::string_view list) const;
};

/// Whether `wanted` holds for an element of a list that is separated by commas (RFC 9110 5.6.1).
template <typename Wanted>
[[nodiscard]] bool any_of_list(std::string_view list, const Wanted& wanted) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (wanted(base::trim(list.substr(0, comma)))) {
            return true;
        }
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

/// Reads the component's keys.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_cors(const reading::Value& value);

}  // namespace aggregator::components
