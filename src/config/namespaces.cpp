#include "config/namespaces.hpp"

#include <algorithm>
#include <array>

namespace aggregator::config {

namespace {

struct Component {
    std::string_view name;
    std::string_view older = {};
    std::string_view home = {};  ///< of one that is in force: where it belongs, for messages
};

constexpr Component kComponents[] = {
    {"proxy", "github.com/devopsfaith/krakend/proxy"},
    {"router", "github_com/luraproject/lura/router/gin"},
    {"plugin/http-server", "github_com/devopsfaith/krakend/transport/http/server/handler"},
    {"plugin/http-client", "github.com/devopsfaith/krakend/transport/http/client/executor"},
    {"plugin/middleware"},
    {"plugin/req-resp-modifier", "github.com/devopsfaith/krakend/proxy/plugin"},
    {"backend/http", "github.com/devopsfaith/krakend/http"},
    {"backend/http/client"},
    {"backend/health", {}, "a backend, or of the service"},
    {"backend/conditional"},
    {"backend/grpc"},
    {"backend/soap"},
    {"backend/static-filesystem"},
    {"backend/graphql", "github.com/devopsfaith/krakend/transport/http/client/graphql"},
    {"backend/lambda", "github.com/devopsfaith/krakend-lambda"},
    {"backend/amqp/consumer", "github.com/devopsfaith/krakend-amqp/consume"},
    {"backend/amqp/producer", "github.com/devopsfaith/krakend-amqp/produce"},
    {"backend/pubsub/publisher", "github.com/devopsfaith/krakend-pubsub/publisher"},
    {"backend/pubsub/subscriber", "github.com/devopsfaith/krakend-pubsub/subscriber"},
    {"async/amqp", "github.com/devopsfaith/krakend-amqp/agent"},
    {"async/kafka"},
    {"qos/http-cache", "github.com/devopsfaith/krakend-httpcache"},
    {"qos/circuit-breaker", "github.com/devopsfaith/krakend-circuitbreaker/gobreaker"},
    {"qos/circuit-breaker/http"},
    {"qos/ratelimit/router"},
    {"qos/ratelimit/router/redis"},
    {"qos/ratelimit/proxy"},
    {"qos/ratelimit/proxy/redis"},
    {"qos/ratelimit/service"},
    {"qos/ratelimit/service/redis"},
    {"qos/ratelimit/tiered"},
    {"qos/ratelimit/tiered/redis"},
    {"qos/ratelimit/redis"},
    {"auth/validator", "github.com/devopsfaith/krakend-jose/validator"},
    {"auth/signer", "github.com/devopsfaith/krakend-jose/signer"},
    {"auth/client-credentials", "github.com/devopsfaith/krakend-oauth2-clientcredentials"},
    {"auth/revoker", "github_com/devopsfaith/bloomfilter"},
    {"auth/api-keys"},
    {"auth/aws-sigv4"},
    {"auth/basic"},
    {"auth/gcp"},
    {"auth/ntlm"},
    {"security/bot-detector", "github_com/devopsfaith/krakend-botdetector"},
    {"security/http", "github_com/devopsfaith/krakend-httpsecure"},
    {"security/cors", "github_com/devopsfaith/krakend-cors"},
    {"security/policies"},
    {"validation/cel", "github.com/devopsfaith/krakend-cel"},
    {"validation/json-schema", "github.com/devopsfaith/krakend-jsonschema"},
    {"validation/response-json-schema"},
    {"modifier/martian", "github.com/devopsfaith/krakend-martian"},
    {"modifier/lua-endpoint", "github.com/devopsfaith/krakend-lua/router"},
    {"modifier/lua-proxy", "github.com/devopsfaith/krakend-lua/proxy"},
    {"modifier/lua-backend", "github.com/devopsfaith/krakend-lua/proxy/backend"},
    {"modifier/jmespath"},
    {"modifier/body-generator"},
    {"modifier/request-body-extractor"},
    {"modifier/request-body-generator"},
    {"modifier/response-headers"},
    {"telemetry/logging", "github_com/devopsfaith/krakend-gologging"},
    {"telemetry/gelf", "github_com/devopsfaith/krakend-gelf"},
    {"telemetry/logstash", "github_com/devopsfaith/krakend-logstash"},
    {"telemetry/metrics", "github_com/devopsfaith/krakend-metrics"},
    {"telemetry/influx", "github_com/letgoapp/krakend-influx"},
    {"telemetry/opencensus", "github_com/devopsfaith/krakend-opencensus"},
    {"telemetry/opentelemetry"},
    {"telemetry/moesif"},
    {"telemetry/newrelic"},
    {"grpc"},
    {"redis"},
    {"websocket"},
    {"workflow"},
    {"proxy/shadow", {}, "a backend that is a shadow, or of the service"},
    {"admin", {}, "the service"},
};

/// What components begin with that are known, but not one by one.
constexpr std::string_view kFamilies[] = {"ai/", "documentation/", "governance/",
                                          "modifier/response-body", "server/"};

const Component* find_component(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kComponents), std::end(kComponents), [name](const Component& one) {
            return one.name == name || (!one.older.empty() && one.older == name);
        });
    return found == std::end(kComponents) ? nullptr : found;
}

