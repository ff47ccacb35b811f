#include "app/environment.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

#include <aggregator/reading/allowances.hpp>

namespace aggregator::app {

config::Environment environment(const std::vector<std::string>& allowed) {
    config::Environment variables;
    for (const std::string& name : allowed) {
        variables.emplace_back(reading::kAllowOption, name);
    }
    for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
        const std::string_view variable(*at);
        const std::size_t equals = variable.find('=');
        if (variable.substr(0, reading::kVariablePrefix.size()) == reading::kVariablePrefix &&
            equals != std::string_view::npos) {
            variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
        }
    }
    return variables;
}

net::Proxies::Variables proxy_variables() {
    const auto first_of = [](const char* name, const char* capitals) -> std::string {
        for (const char* const one : {name, capitals}) {
            const char* const value = std::getenv(one);
            if (value != nullptr && *value != '\0') {
                return value;
            }
        }
        return {};
    };
    const bool is_cgi = std::getenv("REQUEST_METHOD") != nullptr;
    return {.http = first_of("http_proxy", is_cgi ? "http_proxy" : "HTTP_PROXY"),
            .https = first_of("https_proxy", "HTTPS_PROXY"),
            .none = first_of("no_proxy", "NO_PROXY")};
}

}  // namespace aggregator::app
