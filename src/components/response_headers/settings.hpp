#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// What is done to a reply's headers, in this order. Names are compared without case.
struct ResponseHeaders final : reading::Settings {
    using Values = std::vector<std::pair<std::string, std::string>>;

    std::vector<std::string> remove;  ///< `delete`
    Values rename;                    ///< from, to: a header that has the new name already goes
    Values replace;  ///< values of headers that are there; a name that stands twice has two
    Values add;      ///< lines that are there besides
};

/// Reads the component's keys.
[[nodiscard]] std::shared_ptr<const reading::Settings> read_response_headers(
    const reading::Value& value);

}  // namespace aggregator::components
