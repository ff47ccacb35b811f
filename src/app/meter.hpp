#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/figures.hpp>
#include <aggregator/net/server.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::app {

/// One worker's figures of requests and of what their backends did, from the same notes that the
/// access log is made of. Lives on the worker's thread.
class Meter {
public:
    explicit Meter(const plan::Plan& plan);

    void note(const net::AccessEntry& entry);
    void show(base::Figures& figures) const;

private:
    static constexpr std::size_t kClasses = 5;

    /// Calls that went to a host of a backend and ended in the same way. Few ways and few hosts
    /// belong to one backend.
    struct Asked {
        std::string host;
        std::string_view outcome;
        int status_class = 0;  ///< of the answer; 0: none came
        std::uint64_t times = 0;
    };
    struct Backend {
        base::LabelValues labels;
        /// By what came of the calls: `ok`, or a name of the table of errors.
        std::vector<std::pair<std::string_view, base::Histogram>> outcomes{};
        std::vector<Asked> asked{};

        void note(const http::AccessRecord::Part& part, base::Duration request_took);
        void show(base::Figures& figures) const;
    };
    struct Endpoint {
        base::LabelValues labels;
        std::array<base::Histogram, kClasses> served{};  ///< by class of status, 1xx first
        std::uint64_t incomplete = 0;
        std::vector<Backend> backends{};

        void note(const net::AccessEntry& entry);
        void show(base::Figures& figures) const;
    };
    std::vector<Endpoint> endpoints_;  // like Plan::endpoints
};

/// The metrics that a Meter shows.
[[nodiscard]] base::Metrics meter_metrics();

}  // namespace aggregator::app
