#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// Longer paths are not taken apart: nobody asks for them.
constexpr std::size_t kPathBytesMax = 16u << 10;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

/// Whether the segment is a `{name}` and nothing else, which captures in either syntax.
bool is_whole(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}' &&
           std::all_of(segment.begin() + 1, segment.end() - 1, is_word);
}

/// Whether the segment takes a value, alone or because another one makes its `{name}` a parameter.
bool captures(std::string_view segment, std::string_view endpoint, plan::ParamSyntax syntax) {
    if (is_whole(segment) || segment.find_first_of("{:") == std::string_view::npos) {
        return is_whole(segment);
    }
    const std::string once(endpoint);
    const std::string twice = once + '/' + std::string(segment);
    return plan::parameter_names(twice, syntax).size() > plan::parameter_names(once, syntax).size();
}

}  // namespace

std::string title_of(const config::EndpointConfig& endpoint) {
    return quoted(endpoint.method + ' ' + endpoint.endpoint);
}

std::string title_of(const config::BackendConfig& backend) { return quoted(backend.url_pattern); }

std::string enumerated(const Names& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    return text;
}

std::string and_more(std::size_t count) {
    return count < 2 ? std::string() : " and " + std::to_string(count - 1) + " more";
}

std::string_view text_at(const Source& object, Source::Spot spot) {
    const json::Node* node = written(object, spot.key);
    const auto i = static_cast<std::size_t>(spot.index);
    if (node != nullptr && spot.index >= 0 && node->kind == json::Kind::Array) {
        node = i < node->elements.size() ? &object.file->document.at(node->elements[i]) : nullptr;
    }
    return node == nullptr ? std::string_view() : std::string_view(node->text);
}

bool has_list(const Source& object, std::string_view key) {
    const json::Node* const node = written(object, key);
    const bool empty = node != nullptr && node->elements.empty() && node->members.empty();
    const bool nested =
        node != nullptr && (node->kind == json::Kind::Array || node->kind == json::Kind::Object);
    return node != nullptr && !(nested && empty);
}

bool says_zero(const json::Node& duration) {
    return duration.kind == json::Kind::String &&
           duration.text.find_first_of("123456789") == std::string::npos;
}

bool says_duration(const Source& object, std::string_view key) {
    const json::Node* const node = written(object, key);
    return node != nullptr && !says_zero(*node);
}

bool is_overridden(const config::ServiceConfig& service, std::string_view key) {
    const reading::File* const variables = service.source.variables;
    return variables != nullptr &&
           reading::written({variables, &variables->document.root()}, key) != nullptr;
}

bool same_header(std::string_view a, std::string_view b) {
    return a.size() == b.size() && base::equal_ignoring_case(a, b);
}

bool lists_header(const Names& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [name](const std::string& one) { return same_header(one, name); });
}

bool lists(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool lists_nothing(const Names& names) {
    return !names.empty() && std::all_of(names.begin(), names.end(),
                                         [](const std::string& one) { return one.empty(); });
}

bool lets_in(const config::EndpointConfig& endpoint, std::string_view header) {
    if (endpoint.input_headers.empty()) {
        return same_header(header, "Content-Type");
    }
    return lists(endpoint.input_headers, kEverything) ||
           lists_header(endpoint.input_headers, header);
}

bool carries_body(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

plan::ParamSyntax syntax_of(const config::ServiceConfig& service) {
    return service.disable_rest ? plan::ParamSyntax::Anywhere : plan::ParamSyntax::Segment;
}

std::vector<PathSegment> segments_of(std::string_view endpoint, plan::ParamSyntax syntax) {
    std::vector<PathSegment> segments;
    const auto slashes = std::count(endpoint.begin(), endpoint.end(), '/');
    if (endpoint.size() > kPathBytesMax ||
        slashes > static_cast<std::ptrdiff_t>(plan::Routes::kSegmentsMax)) {
        return segments;
    }
    for (std::size_t slash = endpoint.find('/'); slash < endpoint.size();) {
        const std::size_t end = std::min(endpoint.find('/', slash + 1), endpoint.size());
        const std::string_view text = endpoint.substr(slash + 1, end - slash - 1);
        segments.push_back({.text = text, .captures = captures(text, endpoint, syntax)});
        slash = end;
    }
    return segments;
}

bool same_parameter(std::string_view a, std::string_view b) {
    return a.size() == b.size() && !a.empty() && upper(a[0]) == upper(b[0]) &&
           a.substr(1) == b.substr(1);
}

}  // namespace aggregator::lint
