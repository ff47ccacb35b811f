#include <cstdio>

#include <aggregator/config/load.hpp>
#include <aggregator/lint/lint.hpp>
#include <aggregator/lint/routes.hpp>

#include "app/commands.hpp"
#include "app/environment.hpp"
#include "app/standard_input.hpp"

namespace aggregator::app {

int routes(const Options& options) {
    const std::string& path = options.paths.front();
    const config::Loaded loaded = path == kStandardInput
                                      ? config::load_text(read_standard_input(), kStandardInputName,
                                                          environment(options.lint.allowed))
                                      : config::load(path, environment(options.lint.allowed));
    const lint::Start start = lint::start(loaded);
    if (start.plan == nullptr) {
        for (const config::Diagnostic& one : start.findings) {
            if (one.severity == config::Severity::Error) {
                std::fprintf(stderr, "%s\n", config::to_text(one).c_str());
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
