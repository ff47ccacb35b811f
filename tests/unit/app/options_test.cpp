#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "app/command_table.hpp"
#include "app/options.hpp"

using namespace aggregator::app;
using aggregator::base::LogFormat;
using aggregator::base::LogLevel;

namespace {

std::string problem(const std::vector<std::string>& arguments) {
    const auto options = parse_options(arguments);
    return options ? "" : options.error();
}

}  // namespace

TEST_CASE("options: --config alone means run") {
    const auto options = parse_options({"--config", "a.json"});
    REQUIRE(options);
    CHECK(options->command == Options::Command::Run);
    CHECK(options->config == "a.json");
    CHECK(options->workers >= 1);
    CHECK(parse_options({"run", "-c", "a.json"})->config == "a.json");
}

TEST_CASE("options: every option of run is read") {
    const auto options = parse_options({"run", "--config=a", "--listen", "[::1]:0", "--workers",
                                        "3", "--log-level", "debug", "--log-format", "json"});
    REQUIRE(options);
    REQUIRE(options->listen);
    CHECK(options->listen->address == "::1");
    CHECK(options->listen->port == 0);
    CHECK(options->workers == 3);
    CHECK(options->log_level == LogLevel::Debug);
    CHECK(options->log_format == LogFormat::Json);
}

TEST_CASE("options: lint takes paths") {
    const auto options = parse_options({"lint", "a", "b"});
    REQUIRE(options);
    CHECK(options->paths == std::vector<std::string>{"a", "b"});
}

TEST_CASE("options: no arguments and --help ask for help, version and --version for the version") {
    CHECK(parse_options({})->command == Options::Command::Help);
    CHECK(parse_options({"--help"})->command == Options::Command::Help);
    CHECK(parse_options({"run", "--help"})->command == Options::Command::Help);
    CHECK(parse_options({"version"})->command == Options::Command::Version);
    CHECK(parse_options({"--version"})->command == Options::Command::Version);
}

TEST_CASE("options: check and validate are one command, and so is run with --check") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"check", "a.json"},
          {"validate", "-c", "a.json"},
          {"check", "-tlc", "a.json"},
          {"--config", "a.json", "--check"},
          {"run", "--config", "a.json", "--listen", ":0", "--check"}}) {
        const auto options = parse_options(words);
        REQUIRE(options);
        CHECK(options->command == Options::Command::Check);
        CHECK(options->paths == std::vector<std::string>{"a.json"});
    }
    CHECK(parse_options({"check", "-ddd", "a"})->check.routes);
    CHECK(parse_options({"check", "-n", "a"})->check.lint);
    CHECK_FALSE(parse_options({"check", "-t", "a"})->check.lint);
    CHECK(problem({"check"}).find("one path") != std::string::npos);
    CHECK(problem({"check", "a", "--workers", "1"}).find("no option of check") !=
          std::string::npos);
    CHECK(problem({"check-plugin"}).find("plugins cannot be loaded") != std::string::npos);
    CHECK(problem({"audit", "a"}).find("'aggregator lint'") != std::string::npos);
}

TEST_CASE("options: help is about the command that is named") {
    CHECK_FALSE(parse_options({"--help"})->about);
    CHECK(parse_options({"lint", "--help"})->about == Options::Command::Lint);
    CHECK(parse_options({"help", "validate"})->about == Options::Command::Check);
    CHECK(problem({"help", "lnt"}).find("did you mean 'lint'") != std::string::npos);
}

TEST_CASE("options: every option of the table is one of its command, with each of its words") {
    using aggregator::app::CommandRow;
    using aggregator::app::OptionRow;
    for (const CommandRow& command : aggregator::app::command_table()) {
        for (const OptionRow& option : command.options) {
            CAPTURE(command.name);
            CAPTURE(option.name);
            std::istringstream words(option.words.empty() ? "no-hosts=off"
                                                          : std::string(option.words));
            for (std::string word; words >> word;) {
                std::vector<std::string> line{std::string(command.name),
                                              "--" + std::string(option.name)};
                if (!option.value.empty()) {
                    line.push_back(word);
                }
                const std::string told = problem(line);
                CHECK(told.find("no option") == std::string::npos);
                CHECK(told.find("unrecognised") == std::string::npos);
                CHECK((option.words.empty() || told.find("unknown") == std::string::npos));
            }
        }
    }
}

TEST_CASE("options: state takes one file, and can be told to clear it") {
    CHECK(parse_options({"state", "a.db"})->command == Options::Command::State);
    CHECK_FALSE(parse_options({"state", "a.db"})->clears);
    CHECK(parse_options({"state", "a.db", "--clear"})->clears);
    CHECK(problem({"state"}).find("file") != std::string::npos);
    CHECK(problem({"state", "a.db", "--fix"}).find("--fix") != std::string::npos);
    CHECK(problem({"run", "-c", "a", "--clear"}).find("--clear") != std::string::npos);
}

