#include "app/options.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include <boost/program_options.hpp>

#include <aggregator/base/text.hpp>

namespace aggregator::app {
namespace {

namespace po = boost::program_options;
using Problem = tl::unexpected<std::string>;

constexpr unsigned kWorkersMax = 1024;

constexpr std::array<std::pair<std::string_view, Options::Command>, 4> kCommands{{
    {"run", Options::Command::Run},
    {"lint", Options::Command::Lint},
    {"version", Options::Command::Version},
    {"help", Options::Command::Help},
}};

constexpr std::array<std::pair<std::string_view, base::LogLevel>, 4> kLevels{{
    {"error", base::LogLevel::Error},
    {"warning", base::LogLevel::Warning},
    {"info", base::LogLevel::Info},
    {"debug", base::LogLevel::Debug},
}};

constexpr std::array<std::pair<std::string_view, base::LogFormat>, 2> kFormats{{
    {"text", base::LogFormat::Text},
    {"json", base::LogFormat::Json},
}};

/// The value that `word` names, or a sentence that lists the names.
template <typename Value, std::size_t kSize>
tl::expected<Value, std::string> choose(
    const std::string& what, const std::string& word,
    const std::array<std::pair<std::string_view, Value>, kSize>& table) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : table) {
        if (name == word) {
            return value;
        }
        names.push_back(name);
    }
    std::string text = "unknown " + what + " '" + word + "'";
    if (const auto near = base::closest(word, names)) {
        return Problem(text + "; did you mean '" + std::string(*near) + "'?");
    }
    text += ": use ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        text.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ").append(names[i]);
    }
    return Problem(text);
}

po::options_description described() {
    po::options_description all;
    all.add_options()("config,c", po::value<std::string>(), "")(
        "listen", po::value<std::string>(), "")("workers", po::value<std::string>(), "")(
        "log-level", po::value<std::string>(), "")("log-format", po::value<std::string>(), "")(
        "help,h", "")("version", "")("word", po::value<std::vector<std::string>>(), "");
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

std::optional<std::string> check_run(const po::variables_map& given, const Options& options) {
    if (!options.paths.empty()) {
        return "unexpected argument '" + options.paths.front() +
               "'; the configuration's path follows --config";
    }
    if (given.count("config") == 0) {
        return "no configuration; name one with --config PATH";
    }
    return std::nullopt;
}

std::optional<std::string> check_lint(const po::variables_map& given, Options& options) {
    for (const char* name : {"listen", "workers"}) {
        if (given.count(name) != 0) {
            return "--" + std::string(name) + " has no meaning for lint, which starts nothing";
        }
    }
    if (given.count("config") != 0) {
        options.paths.push_back(options.config);
    }
    if (options.paths.empty()) {
        return "lint wants at least one path of a configuration";
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
    if (!problem && options.command == Options::Command::Run) {
        problem = check_run(given, options);
    }
    if (!problem && options.command == Options::Command::Lint) {
        problem = check_lint(given, options);
    }
    if (problem) {
        return Problem(std::move(*problem));
    }
    return options;
}

std::string help_text() {
    return R"(aggregator: serves the API endpoints that a JSON file describes, each from several
backends at once, and copies traffic to shadow backends whose answers never reach a client.

Usage:
  aggregator --config PATH [options]   serve a configuration (or: aggregator run --config PATH)
  aggregator lint PATH...              tell what is wrong with configurations, without starting
  aggregator version                   print the version
  aggregator --help                    print this text

Options of run:
  -c, --config PATH        a JSON file, or a folder with service.json and endpoints/*.json
      --listen ADDR:PORT   listen there, not where the configuration says; port 0: any free one
      --workers N          threads that serve requests (default: one a processor)
      --log-level LEVEL    error, warning, info or debug (default: info)
      --log-format FORMAT  text or json (default: text)

Logs go to standard error, one event a line. SIGTERM and SIGINT end the program after the
requests in flight, a second one at once; SIGUSR1 writes its counters to the log.

Exit status: 0 fine, 1 the input is bad or the port cannot be used, 2 wrong usage.

The smallest configuration:
  { "version": 3,
    "endpoints": [
      { "endpoint": "/user/{id}",
        "backend": [
          { "host": ["http://127.0.0.1:8001"], "url_pattern": "/users/{id}" },
          { "host": ["http://127.0.0.1:8002"], "url_pattern": "/orders?user={id}",
            "group": "orders" } ] } ] }
)";
}

}  // namespace aggregator::app