bool is_of_family(std::string_view name) {
    return std::any_of(std::begin(kFamilies), std::end(kFamilies),
                       [name](std::string_view start) { return name.starts_with(start); });
}

/// Whether two names differ in the part behind the last slash or in what is in front of it, and
/// not much.
bool is_slip(std::string_view name, std::string_view known) {
    const std::size_t cut = name.rfind('/');
    const std::size_t known_cut = known.rfind('/');
    if (cut == std::string_view::npos || known_cut == std::string_view::npos) {
        return false;
    }
    const std::string_view front = name.substr(0, cut);
    const std::string_view known_front = known.substr(0, known_cut);
    const std::string_view end = name.substr(cut);
    const std::string_view known_end = known.substr(known_cut);
    return (front == known_front && base::closest(end, {known_end})) ||
           (end == known_end && base::closest(front, {known_front}));
}

/// A component of another program is no fault, a misspelt one of ours is.
void warn_unheard(const Value& extra, const json::Node::Entry& entry) {
    std::vector<std::string_view> names;
    for (const Component& component : kComponents) {
        const bool foreign = entry.key.find('/') != std::string_view::npos;
        if (!foreign || is_slip(entry.key, component.name)) {
            names.push_back(component.name);
        }
    }
    if (!names.empty() || is_comment(entry.key)) {
        warn_unknown(extra, entry, "`extra_config`", names);
        return;
    }
    extra.warn_at(entry, "unknown-component",
                  quoted(entry.key) + " is no component of this program",
                  "the configuration is served as if it were not written");
}

}  // namespace

std::string_view short_name(std::string_view name) {
    const Component* const component = find_component(name);
    return component == nullptr ? name : component->name;
}

bool has_short(const Value& extra, std::string_view name) {
    return extra.file.document.member(extra.node, name) != nullptr;
}

void warn_idle(const Value& extra, const json::Node::Entry& entry) {
    const Component* const known = find_component(entry.key);
    if (known != nullptr && !known->home.empty()) {
        extra.warn_at(entry, "misplaced-key", quoted(entry.key) + " has no effect here",
                      "it belongs to `extra_config` of " + std::string(known->home));
        return;
    }
    if (known != nullptr || is_of_family(entry.key)) {
        extra.warn_at(entry, "not-in-force",
                      quoted(entry.key) + " is understood, but not yet in force here",
                      "the configuration is served as if it were not written");
        return;
    }
    warn_unheard(extra, entry);
}

void warn_overruled(const Value& extra, const json::Node::Entry& entry) {
    extra.warn_at(entry, "no-effect",
                  quoted(entry.key) + " has no effect beside its newer name " +
                      quoted(short_name(entry.key)));
}

void advise_short(const Value& extra, const json::Node::Entry& entry) {
    const std::string name(short_name(entry.key));
    Diagnostic diagnostic = extra.source().at(Source::Spot::name(entry.key), {},
                                              quoted(entry.key) + " is an older name");
    diagnostic.rule = "older-name";
    diagnostic.severity = Severity::Advice;
    diagnostic.hint = "write " + quoted(name);
    const json::Node& child = extra.file.document.at(entry.node);
    const std::string_view rest =
        std::string_view(extra.file.document.text()).substr(entry.key_offset);
    // With an escaped character in it, the key is longer than what it says.
    const std::string written = '"' + std::string(entry.key) + '"';
    if (child.size != 0 && rest.starts_with(written)) {
        diagnostic.repair = {
            {.offset = entry.key_offset, .size = written.size(), .text = '"' + name + '"'}};
    }
    extra.report.add(std::move(diagnostic));
}

}  // namespace aggregator::config
