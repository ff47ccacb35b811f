#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/figures.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/engine/endpoint.hpp>
#include <aggregator/engine/race.hpp>
#include <aggregator/engine/router.hpp>
#include <aggregator/engine/workspace.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/mirror.hpp>

namespace aggregator::app {

/// What the graphs of one worker are wired on, one after the other. Outlives them all.
struct Ground {
    base::Loop& loop;
    base::Counters& counters;
    base::Log& log;
    base::Rows& rows;
    shadow::Budget& budget;
    double share = 1;  ///< the worker's part of the limits that hold for the process
    const component::SharedBook* shared = nullptr;  ///< of the plan that is wired next
    component::Background* background = nullptr;    ///< the same
    engine::Remarks* remarks = nullptr;             ///< the same
};

/// Makes the Service that asks the hosts of one backend. The backend outlives it.
using ClientMaker = std::function<std::unique_ptr<http::Service>(const plan::Backend&)>;

/// One plan's Services on one worker: a client for each backend, races, endpoints, mirrors and the
/// router. Pins its plan. Owned by the worker's Front, which hands every request to the newest
/// graph and keeps an older one until its last request and its last copy have ended. Lives on the
/// loop's thread.
class Graph {
public:
    /// What a component may be wrapped around.
    enum class Around : std::uint8_t {
        Router,
        Routes,       ///< all that is for no built-in route
        Endpoint,     ///< each one, for its own section, and around that for the service's
        OwnEndpoint,  ///< one, for its own section alone
        Backend,
        Client,  ///< what asks the hosts of a backend, or of a shadow
    };

    Graph(const Ground& ground, std::shared_ptr<const plan::Plan> plan,
          const ClientMaker& make_client);
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    /// Answers every request: the router, and what is wrapped around it.
    [[nodiscard]] http::Service& entry() { return *entry_; }
    [[nodiscard]] const plan::Plan& plan() const { return *plan_; }

    /// Adds a shadow to the endpoint of that number in the plan, in the place of one with its id.
    void put_shadow(std::size_t endpoint, shadow::Mirror::Wiring wiring);
    /// No further copies for it; those under way come to their end.
    void remove_shadow(std::size_t endpoint, std::string_view id);
    /// Shows the ledger of each shadow with its id.
    void visit_shadows(
        const std::function<void(const std::string&, const shadow::Ledger&)>& show) const;
    /// Copies that have not ended.
    [[nodiscard]] std::size_t copies() const;
    /// Ends all copies at once.
    void abandon_copies();

private:
    /// The Service with the components around it that are in force there.
    [[nodiscard]] http::Service& wrapped(Around around, const component::Wiring& wiring,
                                         http::Service& inner);
    /// The same for what asks a shadow, which may go before the graph does.
    [[nodiscard]] std::shared_ptr<http::Service> wrapped_shadow(
        const plan::Endpoint& endpoint, const plan::Backend& shadow,
        std::shared_ptr<http::Service> client) const;
    [[nodiscard]] http::Service& wire_backend(const plan::Endpoint& endpoint,
                                              const plan::Backend& backend,
                                              const ClientMaker& make_client);
    void wire_endpoint(const Ground& ground, const plan::Endpoint& endpoint,
                       const ClientMaker& make_client);
    void add_mirror(const Ground& ground, const plan::Endpoint& endpoint);

    std::shared_ptr<const plan::Plan> plan_;
    component::Wiring at_service_;
    engine::Workspace workspace_;
    std::vector<std::unique_ptr<http::Service>> clients_;
    std::vector<std::unique_ptr<engine::Race>> races_;
    std::vector<std::unique_ptr<engine::Endpoint>> endpoints_;
    std::vector<std::unique_ptr<shadow::Mirror>> mirrors_;  // by endpoint; null: never a shadow
    std::vector<http::Service*> services_;  // by endpoint: what the router hands requests to
    std::vector<std::unique_ptr<http::Service>> wrappers_;  // of components
    std::unique_ptr<engine::Router> router_;
    http::Service* entry_ = nullptr;
};

}  // namespace aggregator::app
