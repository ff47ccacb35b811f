#include <doctest/doctest.h>

#include <string>
#include <vector>

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
    CHECK(problem({"fmt", "a", "--fix"}).find("--fix has no meaning for fmt") == 0);
    CHECK(problem({"lint", "a", "--check"}).find("--check has no meaning for lint") == 0);
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
