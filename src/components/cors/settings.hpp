#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
struct CorsSettings final : reading::Settings {
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

/// Reads the component's keys.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_cors(const reading::Value& value);

}  // namespace aggregator::components
