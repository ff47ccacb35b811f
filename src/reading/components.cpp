#include <aggregator/reading/components.hpp>

#include <algorithm>
#include <utility>

#include <aggregator/base/distance.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::reading {

namespace {

constexpr KnownComponent kComponents[] = {
    {"proxy", InEndpoint | InBackend, "served in another way than is written",
     "github.com/devopsfaith/krakend/proxy"},
    {"router", InService | InEndpoint, "served with the default options",
     "github_com/luraproject/lura/router/gin"},
    {"proxy/shadow", InService | InBackend, "copied with the default rules"},
    {"admin", InService, "served without the management interface"},
    {"plugin/http-server", InService, "served without the plugin",
     "github_com/devopsfaith/krakend/transport/http/server/handler",
     "Go plugins cannot be loaded: put a service behind or in front of the gateway"},
    {"plugin/http-client", InBackend, "asked without the plugin",
     "github.com/devopsfaith/krakend/transport/http/client/executor",
     "Go plugins cannot be loaded: put a service behind or in front of the gateway"},
    {"plugin/middleware",
     InEndpoint | InBackend,
     "served without the plugin",
     {},
     "Go plugins cannot be loaded: put a service behind or in front of the gateway"},
    {"plugin/req-resp-modifier", InEndpoint | InBackend, "served without the plugin",
     "github.com/devopsfaith/krakend/proxy/plugin",
     "Go plugins cannot be loaded: put a service behind or in front of the gateway"},
    {"backend/http", InBackend, "served with other statuses",
     "github.com/devopsfaith/krakend/http"},
    {"backend/http/client", InBackend, "asked with the settings of the service"},
    {"backend/health", InService | InBackend, "asked whether it fails or not"},
    {"backend/conditional", InBackend, "asked for every request"},
    {"backend/grpc",
     InBackend,
     "asked as a plain HTTP backend",
     {},
     "put a gateway for gRPC beside it, and call that"},
    {"backend/soap", InBackend, "asked without the envelope"},
    {"backend/static-filesystem", InBackend, "asked over HTTP, not read from files"},
    {"backend/graphql", InBackend, "asked without the query",
     "github.com/devopsfaith/krakend/transport/http/client/graphql"},
    {"backend/lambda", InBackend, "asked as a plain HTTP backend",
     "github.com/devopsfaith/krakend-lambda", "call the URL of the function over HTTP"},
    {"backend/amqp/consumer", InBackend, "asked as a plain HTTP backend",
     "github.com/devopsfaith/krakend-amqp/consume",
     "there are no message brokers here: put a consumer beside the gateway that calls it"},
    {"backend/amqp/producer", InBackend, "asked as a plain HTTP backend",
     "github.com/devopsfaith/krakend-amqp/produce",
     "there are no message brokers here: put a consumer beside the gateway that calls it"},
    {"backend/pubsub/publisher", InBackend, "asked as a plain HTTP backend",
     "github.com/devopsfaith/krakend-pubsub/publisher",
     "there are no message brokers here: put a consumer beside the gateway that calls it"},
    {"backend/pubsub/subscriber", InBackend, "asked as a plain HTTP backend",
     "github.com/devopsfaith/krakend-pubsub/subscriber",
     "there are no message brokers here: put a consumer beside the gateway that calls it"},
    {"async/amqp", InAgent, "served without its messages",
     "github.com/devopsfaith/krakend-amqp/agent",
     "there are no message brokers here: put a consumer beside the gateway that calls it"},
    {"async/kafka",
     InAgent,
     "served without its messages",
     {},
     "there are no message brokers here: put a consumer beside the gateway that calls it"},
    {"qos/http-cache", InBackend, "asked for every request: nothing is cached",
     "github.com/devopsfaith/krakend-httpcache"},
    {"qos/circuit-breaker", InBackend, "asked on and on while it fails",
     "github.com/devopsfaith/krakend-circuitbreaker/gobreaker"},
    {"qos/circuit-breaker/http", InBackend, "asked on and on while it fails"},
    {"qos/ratelimit/router", InEndpoint, "without limit"},
    {"qos/ratelimit/router/redis", InEndpoint, "without limit"},
    {"qos/ratelimit/proxy", InBackend, "asked without limit"},
    {"qos/ratelimit/proxy/redis", InBackend, "asked without limit"},
    {"qos/ratelimit/service", InService, "without limit"},
    {"qos/ratelimit/service/redis", InService, "without limit"},
    {"qos/ratelimit/tiered", InService | InEndpoint, "without limit"},
    {"qos/ratelimit/tiered/redis", InService | InEndpoint, "without limit"},
    {"qos/ratelimit/redis", InService | InEndpoint | InBackend, "without limit"},
    {"auth/validator", InService | InEndpoint, "open to everybody",
     "github.com/devopsfaith/krakend-jose/validator"},
    {"auth/signer", InEndpoint, "served with tokens that are not signed",
     "github.com/devopsfaith/krakend-jose/signer"},
    {"auth/client-credentials", InBackend, "asked without a token",
     "github.com/devopsfaith/krakend-oauth2-clientcredentials"},
    {"auth/revoker", InService, "open to revoked tokens", "github_com/devopsfaith/bloomfilter"},
    {"auth/api-keys", InService | InEndpoint, "open to everybody"},
    {"auth/aws-sigv4", InBackend, "asked without a signature"},
    {"auth/basic", InService | InEndpoint, "open to everybody"},
    {"auth/gcp", InBackend, "asked without a token"},
    {"auth/ntlm", InBackend, "asked without a login"},
    {"security/bot-detector", InService | InEndpoint, "open to bots",
     "github_com/devopsfaith/krakend-botdetector"},
    {"security/http", InService | InEndpoint,
     "served without security headers and for every host name",
     "github_com/devopsfaith/krakend-httpsecure"},
    {"security/cors", InService | InEndpoint, "served without the rules for other origins",
     "github_com/devopsfaith/krakend-cors"},
    {"security/policies", InService | InEndpoint | InBackend, "open to what the policies refuse"},
    {"validation/cel", InEndpoint | InBackend, "served without validation",
     "github.com/devopsfaith/krakend-cel"},
    {"validation/json-schema", InEndpoint, "served without validation",
     "github.com/devopsfaith/krakend-jsonschema"},
    {"validation/response-json-schema", InEndpoint | InBackend,
     "served without validation of the answer"},
    {"modifier/martian", InBackend, "served unmodified", "github.com/devopsfaith/krakend-martian"},
    {"modifier/lua-endpoint", InService | InEndpoint, "served without the script",
     "github.com/devopsfaith/krakend-lua/router"},
    {"modifier/lua-proxy", InEndpoint, "served without the script",
     "github.com/devopsfaith/krakend-lua/proxy"},
    {"modifier/lua-backend", InBackend, "served without the script",
     "github.com/devopsfaith/krakend-lua/proxy/backend"},
    {"modifier/jmespath", InEndpoint | InBackend,
     "served unmodified: the whole answer reaches the client"},
    {"modifier/body-generator", InEndpoint | InBackend, "asked with the body of the client"},
    {"modifier/request-body-extractor", InEndpoint | InBackend,
     "asked without the values of the body"},
    {"modifier/request-body-generator", InEndpoint | InBackend,
     "asked with the body of the client"},
    {"modifier/response-body", InEndpoint | InBackend, "served unmodified"},
    {"modifier/response-body-generator", InEndpoint | InBackend, "served unmodified"},
    {"modifier/response-headers", InService | InEndpoint, "served with unmodified headers"},
    {"telemetry/logging", InService, {}, "github_com/devopsfaith/krakend-gologging"},
    {"telemetry/gelf", InService, {}, "github_com/devopsfaith/krakend-gelf"},
    {"telemetry/logstash", InService, {}, "github_com/devopsfaith/krakend-logstash"},
    {"telemetry/metrics", InService, {}, "github_com/devopsfaith/krakend-metrics"},
    {"telemetry/influx", InService, {}, "github_com/letgoapp/krakend-influx"},
    {"telemetry/opencensus", InService, {}, "github_com/devopsfaith/krakend-opencensus"},
    {"telemetry/opentelemetry", InService | InEndpoint | InBackend},
    {"telemetry/moesif", InService},
    {"telemetry/newrelic", InService},
    {"documentation/openapi", InService | InEndpoint},
    {"documentation/postman", InService | InEndpoint},
    {"server/virtualhost", InService, "the same for every host name"},
    {"server/static-filesystem", InService, "served without the files"},
    {"grpc", InService, "served without gRPC"},
    {"redis", InService},
    {"websocket", InEndpoint, "served as plain HTTP"},
    {"workflow",
     InEndpoint,
     "served without the workflow",
     {},
     "an endpoint may call another one, or be `sequential`"},
};

/// What components begin with that are not known one by one, and what is missing without one.
struct Family {
    std::string_view name;
    std::string_view without;
    bool strict = true;  ///< it protects
};
constexpr Family kFamilies[] = {
    {"auth", "open to everybody"},
    {"security", "open to what it is to keep out"},
    {"qos", "without limit"},
    {"validation", "served without validation"},
    {"plugin", "served without the plugin"},
    {"governance", "served without quota"},
    {"modifier", "served unmodified"},
    {"backend", "asked as a plain HTTP backend", false},
    {"server", "served without it", false},
    {"ai", "served without it", false},
    {"async", "served without its messages", false},
    {"telemetry", "", false},
    {"documentation", "", false},
};

/// Names that people write, and that no program has.
struct Invented {
    std::string_view name;
    std::string_view meant;
};
constexpr Invented kInvented[] = {
    {"security/secure-headers", "security/http"},
    {"security/headers", "security/http"},
    {"security/httpsecure", "security/http"},
    {"security/rate-limit", "qos/ratelimit/router"},
    {"auth/authorization", "auth/validator"},
    {"auth/jwt", "auth/validator"},
    {"auth/jose", "auth/validator"},
    {"auth/oauth2", "auth/validator"},
    {"qos/ratelimit", "qos/ratelimit/router"},
    {"qos/rate-limit", "qos/ratelimit/router"},
    {"qos/ratelimit/endpoint", "qos/ratelimit/router"},
    {"qos/ratelimit/backend", "qos/ratelimit/proxy"},
    {"github.com/devopsfaith/krakend-ratelimit/juju/router", "qos/ratelimit/router"},
    {"github.com/devopsfaith/krakend-ratelimit/juju/proxy", "qos/ratelimit/proxy"},
    {"rate-limit", "qos/ratelimit/router"},
    {"jwt", "auth/validator"},
};

/// What older names of components begin with, spelled with a dot.
constexpr std::string_view kVendors[] = {"github.com/devopsfaith/", "github.com/luraproject/",
                                         "github.com/letgoapp/", "github.com/krakendio/",
                                         "github.com/krakend/"};

/// In lower case, without white space, with slashes alone and `github.com` in its one spelling.
std::string normal(std::string_view name) {
    std::string made;
    for (const char c : base::to_lower(name)) {
        if (static_cast<unsigned char>(c) > ' ') {
            made += c == '\\' ? '/' : c;
        }
    }
    constexpr std::string_view kUnderscore = "github_com/";
    return made.starts_with(kUnderscore) ? "github.com/" + made.substr(kUnderscore.size()) : made;
}

std::string_view front_of(std::string_view name) { return name.substr(0, name.rfind('/')); }

std::string_view end_of(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string_view::npos ? name : name.substr(slash);
}

/// Whether two names differ in the part behind the last slash or in what is in front of it, and
/// not much.
bool is_slip(std::string_view name, std::string_view known) {
    if (name.find('/') == std::string_view::npos) {
        // A name without its family is a slip as well: `cors`.
        const std::string_view end = end_of(known);
        return end.front() == '/' ? end.substr(1) == name
                                  : base::closest(name, {known}).has_value();
    }
    if (known.find('/') == std::string_view::npos) {
        return false;
    }
    return (front_of(name) == front_of(known) && base::closest(end_of(name), {end_of(known)})) ||
           (end_of(name) == end_of(known) && base::closest(front_of(name), {front_of(known)}));
}

const KnownComponent* guess(const std::string& name) {
    for (const Invented& one : kInvented) {
        if (one.name == name) {
            return find_component(one.meant);
        }
    }
    for (const bool exact : {true, false}) {
        for (const KnownComponent& one : kComponents) {
            const std::string older = normal(one.older);
            if (exact ? one.name == name || older == name
                      : is_slip(name, one.name) || (!older.empty() && is_slip(name, older))) {
                return &one;
            }
        }
    }
    return nullptr;
}

/// The family of a name, also if one of its letters is wrong; null if it has none.
const Family* family_of(std::string_view name) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) {
        return nullptr;
    }
    const std::string_view first = name.substr(0, slash);
    const auto* const found =
        std::find_if(std::begin(kFamilies), std::end(kFamilies), [first](const Family& one) {
            return one.name == first ||
                   (one.name.size() > 3 && base::edit_distance(one.name, first) == 1);
        });
    return found == std::end(kFamilies) ? nullptr : found;
}

}  // namespace

