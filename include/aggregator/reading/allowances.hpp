#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/reading/source.hpp>

namespace aggregator::reading {

struct Value;
class Report;

/// What an entry of the environment is called that names an unsupported component which may be left
/// out, as if it stood in `@allow_unsupported`; no variable has such a name.
inline constexpr std::string_view kAllowOption = "--allow-unsupported";

/// What may be left out of a configuration though it is not supported: `@allow_unsupported` at the
/// root of the service, and the command line's `--allow-unsupported`.
class Allowances {
public:
    /// Reads the list of a service's root; tells what is none.
    void read(const Value& root);
    void add_option(std::string name, Report& report);

    /// Whether the component, or the key of one, may be left out: counts a place where it is.
    [[nodiscard]] bool cover(std::string_view name);

    /// Warns of each that was nowhere needed.
    void tell_unused(const std::string& path, Report& report) const;
    [[nodiscard]] std::vector<Allowance> take();

private:
    struct Entry {
        Allowance allowance;
        Source list;  ///< of the command line: none
        std::size_t index = 0;
    };
    std::vector<Entry> entries_;
};

}  // namespace aggregator::reading
