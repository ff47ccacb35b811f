#include "components/cors/settings.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/grammar.hpp>
#include <aggregator/reading/times.hpp>
#include <aggregator/reading/typing.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::string_view kAny = "*";
constexpr int kStatusMin = 200;
constexpr int kStatusMax = 299;

/// What is read besides the settings.
struct Draft : CorsSettings {
    std::vector<std::string> written_origins = {std::string(kAny)};
    bool wants_credentials = false;
};

bool has_any(const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), kAny) != names.end();
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

/// An origin as a browser sends it (RFC 6454 6.1), but for a `*` in it.
bool is_origin(std::string_view text) {
    const std::size_t host = text.find("://");
    if (text == "null" || text == kAny) {
        return true;
    }
    if (host == std::string_view::npos || host == 0 || host + 3 == text.size() ||
        std::count(text.begin(), text.end(), '*') > 1) {
        return false;
    }
    const std::string_view rest = text.substr(host + 3);
    return std::all_of(rest.begin(), rest.end(),
                       [](char c) { return is_host_character(c) || c == '*'; });
}

void read_origins(const Value& value, Draft& draft) {
    draft.written_origins.clear();
    reading::strict::read(value, draft.written_origins);
    if (value.node.kind != json::Kind::Array) {
        return;
    }
    if (value.node.elements.empty()) {
        value.warn("cors-empty-origins",
                   "`allow_origins` is empty, which lets pages of every origin read the replies",
                   "write \"*\" if that is meant, or list the origins");
        draft.written_origins.emplace_back(kAny);
    }
    for (std::size_t i = 0; i < draft.written_origins.size() && i < value.node.elements.size();
         ++i) {
        if (!is_origin(draft.written_origins[i])) {
            value.element(value.node.elements[i])
                .error("bad-value",
                       "expected an origin, found " + reading::quoted(draft.written_origins[i]),
                       "write it as browsers send it: scheme://host[:port] without a path, with at "
                       "most one `*`; or \"*\", or \"null\"");
        }
    }
}

/// A list of methods, in upper case, or of names of headers.
std::vector<std::string> read_tokens(const Value& value) {
    std::vector<std::string> tokens;
    reading::strict::read(value, tokens);
    for (std::size_t i = 0; i < tokens.size() && i < value.node.elements.size(); ++i) {
        if (!reading::is_token(tokens[i])) {
            value.element(value.node.elements[i])
                .error("bad-value", "expected a name without spaces, commas and colons, found " +
                                        reading::quoted(tokens[i]));
        }
    }
    return tokens;
}

void read_methods(const Value& value, Draft& draft) {
    draft.methods = read_tokens(value);
    for (std::string& method : draft.methods) {
        method = reading::upper_case(std::move(method));
    }
}

void read_headers(const Value& value, Draft& draft) {
    draft.headers = read_tokens(value);
    draft.any_header = draft.headers.empty() || has_any(draft.headers);
}

void read_exposed(const Value& value, Draft& draft) {
    for (const std::string& name : read_tokens(value)) {
        draft.exposed += (draft.exposed.empty() ? "" : ", ") + name;
    }
}

void read_max_age(const Value& value, Draft& draft) {
    const std::string& text = value.node.text;
    const bool number = value.node.kind == json::Kind::Number ||
                        (!text.empty() && base::parse_decimal(text).has_value() && text != "0");
    if (number) {
        return value.error(
            "bad-duration",
            "`max_age`: expected a duration with a unit, found " + reading::described(value.node),
            "write \"" + text + "s\" for seconds");
    }
    reading::Duration age{};
    reading::strict::read(value, age);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (age < reading::Duration::zero()) {
        return value.error("out-of-range", "`max_age`: expected 0 or more");
    }
    draft.max_age = seconds > 0 ? std::to_string(seconds) : std::string();
}

void read_status(const Value& value, Draft& draft) {
    std::uint32_t status = 0;
    reading::strict::read(value, status);
    if (value.node.kind == json::Kind::Number &&
        reading::in_range(value, status, kStatusMin, kStatusMax)) {
        draft.success_status = static_cast<int>(status);
    }
}

constexpr reading::Field<Draft> kFields[] = {
    {"allow_origins", read_origins},
    {"allow_methods", read_methods},
    {"allow_headers", read_headers},
    {"expose_headers", read_exposed},
    {"allow_credentials", reading::strict::set<&Draft::wants_credentials>},
    {"allow_private_network", reading::strict::set<&Draft::private_network>},
    {"max_age", read_max_age},
    {"options_passthrough", reading::strict::set<&Draft::passthrough>},
    {"options_success_status", read_status},
    {"debug", reading::strict::set<&Draft::debug>},
};

void finish(const Value& value, Draft& draft) {
    draft.any_origin = has_any(draft.written_origins);
    for (const std::string& origin : draft.written_origins) {
        draft.origins.emplace_back(origin);
    }
    draft.credentials = draft.wants_credentials && !draft.any_origin;
    if (draft.wants_credentials && draft.any_origin) {
        reading::Diagnostic warning = value.source().at(
            "allow_credentials", "cors-any-origin-with-credentials",
            "`allow_credentials` is not granted: every origin is allowed, so that any page could "
            "read the replies as the user who visits it",
            "list the origins that are trusted in `allow_origins`");
        warning.severity = reading::Severity::Warning;
        value.report.add(std::move(warning));
    }
}

}  // namespace

OriginPattern::OriginPattern(std::string_view text) {
    const std::size_t star = text.find('*');
    open_ = star != std::string_view::npos;
    front_ = text.substr(0, star);
    back_ = open_ ? text.substr(star + 1) : std::string_view();
}

bool OriginPattern::matches(std::string_view origin) const {
    if (!open_) {
        return base::equal_ignoring_case(origin, front_);
    }
    if (origin.size() <= front_.size() + back_.size()) {
        return false;
    }
    const std::size_t end = origin.size() - back_.size();
    const std::string_view middle = origin.substr(front_.size(), end - front_.size());
    return base::equal_ignoring_case(origin.substr(0, front_.size()), front_) &&
           base::equal_ignoring_case(origin.substr(end), back_) &&
           std::all_of(middle.begin(), middle.end(), is_host_character);
}

bool CorsSettings::allows_origin(std::string_view origin) const {
    return any_origin || std::any_of(origins.begin(), origins.end(),
                                     [origin](const auto& one) { return one.matches(origin); });
}

bool CorsSettings::allows_method(std::string_view method) const {
    return method == "OPTIONS" ||
           std::find(methods.begin(), methods.end(), method) != methods.end();
}

bool CorsSettings::allows_headers(std::string_view list) const {
    return any_header || !any_of_list(list, [this](std::string_view name) {
               const auto is_name = [name](std::string_view one) {
                   return base::equal_ignoring_case(one, name);
               };
               return !name.empty() && !is_name("Origin") &&
                      std::none_of(headers.begin(), headers.end(), is_name);
           });
}

std::shared_ptr<const reading::Settings> read_cors(const Value& value) {
    Draft draft;
    reading::read_fields(
        value, {.what = "`security/cors`", .keys = reading::Keys::Exact, .fields = kFields}, draft);
    finish(value, draft);
    return std::make_shared<CorsSettings>(std::move(draft));
}

}  // namespace aggregator::components
