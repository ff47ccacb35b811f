#include <cstdio>

#include <aggregator/component/component.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/lint/lint.hpp>
#include <aggregator/lint/routes.hpp>

#include "app/commands.hpp"
#include "app/environment.hpp"
#include "app/standard_input.hpp"

namespace aggregator::app {

int routes(const Options& options) {
    const std::string& path = options.paths.front();
    const config::Loaded loaded =
        path == kStandardInput
            ? config::load_text(read_standard_input(), kStandardInputName,
                                environment(options.lint.allowed), component::readers())
            : config::load(path, environment(options.lint.allowed), {}, component::readers());
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
