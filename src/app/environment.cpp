#include "app/environment.hpp"

#include <string_view>

#include <unistd.h>

namespace aggregator::app {

config::Environment environment() {
    config::Environment variables;
    for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
        const std::string_view variable(*at);
        const std::size_t equals = variable.find('=');
        if (variable.substr(0, config::kVariablePrefix.size()) == config::kVariablePrefix &&
            equals != std::string_view::npos) {
            variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
        }
    }
    return variables;
}

}  // namespace aggregator::app
