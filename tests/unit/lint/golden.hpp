#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <aggregator/lint/output.hpp>

#include "app/tls_findings.hpp"

namespace golden {

namespace fs = std::filesystem;

/// A case in a file: sections that begin with a line `--- WORD ARGUMENT`.
///
///     --- file config.json        what stands in a file; the first one's folder, or the file
///                                 itself, is what is linted
///     --- link a/b.json nowhere   a symbolic link and where it leads
///     --- variable NAME value     of the environment
///     --- now SECONDS             the files of TLS are looked at, at that time since 1970
///     --- expected                the whole text output
///     --- begins                  or only how it begins
///
/// In a file, a line `%repeat N TEXT` stands for N lines of TEXT, in which `%n` is the number.
struct Case {
    struct Section {
        std::string word;
        std::string argument;
        std::string text;
    };
    std::vector<Section> sections;

    [[nodiscard]] const Section* find(const std::string& word) const {
        for (const Section& one : sections) {
            if (one.word == word) {
                return &one;
            }
        }
        return nullptr;
    }
};

inline std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write(const fs::path& path, const std::string& text) {
    fs::create_directories(fs::absolute(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
        lines.push_back(text.substr(at, end - at + 1));
        at = end + 1;
    }
    return lines;
}

inline Case parse(const std::string& text) {
    Case made;
    for (const std::string& line : lines_of(text)) {
        if (line.substr(0, 4) != "--- ") {
            if (!made.sections.empty()) {
                made.sections.back().text += line;
            }
            continue;
        }
        const std::string head = line.substr(4, line.find('\n') - 4);
        const std::size_t space = std::min(head.find(' '), head.size());
        const std::size_t rest = std::min(space + 1, head.size());
        made.sections.push_back({head.substr(0, space), head.substr(rest), {}});
    }
    return made;
}

inline std::string print(const Case& made) {
    std::string out;
    for (const Case::Section& one : made.sections) {
        out += "--- " + one.word + (one.argument.empty() ? "" : ' ' + one.argument) + '\n';
        out += one.text;
    }
    return out;
}

/// The text with its `%repeat` lines in full.
inline std::string expanded(const std::string& text) {
    const std::string mark = "%repeat ";
    std::string out;
    for (const std::string& line : lines_of(text)) {
        if (line.substr(0, mark.size()) != mark) {
            out += line;
            continue;
        }
        std::size_t used = 0;
        const int count = std::stoi(line.substr(mark.size()), &used);
        const std::string repeated = line.substr(mark.size() + used + 1);
        for (int i = 0; i < count; ++i) {
            std::string one = repeated;
            for (std::size_t at = one.find("%n"); at != one.npos; at = one.find("%n")) {
                one.replace(at, 2, std::to_string(i));
            }
            out += one;
        }
    }
    return out;
}

/// What lint tells about the case, whose files are made in the current folder.
inline aggregator::lint::Result run(const Case& made) {
    aggregator::config::Environment environment;
    for (const Case::Section& one : made.sections) {
        const std::size_t space = std::min(one.argument.find(' '), one.argument.size());
        const std::string first = one.argument.substr(0, space);
        const std::string second = one.argument.substr(std::min(space + 1, one.argument.size()));
        if (one.word == "file") {
            write(one.argument, expanded(one.text));
        } else if (one.word == "link") {
            fs::create_directories(fs::absolute(first).parent_path());
            fs::create_symlink(second, first);
        } else if (one.word == "variable") {
            environment.emplace_back(first, second);
        }
    }
    const fs::path path(
        made.sections.at(0).argument.substr(0, made.sections.at(0).argument.find(' ')));
    auto result = aggregator::lint::check(path.begin()->string(), environment, {});
    if (const Case::Section* const now = made.find("now")) {
        const auto found =
            aggregator::app::tls_findings(*result.loaded.service, std::stoll(now->argument));
        aggregator::lint::add(result, found.diagnostics, {});
    }
    return result;
}

}  // namespace golden
