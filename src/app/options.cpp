#include "app/options.hpp"

#include <algorithm>
#include <span>
#include <thread>
#include <utility>

#include <boost/program_options.hpp>

#include <aggregator/base/text.hpp>

#include "app/choose.hpp"
#include "app/command_table.hpp"

namespace aggregator::app {
namespace {

namespace po = boost::program_options;
using Problem = tl::unexpected<std::string>;

constexpr unsigned kWorkersMax = 1024;

constexpr Words<base::LogLevel, 4> kLogLevels{{
    {"error", base::LogLevel::Error},
    {"warning", base::LogLevel::Warning},
    {"info", base::LogLevel::Info},
    {"debug", base::LogLevel::Debug},
}};

constexpr Words<base::LogFormat, 2> kLogFormats{{
    {"text", base::LogFormat::Text},
    {"json", base::LogFormat::Json},
}};

po::options_description described() {
    po::options_description all;
    auto add = all.add_options();
    for (const OptionRow* const one : all_options()) {
        std::string name(one->name);
        if (one->letter != 0) {
            name.append(",").append(1, one->letter);
        }
        if (one->value.empty() && one->repeats) {
            add(name.c_str(), po::value<std::vector<bool>>()->zero_tokens(), "");
        } else if (one->value.empty()) {
            add(name.c_str(), "");
        } else if (one->repeats) {
            add(name.c_str(), po::value<std::vector<std::string>>(), "");
        } else {
            add(name.c_str(), po::value<std::string>(), "");
        }
    }
    add("word", po::value<std::vector<std::string>>(), "");
    add("help,h", "");
    add("version", "");
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
        problem = store(choose("log level", text("log-level"), kLogLevels), options.log_level);
    }
    if (!problem && given.count("log-format") != 0) {
        problem = store(choose("log format", text("log-format"), kLogFormats), options.log_format);
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
std::optional<std::string> find_strange(const po::variables_map& given, const CommandRow& command) {
    for (const auto& [name, value] : given) {
        const std::string& option = name;
        const bool own =
            std::any_of(command.options.begin(), command.options.end(),
                        [&option](const OptionRow& one) { return one.name == option; });
        if (name != "word" && !own) {
            return "--" + name + " is no option of " + std::string(command.name) +
                   "; 'aggregator " + std::string(command.name) + " --help' lists them";
        }
    }
    return std::nullopt;
}

std::optional<std::string> check_run(const Options& options) {
    if (!options.paths.empty()) {
        return "unexpected argument '" + options.paths.front() +
               "'; the configuration's path follows --config";
    }
    return options.config.empty()
               ? std::optional<std::string>("no configuration; name one with --config PATH")
               : std::nullopt;
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
    if (auto problem = read_lint_values(given, options.lint)) {
        return problem;
    }
    if (options.lint.list_rules || !options.lint.explain.empty()) {
        return check_question(options);
    }
    if (options.paths.empty()) {
        return "lint needs at least one path of a configuration, or - for standard input";
    }
    drop_repeated(options.paths);
    return std::nullopt;
}

/// Of check and routes.
std::optional<std::string> check_one_path(const po::variables_map& given, Options& options) {
    const CommandRow& command = row_of(options.command);
    if (options.paths.size() != 1) {
        return std::string(command.name) +
               " needs one path of a configuration, or - for standard input";
    }
    options.check.lint = given.count("lint") + given.count("lint-no-network") != 0;
    options.check.routes = given.count("debug") != 0;
    std::optional<std::string> problem;
    if (given.count("format") != 0) {
        problem =
            store(parse_routes_format(given["format"].as<std::string>()), options.lint.format);
    }
    return problem;
}

std::optional<std::string> check_fmt(const po::variables_map& given, Options& options) {
    options.fmt.check = given.count("check") != 0;
    options.fmt.diff = given.count("diff") != 0;
    drop_repeated(options.paths);
    if (options.paths.empty()) {
        return "fmt needs at least one path of a configuration, or - for standard input";
    }
    const auto dash = std::find(options.paths.begin(), options.paths.end(), "-");
    if (options.paths.size() > 1 && dash != options.paths.end()) {
        return "fmt takes - alone, as the text that comes out goes to standard output";
    }
    return std::nullopt;
}

/// How many words a command may have behind it, and what to say of another number.
struct Arity {
    std::size_t least;
    std::size_t most;
    std::string_view wanted;
};

Arity arity_of(Options::Command command) {
    switch (command) {
        case Options::Command::Init:
            return {0, 1, "one folder, or none for the current one"};
        case Options::Command::Explain:
            return {1, 1, "one name: of a key, a failure, a rule, a metric or a component"};
        case Options::Command::Schema:
            return {0, 1, "the name of one part, or none for the whole"};
        case Options::Command::State:
            return {1, 1, "the file that `state` of `admin` in the configuration names"};
        case Options::Command::Completion:
            return {1, 1, "the name of a shell: bash or zsh"};
        default:
            return {0, 0, "no argument"};
    }
}

/// Of commands that answer a question and read no configuration.
std::optional<std::string> check_words(const po::variables_map& given, Options& options) {
    const Arity arity = arity_of(options.command);
    const std::size_t count = options.paths.size();
    if (count < arity.least || count > arity.most) {
        return std::string(row_of(options.command).name).append(" takes ").append(arity.wanted);
    }
    if (options.command == Options::Command::Completion && completion(options.paths[0]).empty()) {
        return "there are no completions for '" + options.paths[0] + "'; use bash or zsh";
    }
    options.clears = given.count("clear") != 0;
    return std::nullopt;
}

/// What the command that was asked for makes of its options.
std::optional<std::string> check_command(const po::variables_map& given, Options& options) {
    if (options.command == Options::Command::Help || options.command == Options::Command::Version) {
        return std::nullopt;
    }
    // `run --check` takes the options of run, so that the line that starts can be checked as it is.
    const bool as_run = options.command == Options::Command::Check && given.count("check") != 0;
    const Options::Command own = as_run ? Options::Command::Run : options.command;
    if (auto problem = find_strange(given, row_of(own))) {
        return problem;
    }
    if (options.command == Options::Command::Run) {
        return check_run(options);
    }
    if (!options.config.empty()) {
        options.paths.push_back(options.config);
    }
    switch (options.command) {
        case Options::Command::Lint:
            return check_lint(given, options);
        case Options::Command::Check:
        case Options::Command::Routes:
            return check_one_path(given, options);
        case Options::Command::Fmt:
            return check_fmt(given, options);
        default:
            return check_words(given, options);
    }
}

std::optional<std::string> read_command(const po::variables_map& given, Options& options) {
    if (given.count("word") != 0) {
        options.paths = given["word"].as<std::vector<std::string>>();
        const auto command = command_named(options.paths.front());
        if (!command) {
            return command.error();
        }
        options.command = *command;
        options.paths.erase(options.paths.begin());
    }
    const bool asks = given.count("help") != 0;
    if (asks && given.count("word") != 0) {
        options.about = options.command;
    } else if (options.command == Options::Command::Help && !options.paths.empty()) {
        const auto about = command_named(options.paths.front());
        if (!about) {
            return about.error();
        }
        options.about = *about;
    }
    if (asks) {
        options.command = Options::Command::Help;
    } else if (given.count("version") != 0) {
        options.command = Options::Command::Version;
    } else if (options.command == Options::Command::Run && given.count("check") != 0) {
        options.command = Options::Command::Check;
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
