#include "app/graph.hpp"

#include <iterator>
#include <utility>

namespace aggregator::app {

namespace {

/// A component, and what it is wrapped around.
struct Layer {
    std::string_view component;
    Graph::Around around;
};

// In the order of the layers, the outermost first.
constexpr Layer kLayers[] = {
    {"security/cors", Graph::Around::Router},
    {"security/http", Graph::Around::Routes},
    {"plugin/http-server", Graph::Around::Routes},
    {"security/ip-filter", Graph::Around::Routes},
    {"security/bot-detector", Graph::Around::Routes},
    {"qos/ratelimit/service", Graph::Around::Routes},
    {"qos/ratelimit/tiered", Graph::Around::Routes},
    {"modifier/response-headers", Graph::Around::Endpoint},
    {"security/http", Graph::Around::OwnEndpoint},
    {"plugin/req-resp-modifier", Graph::Around::OwnEndpoint},
    {"security/ip-filter", Graph::Around::OwnEndpoint},
    {"security/bot-detector", Graph::Around::OwnEndpoint},
    {"auth/basic", Graph::Around::OwnEndpoint},
    {"auth/api-keys", Graph::Around::OwnEndpoint},
    {"auth/validator", Graph::Around::OwnEndpoint},
    {"qos/ratelimit/tiered", Graph::Around::OwnEndpoint},
    {"qos/ratelimit/router", Graph::Around::OwnEndpoint},
    {"qos/http-cache", Graph::Around::OwnEndpoint},
    {"qos/response-cache", Graph::Around::OwnEndpoint},
    {"qos/response-cache", Graph::Around::Backend},
    {"backend/hedge", Graph::Around::Backend},
    {"backend/retry", Graph::Around::Backend},
    {"qos/ratelimit/proxy", Graph::Around::Backend},
    // Outside the breaker: it does not see what was stored, which is given while it is open.
    {"qos/http-cache", Graph::Around::Backend},
    {"qos/circuit-breaker/http", Graph::Around::Backend},
    {"qos/circuit-breaker", Graph::Around::Backend},
    {"auth/client-credentials", Graph::Around::Client},
};

component::Wiring wiring_of(const Ground& ground, const plan::Plan& plan) {
    return {.loop = ground.loop,
            .log = ground.log,
            .rows = ground.rows,
            .counters = ground.counters,
            .plan = plan,
            .shared = ground.shared,
            .background = ground.background};
}

using Wrappers = std::vector<std::unique_ptr<http::Service>>;

/// The components of that layer that are in force there, around `inner`, put into `wrappers`.
http::Service& wrap_all(Graph::Around around, const component::Wiring& wiring, http::Service& inner,
                        Wrappers& wrappers) {
    http::Service* outermost = &inner;
    for (const Layer* layer = std::end(kLayers); layer-- != std::begin(kLayers);) {
        const component::Component* const one = component::find(layer->component);
        if (one == nullptr || layer->around != around) {
            continue;
        }
        if (auto wrapper = one->wrap(wiring, *outermost)) {
            outermost = wrappers.emplace_back(std::move(wrapper)).get();
        }
    }
    return *outermost;
}

/// What asks a shadow, with all that is wrapped around it.
class WrappedClient final : public http::Service {
public:
    WrappedClient(std::shared_ptr<http::Service> client, Wrappers wrappers)
        : client_(std::move(client)), wrappers_(std::move(wrappers)) {}
    ~WrappedClient() override {
        while (!wrappers_.empty()) {
            wrappers_.pop_back();  // the outermost first
        }
    }

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        return wrappers_.back()->call(request, std::move(done));
    }

private:
    std::shared_ptr<http::Service> client_;
    Wrappers wrappers_;
};

}  // namespace

Graph::Graph(const Ground& ground, std::shared_ptr<const plan::Plan> plan,
             const ClientMaker& make_client)
    : plan_(std::move(plan)),
      at_service_(wiring_of(ground, *plan_)),
      workspace_(ground.loop, *plan_, ground.counters, &ground.log) {
    for (const plan::Endpoint& endpoint : plan_->endpoints) {
        wire_endpoint(ground, endpoint, make_client);
    }
    workspace_.remarks = ground.remarks;
    router_ = std::make_unique<engine::Router>(workspace_, services_);
    http::Service& guard = wrapped(Around::Routes, at_service_, router_->guarded());
    if (&guard != &router_->guarded()) {
        router_->guard(guard);
    }
    entry_ = &wrapped(Around::Router, at_service_, *router_);
}

