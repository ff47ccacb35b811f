#include <aggregator/plan/forward.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/path.hpp>

#include <aggregator/http/hops.hpp>

#include "plan/fields.hpp"
#include "plan/query.hpp"

namespace aggregator::plan {

namespace {

constexpr std::string_view kTraceParent = "traceparent";
constexpr std::string_view kTraceState = "tracestate";
constexpr std::string_view kAppEngineClient = "X-Appengine-Remote-Addr";

/// The elements of a comma-separated list, the last one first.
class Backwards {
public:
    explicit Backwards(std::string_view list) : rest_(list) {}

    std::optional<std::string_view> next() {
        if (done_) {
            return std::nullopt;
        }
        const std::size_t comma = rest_.rfind(',');
        done_ = comma == std::string_view::npos;
        const std::string_view element = done_ ? rest_ : rest_.substr(comma + 1);
        rest_ = rest_.substr(0, done_ ? 0 : comma);
        return base::trim(element);
    }

private:
    std::string_view rest_;
    bool done_ = false;
};

/// The last address in all fields of that name that is not a trusted proxy's, or the first of all;
/// nothing if something else than an address comes first.
std::optional<std::string_view> client_named_by(const std::string& name, http::Fields headers,
                                                const AddressSet& trusted) {
    std::optional<std::string_view> client;
    for (std::size_t i = headers.size(); i-- > 0;) {
        if (!same_name(headers[i].name, name)) {
            continue;
        }
        Backwards elements(headers[i].value);
        while (const auto element = elements.next()) {
            if (!is_address(*element)) {
                return std::nullopt;
            }
            client = element;
            if (!trusted.contains(*element)) {
                return client;
            }
        }
    }
    return client;
}

bool passes(const Filter& filter, std::string_view name) {
    if (filter.all) {
        return passes_unnamed(name);
    }
    return std::any_of(filter.names.begin(), filter.names.end(),
                       [name](const std::string& listed) { return same_name(listed, name); });
}

void add_client_fields(const Backend& backend, const http::Request& request,
                       const ClientFacts& facts, std::vector<http::Field>& fields) {
    if (!backend.headers.all && backend.headers.names.empty()) {
        return;
    }
    for (const http::Field& field : request.headers) {
        const bool kept = passes(backend.headers, field.name) &&
                          !(facts.names_hops && http::is_named_hop(request.headers, field.name));
        if (kept) {
            fields.push_back(field);
        }
    }
}

bool has_user_agent(const Backend& backend, const http::Request& request,
                    const ClientFacts& facts) {
    return backend.sees_user_agent && http::find(request.headers, kUserAgent) != nullptr &&
           !(facts.names_hops && http::is_named_hop(request.headers, kUserAgent));
}

void add_passing(const ClientFacts& facts, std::vector<http::Field>& fields) {
    for (const http::Field* const field : {facts.trace, facts.trace_state, facts.redirects}) {
        if (field != nullptr && http::find(fields, field->name) == nullptr) {
            fields.push_back(*field);
        }
    }
}

/// Runs after the client's own, because what the client asks for decides what the gateway adds.
void add_gateway_fields(const Backend& backend, const http::Request& request,
                        const ClientFacts& facts, Outgoing& out) {
    std::vector<http::Field>& fields = out.fields;
    out.added_gzip = backend.asks_gzip && http::find(fields, kAcceptEncoding) == nullptr &&
                     http::find(fields, "Range") == nullptr;
    if (out.added_gzip) {
        fields.push_back({.name = kAcceptEncoding, .value = "gzip"});
    }
    if (backend.adds_forwarded_for) {
        fields.push_back({.name = kForwardedFor, .value = facts.client});
    }
    if (backend.adds_forwarded_host) {
        fields.push_back({.name = kForwardedHost, .value = request.host});
    }
    if (has_user_agent(backend, request, facts)) {
        if (backend.adds_forwarded_via) {
            fields.push_back({.name = kForwardedVia, .value = facts.via});
        }
    } else if (backend.adds_user_agent) {
        fields.push_back({.name = kUserAgent, .value = facts.user_agent});
    }
}

std::string_view id_name_of(const Plan& plan) {
    const auto& id = plan.service.router.request_id;
    return id && id->propagate ? std::string_view(id->header) : std::string_view();
}

/// In the place of what the client says.
void set_id(std::string_view name, std::string_view id, std::vector<http::Field>& fields) {
    std::erase_if(fields, [name](const http::Field& field) { return same_name(field.name, name); });
    fields.push_back({name, id});
}

}  // namespace

std::string_view client_of(const Plan& plan, const http::Request& request) {
    if (plan.trusted_proxies.empty() || !plan.trusted_proxies.contains(request.client)) {
        return request.client;
    }
    const config::RouterConfig& router = plan.service.router;
    const http::Field* const told =
        router.app_engine ? http::find(request.headers, kAppEngineClient) : nullptr;
    if (told != nullptr && is_address(told->value)) {
        return told->value;
    }
    return router.forwarded_by_client_ip
               ? client_of(plan.trusted_proxies, router.remote_ip_headers, request)
               : request.client;
}

std::string_view client_of(const AddressSet& trusted, std::span<const std::string> headers,
                           const http::Request& request) {
    if (!trusted.contains(request.client)) {
        return request.client;
    }
    for (const std::string& name : headers) {
        if (const auto client = client_named_by(name, request.headers, trusted)) {
            return *client;
        }
    }
    return request.client;
}

ClientFacts client_facts_of(const Plan& plan, const http::Request& request) {
    const http::Field* const trace = http::find(request.headers, kTraceParent);
    return {.client = client_of(plan, request),
            .user_agent = plan.user_agent,
            .via = plan.via,
            .trace = trace,
            .trace_state = trace == nullptr ? nullptr : http::find(request.headers, kTraceState),
            .redirects = http::find(request.headers, http::kRedirectsField),
            .id_name = id_name_of(plan),
            .names_hops = http::names_hops(request.headers)};
}

void forward(const Backend& backend, const http::Request& request, const ClientFacts& facts,
             Outgoing& out) {
    out.target.clear();
    backend.target.render(request.params, out.target);
    append_query(backend.queries, split_target(request.target).query, out);
    out.fields.clear();
    add_client_fields(backend, request, facts, out.fields);
    if (facts.trace != nullptr || facts.redirects != nullptr) {
        add_passing(facts, out.fields);
    }
    add_gateway_fields(backend, request, facts, out);
    if (!facts.id_name.empty() && !request.id.empty()) {
        set_id(facts.id_name, request.id, out.fields);
    }
    out.request = request;
    out.request.method = backend.method;
    out.request.target = out.target;
    out.request.host = {};
    out.request.headers = out.fields;
}

}  // namespace aggregator::plan
