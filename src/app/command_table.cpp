#include "app/command_table.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::app {
namespace {

using enum Options::Command;

constexpr OptionRow kConfig{"config", 'c', "PATH", "The configuration: a file or a folder",
                            Takes::Path};
constexpr OptionRow kAllow{"allow-unsupported",
                           0,
                           "NAME",
                           "Continue without a component, or COMPONENT.KEY, that is not supported",
                           Takes::Text,
                           {},
                           true};

constexpr OptionRow kOfRun[] = {
    kConfig,
    {"listen", 0, "ADDRESS:PORT",
     "Listen here and not where the configuration says; port 0 is any free one", Takes::Text},
    {"workers", 0, "N", "Threads that serve requests (default: one for each processor)",
     Takes::Text},
    {"log-level", 0, "LEVEL", "error, warning, info or debug (default: info)", Takes::Words,
     "error warning info debug"},
    {"log-format", 0, "FORMAT", "text or json (default: text)", Takes::Words, "text json"},
    kAllow,
    {"check", 0, "", "Check the configuration as the command check does, and start nothing"},
};

constexpr OptionRow kOfCheck[] = {
    kConfig,
    {"lint", 'l', "", "Look with every rule of lint, and fail for its errors"},
    {"lint-no-network", 'n', "", "The same as --lint: no check needs the network"},
    {"test-gin-routes", 't', "", "Changes nothing: routes that conflict are always found"},
    {"debug", 'd', "", "Print the table of routes too; may be repeated", Takes::Nothing, {}, true},
    kAllow,
};

constexpr OptionRow kOfLint[] = {
    kConfig,
    {"format", 0, "FORMAT", "text, json, sarif, github or junit (default: text)", Takes::Words,
     "text json sarif github junit"},
    {"severity", 0, "LEVEL",
     "The least severe finding that makes the exit status 1: error, warning or advice (default: "
     "error)",
     Takes::Words, "error warning advice"},
    {"rule",
     0,
     "RULE=LEVEL",
     "off, advice, warning or error for one rule. In a configuration: \"@lint\": {\"RULE\": "
     "\"LEVEL\"}",
     Takes::Choice,
     {},
     true},
    {"fix", 0, "", "Repair JSON files where that cannot change what they mean"},
    {"diff", 0, "", "Print what --fix would change as a unified diff, and write nothing"},
    {"explain", 0, "RULE", "Explain a rule, with a bad and a good example", Takes::RuleName},
    {"list-rules", 0, "", "List all rules"},
    kAllow,
};

constexpr OptionRow kOfRoutes[] = {
    kConfig,
    {"format", 0, "FORMAT", "text or json (default: text)", Takes::Words, "text json"},
    kAllow,
};

constexpr OptionRow kOfFmt[] = {
    kConfig,
    {"check", 0, "",
     "Write nothing, list the files that would change, exit with 1 if there are any"},
    {"diff", 0, "", "Write nothing, print what would change as a unified diff"},
};

constexpr OptionRow kOfState[] = {
    {"clear", 0, "", "Forget the changes that the file holds"},
};

constexpr CommandRow kCommands[] = {
    {Run, "run", "", "--config PATH", "Serve a configuration",
     "`aggregator --config PATH` is short for it. Logs go to standard error, one event a\n"
     "line. SIGTERM and SIGINT end the program after the requests in flight, a second one\n"
     "ends it at once; SIGUSR1 writes the counters to the log.",
     kOfRun},
    {Check, "check", "validate", "PATH", "Check whether a configuration can be served",
     "Loads and compiles the configuration as run does, and prints what run would log of it\n"
     "to standard error. Prints `Syntax OK!` and exits with 0 if run would start with it, exits\n"
     "with 1 otherwise. The path may follow --config or stand alone; - is standard input.",
     kOfCheck, Takes::Path},
    {Lint, "lint", "", "PATH...", "Print what is wrong with configurations or may surprise",
     "Takes files, folders and -, which is standard input. Findings go to standard output,\n"
     "their number to standard error. What keeps a configuration from being served is an\n"
     "error whatever is chosen.",
     kOfLint, Takes::Path},
    {Routes, "routes", "", "PATH", "List the routes of a configuration with their backends",
     "Prints method, path, hosts and url_pattern of each backend and shadow.", kOfRoutes,
     Takes::Path},
    {Fmt, "fmt", "", "PATH...", "Lay out configurations in JSON, in place",
     "Two spaces for a level, a line for a member; what stood on one line and fits into 100\n"
     "columns stays there. Order of keys, comments, texts and numbers are kept. - reads\n"
     "standard input and writes standard output.",
     kOfFmt, Takes::Path},
    {Init,
     "init",
     "",
     "[FOLDER]",
     "Write a first configuration",
     "Writes aggregator.json, its schema and settings of Visual Studio Code that use the\n"
     "schema, into the folder or the current one. Files that exist are never changed.",
     {},
     Takes::Path},
    {Explain,
     "explain",
     "",
     "NAME",
     "Explain a key, failure, rule, metric or component",
     "NAME is a key of a configuration (timeout, proxy.shadow), a failure or drop reason in\n"
     "a log (wrong_shape, queue_full), a rule of lint, a metric, a field of the log, or a\n"
     "component of KrakenD (auth/validator).",
     {},
     Takes::Topic},
    {Schema,
     "schema",
     "",
     "[PART]",
     "Print the JSON Schema of a configuration",
     "PART is one part of it, such as endpoint or backend; without it, the whole.",
     {},
     Takes::Part},
    {Reference,
     "reference",
     "",
     "",
     "Print the reference in Markdown",
     "All keys, failures, drop reasons, metrics, fields of the log, rules and components.",
     {}},
    {State, "state", "", "FILE", "Show the run-time changes that a state file holds",
     "FILE is what `state` of the component admin names.", kOfState, Takes::Path},
    {Completion,
     "completion",
     "",
     "bash|zsh",
     "Print completions for a shell",
     "bash: source <(aggregator completion bash)\n"
     "zsh: aggregator completion zsh > a file _aggregator in a folder of $fpath",
     {},
     Takes::Words,
     "bash zsh"},
    {Manual, "man", "", "", "Print the manual page", "aggregator man | man -l -", {}},
    {Version, "version", "", "", "Print the version", "", {}},
    {Help,
     "help",
     "",
     "[COMMAND]",
     "Print how the program or a command is used",
     "",
     {},
     Takes::Command},
};

/// Commands of KrakenD that are not here.
constexpr std::pair<std::string_view, std::string_view> kElsewhere[] = {
    {"audit", "'aggregator lint' prints what may surprise"},
    {"check-plugin", "plugins cannot be loaded"},
    {"test-plugin", "plugins cannot be loaded"},
};

}  // namespace

