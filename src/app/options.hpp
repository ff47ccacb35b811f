#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include <aggregator/base/log.hpp>

#include "app/lint_options.hpp"

namespace aggregator::app {

/// Exit statuses of the program.
inline constexpr int kFine = 0;
inline constexpr int kBadInput = 1;
inline constexpr int kWrongUsage = 2;

/// An address to listen on.
struct ListenAddress {
    std::string address;  ///< empty: every interface
    std::uint16_t port = 0;
};

/// What only fmt is told; neither: write.
struct FmtOptions {
    bool check = false;  ///< list what would change
    bool diff = false;   ///< show how
};

/// What only check has.
struct CheckOptions {
    bool lint = false;    ///< look with every rule of lint, too
    bool routes = false;  ///< print the table of routes
};

struct Options {
    enum class Command : std::uint8_t {
        Run,
        Check,
        Lint,
        Routes,
        Fmt,
        Init,
        Explain,
        Schema,
        Reference,
        State,
        Completion,
        Manual,
        Version,
        Help,
    };
    Command command = Command::Run;
    std::string program = "aggregator";  ///< as it was called, for commands to try next
    std::string config;
    std::optional<ListenAddress> listen;  ///< instead of the configuration's
    unsigned workers = 1;
    base::LogLevel log_level = base::LogLevel::Info;
    base::LogFormat log_format = base::LogFormat::Text;
    /// Of lint and fmt, and the one of check and routes; `-` is standard input. Of the others:
    /// words.
    std::vector<std::string> paths;
    LintOptions lint;  ///< of routes only the format
    FmtOptions fmt;
    bool clears = false;  ///< state removes what it shows
    CheckOptions check;
    /// Of help: the command that it is about; nothing: the program.
    std::optional<Command> about;
};

/// The command line's meaning, or one sentence that says what is wrong with it.
[[nodiscard]] tl::expected<Options, std::string> parse_options(
    const std::vector<std::string>& arguments);

}  // namespace aggregator::app
