#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "app/options.hpp"

/// The commands and their options, as one table: the command line is read by it, and `--help`, the
/// manual page and the completions of shells are made from it.
namespace aggregator::app {

/// What stands behind an option or as an argument, for shells that complete it.
enum class Takes : std::uint8_t {
    Nothing,
    Text,      ///< nobody knows
    Path,      ///< a file or a folder
    Words,     ///< one of OptionRow::words
    RuleName,  ///< a rule of lint
    Choice,    ///< RULE=LEVEL
    Topic,     ///< what `explain` answers
    Part,      ///< a part of the schema
    Command,   ///< a command of this program
};

struct OptionRow {
    std::string_view name;   ///< without the dashes
    char letter;             ///< of the short form; 0: there is none
    std::string_view value;  ///< what stands behind it, as `PATH`; empty: it is a switch
    std::string_view help;   ///< one sentence or two without the full stop
    Takes takes = Takes::Nothing;
    std::string_view words = {};  ///< those that alone may stand there, separated by spaces
    bool repeats = false;
};

struct CommandRow {
    Options::Command command;
    std::string_view name;
    std::string_view other_name;  ///< a second one that does the same; empty: none
    std::string_view arguments;   ///< as in `lint PATH...`
    std::string_view summary;     ///< one line without the full stop
    std::string_view about;       ///< paragraphs, lines of at most 80 columns
    std::span<const OptionRow> options;
    Takes takes = Takes::Nothing;  ///< of the arguments
    std::string_view words = {};   ///< as those of an option
};

/// All commands, in the order in which `--help` lists them.
[[nodiscard]] std::span<const CommandRow> command_table();

[[nodiscard]] const CommandRow& row_of(Options::Command command);

/// The command of that name or other name; null if there is none.
[[nodiscard]] const CommandRow* find_command(std::string_view name);

/// The same for the command line, or a sentence that says what is meant or used instead.
[[nodiscard]] tl::expected<Options::Command, std::string> command_named(const std::string& name);

/// Every option of any command, each name once: they are read alike by all.
[[nodiscard]] std::vector<const OptionRow*> all_options();

/// What `--help` prints of the program, and of one command.
[[nodiscard]] std::string help_text();
[[nodiscard]] std::string help_text(const CommandRow& command);

/// The manual page, as troff source with the macros of man(7).
[[nodiscard]] std::string manual_page();

/// What a shell reads to complete command lines: `bash` or `zsh`.
[[nodiscard]] std::string completion(std::string_view shell);

}  // namespace aggregator::app
