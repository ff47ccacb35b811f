#include "reading/guards.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/distance.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::reading {

namespace {

constexpr std::string_view kLimit = "the limit is not enforced";
constexpr std::string_view kService = "the service";
constexpr std::string_view kRouter = "`extra_config.router` of the service";
constexpr std::string_view kLimitPlace = "`extra_config[\"qos/ratelimit/router\"]` of an endpoint";
constexpr std::string_view kHttpClient = "`extra_config[\"backend/http/client\"]` of a backend";
constexpr std::string_view kValidatorPlace = "`extra_config[\"auth/validator\"]` of an endpoint";

constexpr Guard kGuards[] = {
    {"allow", "every field of the answer reaches the client", "a backend"},
    {"deny", "the fields reach the client", "a backend"},
    {"target", "the whole answer reaches the client", "a backend"},
    {"flatmap_filter", "the answer reaches the client unfiltered", "`extra_config.proxy`"},
    {"input_headers", "other headers pass than configured", "an endpoint or a backend"},
    {"input_query_strings", "other query strings pass than configured", "an endpoint or a backend"},
    {"shadow", "the backend answers clients", "`extra_config.proxy` of a backend"},
    {"args", "the operation does something else than is written",
     "an operation of `flatmap_filter`"},
    {"no_redirect", "redirects of the backend are followed", kHttpClient},
    {"proxy_address", "the backend is asked without the proxy", kHttpClient},
    {"shadow_timeout", kLimit, "`extra_config.proxy` of a backend"},
    {"extra_config", "its components are not in force",
     "the service, an endpoint or a backend itself"},
    {"timeout", kLimit, "the service or an endpoint"},
    {"listen_ip", "the program listens on every interface", kService},
    {"tls", "clients are served without TLS", kService},
    {"client_tls", "backends are called with other settings of TLS", kService},
    {"max_header_bytes", kLimit, kService},
    {"read_timeout", kLimit, kService},
    {"read_header_timeout", kLimit, kService},
    {"write_timeout", kLimit, kService},
    {"idle_timeout", kLimit, kService},
    {"idle_connection_timeout", kLimit, kService},
    {"response_header_timeout", kLimit, kService},
    {"expect_continue_timeout", kLimit, kService},
    {"dialer_timeout", kLimit, kService},
    {"max_idle_connections", kLimit, kService},
    {"max_idle_connections_per_host", kLimit, kService},
    {"max_shutdown_wait_time", kLimit, kService},
    {"max_body_bytes", kLimit, kRouter},
    {"max_answer_bytes", kLimit, kRouter},
    {"max_answer_work", kLimit, kRouter},
    {"max_header_count", kLimit, kRouter},
    {"max_query_parameters", kLimit, kRouter},
    {"max_connections", kLimit, kRouter},
    {"max_payload", kLimit, kRouter},
    {"max_held_bytes", kLimit, kRouter},
    {"stall_timeout", kLimit, kRouter},
    {"trusted_proxies", "the address of a client may be another one", kRouter},
    {"remote_ip_headers", "the address of a client may be another one", kRouter},
    {"forwarded_by_client_ip", "the address of a client may be another one", kRouter},
    {"hide_version_header", "the version is shown to clients", kRouter},
    {"enable_mtls", "clients need no certificate", "`tls` of the service"},
    {"min_version", "older versions of TLS are accepted", "`tls` or `client_tls`"},
    {"token_file", "the management interface asks for no token", "`extra_config.admin`"},
    {"credential_headers", "copies carry the credentials that it names",
     "`extra_config[\"proxy/shadow\"]` of the service"},
    {"max_errors", "the backend is asked on and on while it fails",
     "`extra_config[\"qos/circuit-breaker\"]` of a backend"},
    {"max_rate", "requests are without limit", kLimitPlace},
    {"client_max_rate", "requests are without limit", kLimitPlace},
    {"jwk_url", "tokens are not checked", kValidatorPlace},
    {"allow_origins", "it has no effect", "`extra_config[\"security/cors\"]`"},
    {"port", {}, kService},
    {"name", {}, "the service, or to `extra_config.router` of an endpoint"},
    {"host", {}, "the service or a backend"},
    {"disable_rest", {}, kService},
    {"return_error_code", {}, "`extra_config[\"backend/http\"]` of a backend"},
    {"return_error_details", {}, "`extra_config[\"backend/http\"]` of a backend"},
    {"return_error_msg", {}, kRouter},
    {"sequential", {}, "`extra_config.proxy` of an endpoint"},
    {"static", {}, "`extra_config.proxy` of an endpoint"},
    {"log_level", {}, "the command line: `--log-level`"},
};

/// Keys of version 2, and what people write who know other programs.
constexpr std::pair<std::string_view, std::string_view> kRenamed[] = {
    {"headers_to_pass", "input_headers"},
    {"querystring_params", "input_query_strings"},
    {"whitelist", "allow"},
    {"blacklist", "deny"},
    {"white_list", "allow"},
    {"black_list", "deny"},
    {"allowlist", "allow"},
    {"denylist", "deny"},
    {"blocklist", "deny"},
    {"query_strings", "input_query_strings"},
};

/// What other programs call a key, and what it is called here: the first that the object has.
constexpr std::pair<std::string_view, std::string_view> kElsewhere[] = {
    {"url", "url_pattern"},
    {"uri", "url_pattern"},
    {"path", "url_pattern"},
    {"path", "endpoint"},
    {"url", "endpoint"},
    {"route", "endpoint"},
    {"upstream", "backend"},
    {"upstreams", "backend"},
    {"target", "url_pattern"},
    {"routes", "endpoints"},
    {"paths", "endpoints"},
    {"server", "host"},
    {"servers", "host"},
    {"address", "listen_ip"},
    {"listen", "listen_ip"},
    {"bind", "listen_ip"},
    {"address", "listen"},
    {"bind", "listen"},
    {"exclude", "deny"},
    {"filter", "allow"},
    {"include", "allow"},
    {"headers", "input_headers"},
    {"query", "input_query_strings"},
    {"ttl", "cache_ttl"},
    {"cache", "cache_ttl"},
    {"rename", "mapping"},
    {"output", "output_encoding"},
};

constexpr std::size_t kDistanceMax = 2;
constexpr std::size_t kGuardBytesMax = 64;

/// Whether one of two keys is the other with more words behind it: `allow_fields`, `hide_version`.
bool goes_on(std::string_view word, std::string_view key) {
    const auto continues = [](std::string_view longer, std::string_view shorter) {
        return longer.starts_with(shorter) &&
               longer.find_first_of("_-", shorter.size()) == shorter.size();
    };
    // One word alone begins many keys.
    const bool several = word.find_first_of("_-") != std::string_view::npos;
    return continues(word, key) || (several && continues(key, word));
}

const Guard* guard_of(std::string_view key) {
    const auto* const found =
        std::find_if(std::begin(kGuards), std::end(kGuards),
                     [key](const Guard& one) { return base::equal_ignoring_case(one.key, key); });
    return found == std::end(kGuards) ? nullptr : found;
}

}  // namespace

