#include "app/load_path.hpp"

#include <aggregator/component/component.hpp>
#include "app/environment.hpp"
#include "app/standard_input.hpp"

namespace aggregator::app {

std::string input_of(const std::string& path) {
    return path == kStandardInput ? read_standard_input() : std::string();
}

config::Loaded load_path(const std::string& path, const std::string& input,
                         const config::Environment& variables) {
    return path == kStandardInput
               ? config::load_text(input, kStandardInputName, variables, component::readers())
               : config::load(path, variables, {}, component::readers());
}

lint::Result lint_path(const std::string& path, const std::string& input,
                       const LintOptions& options) {
    const config::Environment variables = environment(options.allowed);
    return path == kStandardInput
               ? lint::check_text(input, kStandardInputName, options.choices, variables)
               : lint::check(path, variables, options.choices);
}

}  // namespace aggregator::app