std::span<const KnownComponent> components() { return kComponents; }

const KnownComponent* find_component(std::string_view name) {
    const auto* const found = std::find_if(
        std::begin(kComponents), std::end(kComponents), [name](const KnownComponent& one) {
            return one.name == name || (!one.older.empty() && one.older == name);
        });
    return found == std::end(kComponents) ? nullptr : found;
}

Meant meant_by(std::string_view name) {
    const std::string plain = normal(name);
    const KnownComponent* const component = guess(plain);
    if (component != nullptr) {
        return {component, component->without};
    }
    if (const Family* const family = family_of(plain)) {
        return {nullptr, family->without};
    }
    const bool older = std::any_of(std::begin(kVendors), std::end(kVendors),
                                   [&](std::string_view one) { return plain.starts_with(one); });
    return {nullptr, older ? std::string_view("served without it") : std::string_view()};
}

bool is_strict(std::string_view component) {
    const Family* const family = family_of(component);
    const bool protects = family != nullptr && family->strict;
    return protects || component == "proxy/shadow" || component == "admin" ||
           component == "backend/http/client";
}

std::string home_of(const KnownComponent& component) {
    constexpr std::pair<Levels, std::string_view> kNames[] = {{InService, "the service"},
                                                              {InEndpoint, "an endpoint"},
                                                              {InBackend, "a backend"},
                                                              {InAgent, "an async agent"}};
    std::string home = "`extra_config`";
    std::string_view joint = " of ";
    for (const auto& [level, name] : kNames) {
        if ((component.levels & level) != 0) {
            home.append(joint).append(name);
            joint = " or of ";
        }
    }
    return home;
}

}  // namespace aggregator::reading