std::span<const CommandRow> command_table() { return kCommands; }

const CommandRow& row_of(Options::Command command) {
    const CommandRow* const found =
        std::find_if(std::begin(kCommands), std::end(kCommands),
                     [command](const CommandRow& one) { return one.command == command; });
    AGG_ASSERT(found != std::end(kCommands));
    return *found;
}

const CommandRow* find_command(std::string_view name) {
    const CommandRow* const found =
        std::find_if(std::begin(kCommands), std::end(kCommands), [name](const CommandRow& one) {
            return one.name == name || (!one.other_name.empty() && one.other_name == name);
        });
    return found == std::end(kCommands) ? nullptr : found;
}

tl::expected<Options::Command, std::string> command_named(const std::string& name) {
    if (const CommandRow* const command = find_command(name)) {
        return command->command;
    }
    for (const auto& [other, instead] : kElsewhere) {
        if (name == other) {
            return tl::unexpected<std::string>("there is no command '" + name + "'; " +
                                               std::string(instead));
        }
    }
    std::vector<std::string_view> names;
    for (const CommandRow& one : command_table()) {
        names.push_back(one.name);
    }
    const auto near = base::closest(name, names);
    return tl::unexpected<std::string>(
        "unknown command '" + name + "'" +
        (near ? "; did you mean '" + std::string(*near) + "'?" : ""));
}

std::vector<const OptionRow*> all_options() {
    std::vector<const OptionRow*> all;
    for (const CommandRow& command : kCommands) {
        for (const OptionRow& option : command.options) {
            const bool known = std::any_of(all.begin(), all.end(), [&option](const OptionRow* one) {
                return one->name == option.name;
            });
            if (!known) {
                all.push_back(&option);
            }
        }
    }
    return all;
}

}  // namespace aggregator::app
