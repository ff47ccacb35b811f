#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/net/server.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::app {

/// One worker's figures of requests and of what their backends did, from the same notes that the
/// access log is made of. Lives on the worker's thread.
class Meter {
public:
    explicit Meter(const plan::Plan& plan);

    void note(const net::AccessEntry& entry);
    /// Adds all to those of other workers.
    void add_to(admin::Figures& figures) const;

private:
    struct Count {
        std::string host;
        std::string_view outcome;
        std::uint64_t times = 0;
    };

    static void count(std::vector<Count>& counts, std::string_view host, std::string_view outcome);

    std::vector<admin::Served> served_;                   // by endpoint
    std::vector<std::vector<admin::Exchanged>> asked_;    // by endpoint and backend
    std::vector<std::vector<std::vector<Count>>> hosts_;  // the same
};

}  // namespace aggregator::app