TEST_CASE("options: what is wrong is said in one sentence") {
    CHECK(problem({"rum"}).find("did you mean 'run'") != std::string::npos);
    CHECK(problem({"run"}).find("--config") != std::string::npos);
    CHECK(problem({"lint"}).find("path") != std::string::npos);
    CHECK(problem({"run", "a.json"}).find("--config") != std::string::npos);
    CHECK(problem({"--config", "a", "--workers", "0"}).find("--workers") != std::string::npos);
    CHECK(problem({"--config", "a", "--workers", "many"}).find("'many'") != std::string::npos);
    CHECK(problem({"--config", "a", "--log-level", "loud"}).find("error, warning") !=
          std::string::npos);
    CHECK(problem({"--config", "a", "--listen", "8080"}).find("ADDRESS:PORT") != std::string::npos);
    CHECK(problem({"--config", "a", "--listen", "a:70000"}).find("ADDRESS:PORT") !=
          std::string::npos);
    CHECK(problem({"--config", "a", "--listen", "::1:80"}).find("[::1]") != std::string::npos);
    CHECK(problem({"--config", "a", "--unheard"}).find("unheard") != std::string::npos);
    CHECK(problem({"--config", "a", "--config", "b"}).find("config") != std::string::npos);
    CHECK(problem({"lint", "a", "--workers", "2"}).find("lint") != std::string::npos);
}

TEST_CASE("options: every option of lint is read, and the last choice for a rule counts") {
    const auto options =
        parse_options({"lint", "-", "a", "a", "--format", "sarif", "--severity", "advice", "--rule",
                       "unknown-key=off", "--rule=no-hosts=off", "--rule", "unknown-key=warning"});
    REQUIRE(options);
    CHECK(options->paths == std::vector<std::string>{"-", "a"});
    CHECK(options->lint.format == LintFormat::Sarif);
    CHECK(options->lint.threshold == aggregator::lint::Severity::Advice);
    CHECK(options->lint.choices.at("unknown-key") == aggregator::lint::Severity::Warning);
    CHECK(options->lint.choices.at("no-hosts") == std::nullopt);
}

TEST_CASE("options: questions about rules need no path") {
    CHECK(parse_options({"lint", "--list-rules"})->lint.list_rules);
    CHECK(parse_options({"lint", "--explain", "no-hosts"})->lint.explain == "no-hosts");
    CHECK(problem({"lint", "a", "--list-rules"}).find("'a'") != std::string::npos);
    CHECK(problem({"lint", "--list-rules", "--format", "junit"}).find("json") != std::string::npos);
}

TEST_CASE("options: fmt takes paths, and may check or show") {
    const auto options = parse_options({"fmt", "a", "b", "a", "--check", "--diff"});
    REQUIRE(options);
    CHECK(options->command == Options::Command::Fmt);
    CHECK(options->paths == std::vector<std::string>{"a", "b"});
    CHECK(options->fmt.check);
    CHECK(options->fmt.diff);
    CHECK_FALSE(parse_options({"fmt", "-"})->fmt.check);
    CHECK(problem({"fmt"}).find("path") != std::string::npos);
    CHECK(problem({"fmt", "-", "a"}).find("alone") != std::string::npos);
    CHECK(problem({"fmt", "a", "--fix"}).find("--fix is no option of fmt") == 0);
    CHECK(problem({"lint", "a", "--check"}).find("--check is no option of lint") == 0);
}

TEST_CASE("options: lint is told what it does not know") {
    CHECK(problem({"lint", "a", "--format", "sarfi"}).find("'sarif'") != std::string::npos);
    CHECK(problem({"lint", "a", "--severity", "fatal"}).find("error, warning") !=
          std::string::npos);
    CHECK(problem({"lint", "a", "--rule", "no-hosts"}).find("NAME=") != std::string::npos);
    CHECK(problem({"lint", "a", "--rule", "no-host=off"}).find("'no-hosts'") != std::string::npos);
    CHECK(problem({"lint", "a", "--rule", "no-hosts=on"}).find("off") != std::string::npos);
    CHECK(problem({"lint", "--explain", "nothing"}).find("--list-rules") != std::string::npos);
    CHECK(problem({"--config", "a", "--format", "json"}).find("run") != std::string::npos);
    CHECK(problem({"lint", "a", "--log-level", "debug"}).find("lint") != std::string::npos);
}
