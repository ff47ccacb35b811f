// Documents and whole configurations, as JSON and as YAML: whatever they hold, what is told about
// them has to be sound.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <aggregator/config/load.hpp>
#include <aggregator/json/spans.hpp>

using namespace aggregator;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

bool is_white(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Whether the whole text is one strict JSON value.
bool is_strict(std::string_view text) {
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    if (!root) {
        return false;
    }
    const auto end =
        static_cast<std::size_t>(root->value.data() - text.data()) + root->value.size();
    return is_white(text.substr(end));
}

void check_document(const std::string& text) {
    const auto document = json::Document::parse(text);
    if (!document) {
        const json::SyntaxError& error = document.error();
        require(error.offset <= text.size(), "an error behind the end");
        require(!error.message.empty(), "an error without words");
        const bool limited = error.message.find("200 levels") != std::string::npos;
        require(limited || !is_strict(text), "a sound text is refused");
        return;
    }
    require(!document->leniencies().empty() || is_strict(text), "an unsound text is accepted");
    const std::string compact = document->compact(document->root());
    const auto again = json::Document::parse(compact);
    require(again && again->compact(again->root()) == compact, "compact text is not stable");
    require(is_strict(compact), "compact text is not JSON");
}

void check_diagnostics(const config::Loaded& loaded) {
    require(loaded.service.has_value() != reading::has_reading_errors(loaded.diagnostics),
            "a service and errors of reading exclude each other");
    std::uint32_t line = 0;
    for (const reading::Diagnostic& one : loaded.diagnostics) {
        require(!one.message.empty() && !one.rule.empty(), "a finding without words");
        require(one.line == 0 || one.line >= line, "findings are not in order");
        line = std::max(line, one.line);
        require(!reading::to_text(one).empty(), "a finding without a text");
    }
}

void check_service(const config::ServiceConfig& service) {
    for (const config::EndpointConfig& endpoint : service.endpoints) {
        require(endpoint.endpoint.substr(0, 1) == "/", "a path without a slash");
        require(!endpoint.backends.empty(), "an endpoint without backends");
        require(endpoint.source.at("backend", "r", "m").line != 0, "an endpoint without a place");
        for (const config::BackendConfig& backend : endpoint.backends) {
            require(backend.url_pattern.substr(0, 1) == "/", "a pattern without a slash");
            require(!backend.method.empty(), "a backend without a method");
            require(backend.shadow_timeout != reading::Duration::min(),
                    "a timeout was not inherited");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_document(text);
    for (const char* name : {"fuzz.json", "fuzz.yaml"}) {
        const config::Loaded loaded = config::load_text(text, name);
        check_diagnostics(loaded);
        if (loaded.service) {
            check_service(*loaded.service);
        }
    }
    return 0;
}