Graph::~Graph() = default;

http::Service& Graph::wrapped(Around around, const component::Wiring& wiring,
                              http::Service& inner) {
    return wrap_all(around, wiring, inner, wrappers_);
}

std::shared_ptr<http::Service> Graph::wrapped_shadow(const plan::Endpoint& endpoint,
                                                     const plan::Backend& shadow,
                                                     std::shared_ptr<http::Service> client) const {
    component::Wiring wiring = at_service_;
    wiring.endpoint = &endpoint;
    wiring.backend = &shadow;
    Wrappers wrappers;
    (void)wrap_all(Around::Client, wiring, *client, wrappers);
    return wrappers.empty()
               ? std::move(client)
               : std::make_shared<WrappedClient>(std::move(client), std::move(wrappers));
}

http::Service& Graph::wire_backend(const plan::Endpoint& endpoint, const plan::Backend& backend,
                                   const ClientMaker& make_client) {
    component::Wiring wiring = at_service_;
    wiring.endpoint = &endpoint;
    wiring.backend = &backend;
    http::Service& asking =
        wrapped(Around::Client, wiring, *clients_.emplace_back(make_client(backend)));
    http::Service& client = wrapped(Around::Backend, wiring, asking);
    if (backend.attempts <= 1) {
        return client;
    }
    return *races_.emplace_back(std::make_unique<engine::Race>(workspace_, backend, client));
}

void Graph::wire_endpoint(const Ground& ground, const plan::Endpoint& endpoint,
                          const ClientMaker& make_client) {
    std::vector<http::Service*> backends;
    for (const plan::Backend& backend : endpoint.backends) {
        backends.push_back(&wire_backend(endpoint, backend, make_client));
    }
    endpoints_.push_back(
        std::make_unique<engine::Endpoint>(workspace_, endpoint, std::move(backends)));
    services_.push_back(endpoints_.back().get());
    mirrors_.emplace_back();
    // With the management interface, every endpoint may get a shadow.
    if (!endpoint.shadows.empty() || plan_->service.admin) {
        add_mirror(ground, endpoint);
    }
    component::Wiring at_endpoint = at_service_;
    at_endpoint.endpoint = &endpoint;
    http::Service& own = wrapped(Around::OwnEndpoint, at_endpoint, *services_.back());
    http::Service& changed = wrapped(Around::Endpoint, at_endpoint, own);
    services_.back() = &wrapped(Around::Endpoint, at_service_, changed);
}

void Graph::add_mirror(const Ground& ground, const plan::Endpoint& endpoint) {
    mirrors_.back() =
        std::make_unique<shadow::Mirror>(shadow::Mirror::Context{.loop = ground.loop,
                                                                 .plan = *plan_,
                                                                 .log = ground.log,
                                                                 .budget = ground.budget,
                                                                 .share = ground.share},
                                         endpoint, *services_.back());
    services_.back() = mirrors_.back().get();
}

void Graph::put_shadow(std::size_t endpoint, shadow::Mirror::Wiring wiring) {
    wiring.service =
        wrapped_shadow(plan_->endpoints[endpoint], *wiring.backend, std::move(wiring.service));
    mirrors_[endpoint]->put(std::move(wiring));
}

void Graph::remove_shadow(std::size_t endpoint, std::string_view id) {
    mirrors_[endpoint]->remove(id);
}

void Graph::visit_shadows(
    const std::function<void(const std::string&, const shadow::Ledger&)>& show) const {
    for (const auto& mirror : mirrors_) {
        if (mirror) {
            mirror->visit(show);
        }
    }
}

std::size_t Graph::copies() const {
    std::size_t count = 0;
    for (const auto& mirror : mirrors_) {
        count += mirror ? mirror->in_flight() : 0;
    }
    return count;
}

void Graph::abandon_copies() {
    for (const auto& mirror : mirrors_) {
        if (mirror) {
            mirror->abandon();
        }
    }
}

}  // namespace aggregator::app
