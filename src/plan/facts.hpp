#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/config/shadow.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::plan {

/// What a request can be asked for: a header, a query string, a parameter or a cookie of a name.
struct Fact {
    config::ShadowConditionConfig::Subject subject{};
    std::string_view name;
    std::size_t param = 0;  ///< a parameter's place among the captured values
};

/// The values that a request has for a Fact, one after the other. Borrows all it is given.
class Facts {
public:
    Facts(const Fact& fact, const http::Request& request, std::string& scratch);

    /// The next one, a query string's decoded; a view of the request, or of the scratch until the
    /// next call. Nothing when there are no more.
    [[nodiscard]] std::optional<std::string_view> next();

private:
    [[nodiscard]] std::optional<std::string_view> next_header(std::string_view name);
    [[nodiscard]] std::optional<std::string_view> next_cookie();
    [[nodiscard]] std::optional<std::string_view> next_query();
    [[nodiscard]] std::optional<std::string_view> param();

    const Fact& fact_;
    const http::Request& request_;
    std::string& scratch_;
    std::size_t at_ = 0;     // of the next header, or whether the parameter was given
    std::string_view rest_;  // of the query, or of one Cookie field
};

/// The place of the parameter that a name means among the captured ones: names are one whatever the
/// case of their first letter, and of two the last one counts.
[[nodiscard]] std::optional<std::size_t> param_named(const std::vector<std::string>& params,
                                                     std::string_view name);

}  // namespace aggregator::plan
