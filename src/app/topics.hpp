#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::app {

/// One thing that `aggregator explain` answers and that no schema or rule of lint describes: a
/// failure, a drop reason, a metric, a field of the log, a component of the format.
struct Topic {
    std::string_view kind;
    std::string name;
    std::string text;        ///< for people, in lines of up to 100 columns; begins with the name
    std::string older = {};  ///< a name that it had long ago; empty: none
};

/// A header that the gateway itself sets, by the usual `router.header_prefix`.
struct HeaderRow {
    std::string_view name;
    std::string_view on;  ///< which messages have it
    std::string_view meaning;
};
[[nodiscard]] std::span<const HeaderRow> header_rows();

/// All of them, those of a kind together.
[[nodiscard]] std::vector<Topic> topics();

/// Every name that `explain` knows, rules and keys too, each once, in alphabetical order.
[[nodiscard]] std::vector<std::string> topic_names();

}  // namespace aggregator::app
