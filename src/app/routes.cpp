#include <cstdio>

#include <aggregator/lint/lint.hpp>
#include <aggregator/lint/routes.hpp>

#include "app/commands.hpp"
#include "app/environment.hpp"
#include "app/load_path.hpp"

namespace aggregator::app {

int routes(const Options& options) {
    const std::string& path = options.paths.front();
    const config::Loaded loaded =
        load_path(path, input_of(path), environment(options.lint.allowed));
    const lint::Start start = lint::start(loaded);
    if (start.plan == nullptr) {
        for (const reading::Diagnostic& one : start.findings) {
            if (one.severity == reading::Severity::Error) {
                std::fprintf(stderr, "%s\n", reading::to_text(one).c_str());
            }
        }
        return kBadInput;
    }
    const std::string text = options.lint.format == LintFormat::Json
                                 ? lint::routes_to_json(*loaded.service)
                                 : lint::routes_to_text(*loaded.service);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kFine;
}

}  // namespace aggregator::app
