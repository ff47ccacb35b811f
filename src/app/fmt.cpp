#include <cstdio>
#include <filesystem>
#include <optional>

#include <aggregator/base/text.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/lint/fix.hpp>
#include <aggregator/lint/layout.hpp>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/replace_file.hpp"
#include "app/standard_input.hpp"

namespace aggregator::app {

namespace {

bool is_json(const std::string& path) {
    const std::string extension = base::to_lower(std::filesystem::path(path).extension().string());
    return extension != ".yaml" && extension != ".yml" && extension != ".toml";
}

/// Whether it says that a file is not there to be laid out. What else is wrong with a
/// configuration does not matter here.
bool is_about_reading(const reading::Diagnostic& one) {
    return one.rule == "link-loop" || one.rule == "no-service" || one.rule == "unreadable-file";
}

reading::Diagnostic no_json(const std::string& path, const json::SyntaxError& error) {
    reading::Diagnostic diagnostic;
    diagnostic.rule = "syntax";
    diagnostic.file = path;
    diagnostic.line = error.position.line;
    diagnostic.column = error.position.column;
    diagnostic.message = error.message;
    return diagnostic;
}

/// Lays out files, one after the other.
class Formatting {
public:
    explicit Formatting(const FmtOptions& options) : options_(options) {}

    /// A file, or the files of a folder that the configuration is made of.
    void configuration(const std::string& path) {
        const config::Loaded loaded = config::load(path);
        for (const reading::Diagnostic& one : loaded.diagnostics) {
            if (is_about_reading(one)) {
                fail(one);
            }
        }
        for (const auto& file : loaded.files) {
            if (is_json(file->path)) {
                layout(file->path, file->document.text());
            } else if (file->path == path) {
                std::fprintf(stderr, "aggregator: %s is left as it is; fmt knows JSON alone\n",
                             path.c_str());
                failed_ = true;
            }
        }
    }

    void standard_input() {
        const std::string text = read_standard_input();
        if (options_.check || options_.diff) {
            layout(kStandardInputName, text);
            return;
        }
        const auto file = laid_out(kStandardInputName, text);
        print(file ? file->after : text);
    }

    /// Whether all could be done, and nothing is left to do that was only to be looked for.
    [[nodiscard]] bool succeeded() const { return !failed_ && !(options_.check && changed_); }

private:
    void fail(const reading::Diagnostic& diagnostic) {
        std::fprintf(stderr, "%s\n", reading::to_text(diagnostic).c_str());
        failed_ = true;
    }

    /// The text before and after; nothing if it is no JSON, which has been told then.
    std::optional<lint::Fix::File> laid_out(const std::string& path, const std::string& text) {
        auto after = lint::laid_out(text);
        if (!after) {
            fail(no_json(path, after.error()));
            return std::nullopt;
        }
        return lint::Fix::File{path, text, *std::move(after)};
    }

    void layout(const std::string& path, const std::string& text) {
        const auto file = laid_out(path, text);
        if (file && file->after != file->before) {
            changed_ = true;
            change(*file);
        }
    }

    void change(const lint::Fix::File& file) {
        if (options_.diff) {
            print(lint::to_diff(file));
            return;
        }
        if (!options_.check) {
            if (const auto problem = replace_file(file.path, file.after)) {
                std::fprintf(stderr, "aggregator: %s cannot be written: %s\n", file.path.c_str(),
                             problem->c_str());
                failed_ = true;
                return;
            }
        }
        print(file.path + '\n');
    }

    const FmtOptions& options_;
    bool failed_ = false;
    bool changed_ = false;
};

}  // namespace

int fmt(const Options& options) {
    Formatting formatting(options.fmt);
    for (const std::string& path : options.paths) {
        if (path == kStandardInput) {
            formatting.standard_input();
        } else {
            formatting.configuration(path);
        }
    }
    return formatting.succeeded() ? kFine : kBadInput;
}

}  // namespace aggregator::app
