#include <aggregator/base/version.hpp>

#include "app/command_table.hpp"

namespace aggregator::app {
namespace {

/// When the page was last changed by more than new commands and options.
constexpr std::string_view kRevised = "2026-11-30";

/// As troff prints it: no request at the start of a line, a dash that can be searched for.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool starts = out.empty() || out.back() == '\n';
        if (starts && (c == '.' || c == '\'')) {
            out += "\\&";
        }
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '`') {
            out += "\\(cq";
        } else if (c == '~') {
            out += "\\(ti";
        } else {
            out += c;
        }
    }
    return out;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string option_of(const OptionRow& option) {
    std::string out = ".TP\n";
    if (option.letter != 0) {
        out += bold(std::string("-") + option.letter) + ", ";
    }
    out += bold("--" + std::string(option.name));
    out += option.value.empty() ? "" : " " + italic(option.value);
    out += '\n' + escaped(option.help);
    return out + (option.repeats ? "; may be repeated.\n" : ".\n");
}

std::string command_of(const CommandRow& command) {
    std::string out =
        ".SS " + escaped(command.name) + '\n' + bold("aggregator ") + bold(command.name);
    out += command.arguments.empty() ? "" : " " + italic(command.arguments);
    if (!command.other_name.empty()) {
        out += "\n.br\n" + bold("aggregator ") + bold(command.other_name) + " " +
               italic(command.arguments);
    }
    out += "\n.PP\n" + escaped(command.summary) + ".\n";
    if (!command.about.empty()) {
        out += ".PP\n" + escaped(command.about) + '\n';
    }
    for (const OptionRow& option : command.options) {
        out += option_of(option);
    }
    return out;
}

}  // namespace

std::string manual_page() {
    std::string out = ".TH AGGREGATOR 1 " + std::string(kRevised) + " \"aggregator " +
                      escaped(base::version()) + "\" \"User Commands\"\n";
    out += ".SH NAME\naggregator \\- declarative HTTP API aggregator with shadow backends\n";
    out += ".SH SYNOPSIS\n.nf\n";
    for (const CommandRow& command : command_table()) {
        out += bold("aggregator ") + bold(command.name);
        out += command.arguments.empty() ? "" : " " + italic(command.arguments);
        out += '\n';
    }
    out +=
        ".fi\n.SH DESCRIPTION\nServes HTTP endpoints that a file describes: each calls several\n"
        "backends in parallel and merges their answers.\n"
        "Shadow backends get copies of the traffic; what they answer never reaches a client.\n";
    out += ".SH COMMANDS\n";
    for (const CommandRow& command : command_table()) {
        out += command_of(command);
    }
    out += ".SH ENVIRONMENT\n.TP\n" + bold("AGGREGATOR_KEY") +
           "\nStands for a key of the service, such as AGGREGATOR_PORT.\n";
    out += ".TP\n" + bold("http_proxy") + ", " + bold("https_proxy") + ", " + bold("no_proxy") +
           "\nThe proxies that backends are called through.\n";
    out += ".TP\n" + bold("NO_COLOR") + "\nIf it is set, lint prints no colours.\n";
    out +=
        ".SH EXIT STATUS\n.TP\n0\nFine.\n.TP\n1\nThe input is bad (for lint: a finding "
        "reaches the level of " +
        bold("--severity") + "), or the port cannot be used.\n.TP\n2\nWrong usage.\n";
    return out;
}

}  // namespace aggregator::app
