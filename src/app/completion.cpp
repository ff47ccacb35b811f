#include <algorithm>

#include <aggregator/lint/rule.hpp>
#include <aggregator/lint/schema.hpp>

#include "app/command_table.hpp"
#include "app/topics.hpp"

namespace aggregator::app {
namespace {

constexpr std::string_view kLintLevels = "off advice warning error";

std::string joined(std::string list, std::string_view word) {
    return (list.empty() ? list : list.append(1, ' ')).append(word);
}

/// The words that may stand there; empty for paths and for what nobody knows.
std::string words_of(Takes takes, std::string_view words) {
    std::string list(words);
    if (takes == Takes::RuleName || takes == Takes::Choice) {
        for (const lint::Rule* const rule : lint::rules()) {
            list = joined(std::move(list), rule->name);
        }
    } else if (takes == Takes::Part) {
        for (const std::string_view name : lint::schema_names()) {
            list = joined(std::move(list), name);
        }
    } else if (takes == Takes::Topic) {
        for (const std::string& name : topic_names()) {
            list = joined(std::move(list), name);
        }
    } else if (takes == Takes::Command) {
        for (const CommandRow& command : command_table()) {
            list = joined(std::move(list), command.name);
            if (!command.other_name.empty()) {
                list = joined(std::move(list), command.other_name);
            }
        }
    }
    return list;
}

/// `a|b`, as patterns of `case` have it.
std::string names_of(const CommandRow& command) {
    std::string out(command.name);
    return command.other_name.empty() ? out : out.append("|").append(command.other_name);
}

std::string options_of(const CommandRow& command) {
    std::string list;
    for (const OptionRow& option : command.options) {
        list = joined(std::move(list), "--" + std::string(option.name));
    }
    return joined(std::move(list), "--help");
}

/// `lint:--config|lint:-c`.
std::string pattern_of(std::string_view command, const OptionRow& option) {
    std::string out(command);
    out.append(":--").append(option.name);
    if (option.letter != 0) {
        out.append("|").append(command).append(":-").append(1, option.letter);
    }
    return out;
}

/// What a shell does at one place: `words`, `choices` and `paths` are functions of its script.
std::string action_of(Takes takes, std::string_view words) {
    if (takes == Takes::Path) {
        return "_aggregator_paths";
    }
    const std::string list = words_of(takes, words);
    if (list.empty()) {
        return ":";
    }
    return (takes == Takes::Choice ? "_aggregator_choices '" : "_aggregator_words '") + list + '\'';
}

/// What follows the options of a command that have a value.
void add_values(std::string& out, std::string_view name, const CommandRow& command) {
    for (const OptionRow& option : command.options) {
        if (!option.value.empty()) {
            out.append("    ").append(pattern_of(name, option)).append(") ");
            out.append(action_of(option.takes, option.words)).append("; return ;;\n");
        }
    }
}

/// What follows a command: its options, or its arguments.
void add_words(std::string& out, std::string_view name, const CommandRow& command) {
    out.append("    ").append(name).append(":-*) _aggregator_words '");
    out.append(options_of(command)).append("' ;;\n    ").append(name).append(":*) ");
    out.append(action_of(command.takes, command.words)).append(" ;;\n");
}

using Add = void (*)(std::string&, std::string_view, const CommandRow&);

void add_for_all(std::string& out, Add add) {
    for (const CommandRow& command : command_table()) {
        add(out, command.name, command);
        if (!command.other_name.empty()) {
            add(out, command.other_name, command);
        }
    }
}

/// The branches that both shells have: by what stands before the word, then by how it begins.
std::string branches() {
    std::string out = "    case $command:$before in\n";
    add_for_all(out, add_values);
    out += "    esac\n    case $command:$word in\n";
    add_for_all(out, add_words);
    out += "    :-*) _aggregator_words '" + options_of(row_of(Options::Command::Run)) +
           " --version' ;;\n";
    return out + "    *) _aggregator_words '" + words_of(Takes::Command, {}) + "' ;;\n    esac\n";
}

/// The pattern of all commands, and of the levels of a rule behind `=`.
std::string commands_pattern() {
    std::string out;
    for (const CommandRow& command : command_table()) {
        out.append(out.empty() ? "" : "|").append(names_of(command));
    }
    return out;
}

std::string bash() {
    return std::string(
               "# Completions of aggregator for bash: source this file.\n"
               "_aggregator_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$word\")); }\n"
               "_aggregator_paths() {\n"
               "    compopt -o filenames\n"
               "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
               "}\n"
               "_aggregator_choices() {\n"
               "    compopt -o nospace\n"
               "    COMPREPLY=($(compgen -S = -W \"$1\" -- \"$word\"))\n"
               "}\n"
               "_aggregator() {\n"
               "    local word=${COMP_WORDS[COMP_CWORD]} command= i\n"
               "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
               "    COMPREPLY=()\n"
               "    if [ \"$word\" = = ]; then before='=' word=; fi\n"
               "    if [ \"$before\" = = ]; then _aggregator_words '") +
           std::string(kLintLevels) +
           "'; return; fi\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in " +
           commands_pattern() +
           ") command=${COMP_WORDS[i]}; break ;; esac\n"
           "    done\n"
           "    if [ -z \"$command\" ] && [ \"$COMP_CWORD\" -gt 1 ]; then command=run; fi\n" +
           branches() + "}\ncomplete -F _aggregator aggregator\n";
}

std::string zsh() {
    return std::string(
               "#compdef aggregator\n"
               "_aggregator_words() { compadd -- ${=1} }\n"
               "_aggregator_paths() { _files }\n"
               "_aggregator_choices() {\n"
               "    if compset -P '*='; then compadd -- ") +
           std::string(kLintLevels) +
           "\n    else compadd -q -S = -- ${=1}\n    fi\n}\n"
           "_aggregator() {\n"
           "    local word=$words[CURRENT] before=$words[CURRENT-1] command= one\n"
           "    for one in ${words[2,CURRENT-1]}; do\n"
           "        case $one in " +
           commands_pattern() +
           ") command=$one; break ;; esac\n"
           "    done\n"
           "    if [[ -z $command && $CURRENT -gt 2 ]]; then command=run; fi\n" +
           branches() +
           "}\n"
           "if [[ $funcstack[1] == _aggregator ]]; then _aggregator \"$@\"\n"
           "else compdef _aggregator aggregator\nfi\n";
}

}  // namespace

std::string completion(std::string_view shell) {
    return shell == "bash" ? bash() : shell == "zsh" ? zsh() : std::string();
}

}  // namespace aggregator::app
