#include <algorithm>

#include <aggregator/base/text.hpp>

#include "app/command_table.hpp"

namespace aggregator::app {
namespace {

constexpr std::size_t kColumns = 96;
constexpr std::size_t kOptionColumn = 27;

constexpr OptionRow kHelp{"help", 'h', "", "Print this text"};

constexpr std::string_view kExample = R"(
The smallest configuration:
  { "version": 3,
    "endpoints": [
      { "endpoint": "/user/{id}",
        "backend": [
          { "host": ["http://127.0.0.1:8001"], "url_pattern": "/users/{id}" },
          { "host": ["http://127.0.0.1:8002"], "url_pattern": "/orders?user={id}",
            "group": "orders" } ] } ] }
)";

constexpr std::string_view kExit = R"(
Exit status: 0 fine, 1 the input is bad (for lint: a finding reaches the level of --severity) or
the port cannot be used, 2 wrong usage.
)";

/// `left`, and behind it the words in lines from a column on.
std::string row(const std::string& left, std::string_view text, std::size_t indent) {
    std::string lines = base::wrapped(text, {.indent = indent, .columns = kColumns});
    return left.size() + 2 > indent ? left + '\n' + lines : lines.replace(0, left.size(), left);
}

std::string option_line(const OptionRow& option) {
    std::string left = option.letter == 0
                           ? std::string("      --")
                           : std::string("  -").append(1, option.letter).append(", --");
    left.append(option.name).append(option.value.empty() ? "" : " ").append(option.value);
    return row(left,
               std::string(option.help)
                   .append(option.repeats && !option.value.empty() ? "; may be repeated" : ""),
               kOptionColumn);
}

std::string usage_of(const CommandRow& command) {
    std::string line(command.name);
    return line.append(command.arguments.empty() ? "" : " ").append(command.arguments);
}

}  // namespace

std::string help_text() {
    std::string out =
        "aggregator serves HTTP endpoints that a file describes: each calls several backends in\n"
        "parallel and merges their answers. Shadow backends get copies of the traffic; what they\n"
        "answer never reaches a client.\n\nUsage:\n";
    constexpr std::size_t kSummaryColumn = 36;
    out += row("  aggregator --config PATH", row_of(Options::Command::Run).summary, kSummaryColumn);
    for (const CommandRow& command : command_table()) {
        out += row("  aggregator " + usage_of(command), command.summary, kSummaryColumn);
    }
    out += "\nEvery command has its own --help. Options of run:\n";
    for (const OptionRow& option : row_of(Options::Command::Run).options) {
        out += option_line(option);
    }
    return out.append(kExit).append(kExample);
}

std::string help_text(const CommandRow& command) {
    std::string out = std::string("aggregator ").append(command.name) + ": ";
    out.append(1, static_cast<char>(command.summary.front() | 0x20));
    out.append(command.summary.substr(1)).append(".\n\nUsage:\n  aggregator ");
    out += usage_of(command);
    out += command.options.empty() ? "\n" : " [options]\n";
    if (!command.other_name.empty()) {
        out.append("  aggregator ").append(command.other_name).append(1, ' ');
        out.append(command.arguments).append(" [options]\n");
    }
    if (!command.about.empty()) {
        out.append("\n").append(command.about).append("\n");
    }
    out += "\nOptions:\n";
    for (const OptionRow& option : command.options) {
        out += option_line(option);
    }
    return out + option_line(kHelp);
}

}  // namespace aggregator::app
