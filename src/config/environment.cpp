#include "config/environment.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/json/document_builder.hpp>

#include <aggregator/reading/files.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

constexpr const char* kPlace = "environment variable";

/// Whether a variable looks like those that Kubernetes derives from a service of that name.
bool is_service_link(std::string_view name, std::string_view value) {
    const auto has = [name](std::string_view part) {
        return name.find(part) != std::string_view::npos;
    };
    return has("_SERVICE_HOST") || has("_SERVICE_PORT") || has("_TCP") || has("_UDP") ||
           (has("_PORT") && value.find("://") != std::string_view::npos);
}

Diagnostic about_variable(std::string_view name, std::string rule, std::string message) {
    return reading::about_file(kPlace + (' ' + std::string(name)), std::move(rule),
                               std::move(message));
}

std::string hint_for(std::string_view name, std::string_view value,
                     const std::vector<std::string_view>& keys) {
    if (is_service_link(name, value)) {
        return "Kubernetes injects it for a service called `aggregator`: write "
               "`enableServiceLinks: false` into the pod, or give the service another name";
    }
    const std::string key = base::to_lower(name.substr(reading::kVariablePrefix.size()));
    if (const auto guess = base::closest(key, keys)) {
        return "did you mean " + quoted(reading::variable_of(*guess)) + "?";
    }
    return "variables that begin with " + quoted(reading::kVariablePrefix) +
           " override the keys of the service: unset it, or give it another name";
}

}  // namespace

Overrides read_environment(const Environment& environment,
                           const std::vector<std::string_view>& keys, Report& report) {
    Overrides overrides;
    json::DocumentBuilder builder{std::string()};
    const std::uint32_t root = builder.root({.kind = json::Kind::Object, .text = {}});
    for (const auto& [name, value] : environment) {
        const bool repeated = std::find(overrides.names.begin(), overrides.names.end(), name) !=
                              overrides.names.end();
        if (name.substr(0, reading::kVariablePrefix.size()) != reading::kVariablePrefix ||
            repeated) {
            continue;
        }
        const auto key = std::find_if(keys.begin(), keys.end(), [&name = name](const auto& one) {
            return reading::variable_of(one) == name;
        });
        if (key == keys.end() || is_service_link(name, value)) {
            Diagnostic diagnostic = about_variable(
                name, "bad-variable",
                key == keys.end()
                    ? "it names no key of the service"
                    : quoted(*key) + ": expected a whole number, found " + quoted(value));
            diagnostic.hint = hint_for(name, value, keys);
            report.add(std::move(diagnostic));
            continue;
        }
        builder.member(root, {std::string(*key)}, {json::Kind::String, 0, value});
        overrides.names.push_back(name);
    }
    if (!overrides.names.empty()) {
        overrides.file = std::make_unique<File>(File{kPlace, std::move(builder).finish(), true});
    }
    return overrides;
}

}  // namespace aggregator::config