const Guard* meant_guard(std::string_view key, const std::vector<std::string_view>& known) {
    const std::string word = base::to_lower(base::trim(key));
    if (word.size() > kGuardBytesMax) {
        return nullptr;
    }
    std::string_view nearest = renamed(word);
    nearest = nearest.empty() ? usual_name(word, known) : nearest;
    std::size_t best = std::min(kDistanceMax, std::max<std::size_t>(1, word.size() / 3)) + 1;
    for (const std::string_view one : known) {
        const std::size_t distance = base::edit_distance(word, one);
        if (nearest.empty() && goes_on(word, one) && guard_of(one) != nullptr) {
            nearest = one;
        }
        if (distance < best) {
            best = distance;
            nearest = one;
        }
    }
    const bool has = std::find(known.begin(), known.end(), nearest) != known.end();
    const Guard* const guard = has ? guard_of(nearest) : nullptr;
    return guard == nullptr || guard->without.empty() ? nullptr : guard;
}

const Guard* find_guard(std::string_view key) { return guard_of(base::trim(key)); }

std::optional<std::string_view> meant_key(std::string_view key,
                                          const std::vector<std::string_view>& known) {
    const auto guess = base::closest(key, known);
    if (!guess) {
        return std::nullopt;
    }
    const auto words = [](std::string_view text) {
        return std::count(text.begin(), text.end(), '_');
    };
    std::string_view rest = *guess;
    for (bool same = words(key) == words(rest); same && !key.empty() && !rest.empty();) {
        const std::string_view word = key.substr(0, key.find('_'));
        const std::string_view other = rest.substr(0, rest.find('_'));
        if (!base::closest(word, {other}) && word != other) {
            return std::nullopt;
        }
        key.remove_prefix(std::min(word.size() + 1, key.size()));
        rest.remove_prefix(std::min(other.size() + 1, rest.size()));
    }
    return guess;
}

std::string_view usual_name(std::string_view key, const std::vector<std::string_view>& known) {
    for (const auto& [other, here] : kElsewhere) {
        if (base::equal_ignoring_case(other, key) &&
            std::find(known.begin(), known.end(), here) != known.end()) {
            return here;
        }
    }
    return {};
}

std::string_view renamed(std::string_view key) {
    for (const auto& [older, now] : kRenamed) {
        if (base::equal_ignoring_case(older, key)) {
            return now;
        }
    }
    return {};
}

}  // namespace aggregator::reading
