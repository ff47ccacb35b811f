#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/lint/lint.hpp>

namespace aggregator::lint {

/// A text with repairs made in it.
struct Repaired {
    std::string text;
    std::size_t count = 0;  ///< of the findings that were repaired
};

/// Makes the repairs of the findings, all about this text. All edits of a finding are made or none:
/// one that touches what an earlier one changes is left for the next time.
[[nodiscard]] Repaired repair(std::string_view text, const reading::Diagnostics& findings);

/// What became of a configuration's files.
struct Fix {
    struct File {
        std::string path;
        std::string before;
        std::string after;
    };
    std::vector<File> files;   ///< those that changed, in the order of their paths
    std::size_t repaired = 0;  ///< findings
    /// Repairs were left out, because the configuration would mean something else with them.
    bool refused = false;
    Result result;  ///< what is found in the files as they are then
    Result first;   ///< what was found in them before; unset if none changed
};

/// Repairs a configuration in rounds, until nothing is left that can be. Writes nothing. A
/// configuration that cannot be loaded stays as it is; so does each that would not mean the same,
/// or have other errors. A file that `texts` has is not read from the disk.
[[nodiscard]] Fix fix(const std::string& path, const config::Environment& environment,
                      const Choices& choices, const config::Texts& texts = {});

/// What changed, as a unified diff with three lines of context; empty if nothing did.
[[nodiscard]] std::string to_diff(const Fix::File& file);

}  // namespace aggregator::lint
