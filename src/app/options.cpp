#include "app/options.hpp"

#include <algorithm>
#include <span>
#include <thread>
#include <utility>

#include <boost/program_options.hpp>

#include <aggregator/base/text.hpp>

#include "app/choose.hpp"

namespace aggregator::app {
namespace {

namespace po = boost::program_options;
using Problem = tl::unexpected<std::string>;

constexpr unsigned kWorkersMax = 1024;

constexpr Words<Options::Command, 9> kCommands{{
    {"run", Options::Command::Run},
    {"lint", Options::Command::Lint},
    {"routes", Options::Command::Routes},
    {"fmt", Options::Command::Fmt},
    {"schema", Options::Command::Schema},
    {"explain", Options::Command::Explain},
    {"state", Options::Command::State},
    {"version", Options::Command::Version},
    {"help", Options::Command::Help},
}};

constexpr Words<base::LogLevel, 4> kLevels{{
    {"error", base::LogLevel::Error},
    {"warning", base::LogLevel::Warning},
    {"info", base::LogLevel::Info},
    {"debug", base::LogLevel::Debug},
}};

constexpr Words<base::LogFormat, 2> kFormats{{
    {"text", base::LogFormat::Text},
    {"json", base::LogFormat::Json},
}};

/// The options that a command has.
constexpr const char* kOfRun[] = {"config",    "listen",     "workers",
                                  "log-level", "log-format", "allow-unsupported"};
constexpr const char* kOfLint[] = {"config", "format",  "severity",
                                   "rule",   "explain", "list-rules",
                                   "fix",    "diff",    "allow-unsupported"};
constexpr const char* kOfRoutes[] = {"config", "format", "allow-unsupported"};
constexpr const char* kOfFmt[] = {"config", "check", "diff"};
constexpr const char* kOfState[] = {"clear"};

po::options_description described() {
    po::options_description all;
    auto add = all.add_options();
    for (const char* const name : {"config,c", "listen", "workers", "log-level", "log-format",
                                   "format", "severity", "explain"}) {
        add(name, po::value<std::string>(), "");
    }
    for (const char* const name : {"rule", "word", "allow-unsupported"}) {
        add(name, po::value<std::vector<std::string>>(), "");
    }
    for (const char* const name :
         {"list-rules", "fix", "diff", "check", "clear", "help,h", "version"}) {
        add(name, "");
    }
    return all;
}

tl::expected<ListenAddress, std::string> parse_listen(const std::string& text) {
    const auto colon = text.rfind(':');
    const std::string wrong =
        "--listen wants ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080 or :8080; not '" + text +
        "'";
    if (colon == std::string::npos) {
        return Problem(wrong);
    }
    const auto port = base::parse_decimal(std::string_view(text).substr(colon + 1));
    std::string address = text.substr(0, colon);
    if (address.size() >= 2 && address.front() == '[' && address.back() == ']') {
        address = address.substr(1, address.size() - 2);
    } else if (address.find(':') != std::string::npos) {
        return Problem(wrong);
    }
    if (!port || *port > 65535) {
        return Problem(wrong);
    }
    return ListenAddress{address, static_cast<std::uint16_t>(*port)};
}

tl::expected<unsigned, std::string> parse_workers(const std::string& text) {
    const auto count = base::parse_decimal(text);
    if (!count || *count == 0 || *count > kWorkersMax) {
        return Problem("--workers wants a number from 1 to " + std::to_string(kWorkersMax) +
                       ", not '" + text + "'");
    }
    return static_cast<unsigned>(*count);
}

/// Stores what `parsed` holds, or says what is wrong.
template <typename Value, typename Target>
std::optional<std::string> store(tl::expected<Value, std::string> parsed, Target& target) {
    if (!parsed) {
        return std::move(parsed.error());
    }
    target = std::move(*parsed);
    return std::nullopt;
}

std::optional<std::string> read_values(const po::variables_map& given, Options& options) {
    const auto text = [&given](const char* name) { return given[name].as<std::string>(); };
    std::optional<std::string> problem;
    if (given.count("config") != 0) {
        options.config = text("config");
    }
    if (given.count("allow-unsupported") != 0) {
        options.lint.allowed = given["allow-unsupported"].as<std::vector<std::string>>();
    }
    if (given.count("listen") != 0) {
        problem = store(parse_listen(text("listen")), options.listen);
    }
    if (!problem && given.count("workers") != 0) {
        problem = store(parse_workers(text("workers")), options.workers);
    }
    if (!problem && given.count("log-level") != 0) {
        problem = store(choose("log level", text("log-level"), kLevels), options.log_level);
    }
    if (!problem && given.count("log-format") != 0) {
        problem = store(choose("log format", text("log-format"), kFormats), options.log_format);
    }
    return problem;
}

std::optional<std::string> read_lint_values(const po::variables_map& given, LintOptions& lint) {
    const auto text = [&given](const char* name) { return given[name].as<std::string>(); };
    std::optional<std::string> problem;
    lint.list_rules = given.count("list-rules") != 0;
    if (given.count("diff") != 0) {
        lint.repairs = Repairs::Show;
    } else if (given.count("fix") != 0) {
        lint.repairs = Repairs::Write;
    }
    if (given.count("format") != 0) {
        problem = store(parse_lint_format(text("format")), lint.format);
    }
    if (!problem && given.count("severity") != 0) {
        problem = store(parse_severity(text("severity")), lint.threshold);
    }
    if (!problem && given.count("rule") != 0) {
        const auto& texts = given["rule"].as<std::vector<std::string>>();
        problem = store(parse_choices(texts), lint.choices);
    }
    if (!problem && given.count("explain") != 0) {
        problem = store(parse_rule(text("explain")), lint.explain);
    }
    return problem;
}

/// A sentence about an option that the command does not have, if one was given.
std::optional<std::string> find_strange(const po::variables_map& given,
                                        std::span<const char* const> own,
                                        const std::string& command) {
    for (const auto& [name, value] : given) {
        if (name != "word" && std::find(own.begin(), own.end(), name) == own.end()) {
            return std::string("--").append(name).append(" has no meaning for ").append(command);
        }
    }
    return std::nullopt;
}

std::optional<std::string> check_run(const po::variables_map& given, const Options& options) {
    if (!options.paths.empty()) {
        return "unexpected argument '" + options.paths.front() +
               "'; the configuration's path follows --config";
    }
    if (given.count("config") == 0) {
        return "no configuration; name one with --config PATH";
    }
    return find_strange(given, kOfRun, "run");
}

/// A path that stands twice would have every finding told twice.
void drop_repeated(std::vector<std::string>& paths) {
    std::vector<std::string> once;
    for (std::string& path : paths) {
        if (std::find(once.begin(), once.end(), path) == once.end()) {
            once.push_back(std::move(path));
        }
    }
    paths = std::move(once);
}

/// What --explain and --list-rules print goes without paths, and as text or JSON.
std::optional<std::string> check_question(const Options& options) {
    const std::string name = options.lint.list_rules ? "--list-rules" : "--explain";
    if (!options.paths.empty()) {
        return name + " looks at no configuration, but '" + options.paths.front() + "' is named";
    }
    if (options.lint.repairs != Repairs::Off) {
        return name + " repairs nothing";
    }
    if (options.lint.format != LintFormat::Text && options.lint.format != LintFormat::Json) {
        return name + " prints text or json";
    }
    return std::nullopt;
}

std::optional<std::string> check_lint(const po::variables_map& given, Options& options) {
    if (auto problem = find_strange(given, kOfLint, "lint, which starts nothing")) {
        return problem;
    }
    if (given.count("config") != 0) {
        options.paths.push_back(options.config);
    }
    if (auto problem = read_lint_values(given, options.lint)) {
        return problem;
    }
    if (options.lint.list_rules || !options.lint.explain.empty()) {
        return check_question(options);
    }
    if (options.paths.empty()) {
        return "lint wants at least one path of a configuration, or - for standard input";
    }
    drop_repeated(options.paths);
    return std::nullopt;
}

std::optional<std::string> check_routes(const po::variables_map& given, Options& options) {
    auto problem = find_strange(given, kOfRoutes, "routes, which starts nothing");
    if (problem) {
        return problem;
    }
    if (given.count("config") != 0) {
        options.paths.push_back(options.config);
    }
    if (options.paths.size() != 1) {
        return "routes wants one path of a configuration, or - for standard input";
    }
    if (given.count("format") != 0) {
        problem =
            store(parse_routes_format(given["format"].as<std::string>()), options.lint.format);
    }
    return problem;
}

std::optional<std::string> check_fmt(const po::variables_map& given, Options& options) {
    if (auto problem = find_strange(given, kOfFmt, "fmt, which starts nothing")) {
        return problem;
    }
    options.fmt.check = given.count("check") != 0;
    options.fmt.diff = given.count("diff") != 0;
    if (given.count("config") != 0) {
        options.paths.push_back(options.config);
    }
    drop_repeated(options.paths);
    if (options.paths.empty()) {
        return "fmt wants at least one path of a configuration, or - for standard input";
    }
    const auto dash = std::find(options.paths.begin(), options.paths.end(), "-");
    if (options.paths.size() > 1 && dash != options.paths.end()) {
        return "fmt takes - alone, as the text that comes out goes to standard output";
    }
    return std::nullopt;
}

/// Of schema and explain, which answer a question and read no configuration.
std::optional<std::string> check_words(const po::variables_map& given, const Options& options) {
    const bool schema = options.command == Options::Command::Schema;
    if (auto problem = find_strange(given, {}, schema ? "schema" : "explain")) {
        return problem;
    }
    if (schema && options.paths.size() > 1) {
        return "schema wants the name of one part, or none for the whole";
    }
    if (!schema && options.paths.size() != 1) {
        return "explain wants one key of a configuration, or one rule of lint";
    }
    return std::nullopt;
}

std::optional<std::string> check_state(const po::variables_map& given, Options& options) {
    if (auto problem = find_strange(given, kOfState, "state, which starts nothing")) {
        return problem;
    }
    if (options.paths.size() != 1) {
        return "state wants the file that `state` of `admin` in the configuration names";
    }
    options.clears = given.count("clear") != 0;
    return std::nullopt;
}

/// What the command that was asked for makes of its options.
std::optional<std::string> check_command(const po::variables_map& given, Options& options) {
    switch (options.command) {
        case Options::Command::Run:
            return check_run(given, options);
        case Options::Command::Lint:
            return check_lint(given, options);
        case Options::Command::Routes:
            return check_routes(given, options);
        case Options::Command::Fmt:
            return check_fmt(given, options);
        case Options::Command::State:
            return check_state(given, options);
        case Options::Command::Schema:
        case Options::Command::Explain:
            return check_words(given, options);
        case Options::Command::Version:
        case Options::Command::Help:
            break;
    }
    return std::nullopt;
}

std::optional<std::string> read_command(const po::variables_map& given, Options& options) {
    if (given.count("word") != 0) {
        options.paths = given["word"].as<std::vector<std::string>>();
        auto command = choose("command", options.paths.front(), kCommands);
        if (!command) {
            return std::move(command.error());
        }
        options.command = *command;
        options.paths.erase(options.paths.begin());
    }
    if (given.count("version") != 0) {
        options.command = Options::Command::Version;
    }
    if (given.count("help") != 0) {
        options.command = Options::Command::Help;
    }
    return std::nullopt;
}

}  // namespace

tl::expected<Options, std::string> parse_options(const std::vector<std::string>& arguments) {
    Options options;
    options.workers = std::max(1u, std::thread::hardware_concurrency());
    if (arguments.empty()) {
        options.command = Options::Command::Help;
        return options;
    }
    po::variables_map given;
    try {
        po::positional_options_description words;
        words.add("word", -1);
        constexpr int kStyle =
            po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(arguments)
                      .options(described())
                      .positional(words)
                      .style(kStyle)
                      .run(),
                  given);
    } catch (const po::error& error) {
        return Problem(error.what());
    }
    auto problem = read_command(given, options);
    if (!problem) {
        problem = read_values(given, options);
    }
    if (!problem) {
        problem = check_command(given, options);
    }
    if (problem) {
        return Problem(std::move(*problem));
    }
    return options;
}

}  // namespace aggregator::app
