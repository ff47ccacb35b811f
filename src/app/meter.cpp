#include "app/meter.hpp"

#include <algorithm>

namespace aggregator::app {
namespace {

/// What became of the call of one backend. One that was cut off took as long as its request.
struct Outcome {
    std::string_view name;
    base::Duration took;
};

Outcome outcome_of(const http::AccessRecord::Part& part, base::Duration request_took) {
    if (part.failure) {
        return {base::row(*part.failure).name, part.took};
    }
    if (part.status != 0) {
        return {"ok", part.took};
    }
    return {base::row(base::Code::ClientClosed).name, request_took};
}

/// Few outcomes ever happen to one backend.
shadow::Histogram& of(admin::Exchanged& exchanged, std::string_view outcome) {
    const auto found = std::ranges::find_if(
        exchanged, [outcome](const auto& one) { return one.first == outcome; });
    return found != exchanged.end() ? found->second
                                    : exchanged.emplace_back(outcome, shadow::Histogram()).second;
}

void add(admin::Exchanged& to, const admin::Exchanged& from) {
    for (const auto& [outcome, times] : from) {
        of(to, outcome).add(times);
    }
}

void add_host(std::vector<admin::HostCount>& to, std::string_view host, std::string_view outcome,
              std::uint64_t times) {
    const auto found = std::ranges::find_if(to, [&](const admin::HostCount& one) {
        return one.outcome == outcome && one.host == host;
    });
    if (found != to.end()) {
        found->times += times;
    } else {
        to.push_back({std::string(host), outcome, times});
    }
}

}  // namespace

/// Few hosts, and few outcomes, belong to one backend.
void Meter::count(std::vector<Count>& counts, std::string_view host, std::string_view outcome) {
    if (host.empty()) {
        return;
    }
    const auto found = std::ranges::find_if(
        counts, [&](const Count& one) { return one.outcome == outcome && one.host == host; });
    if (found != counts.end()) {
        ++found->times;
    } else {
        counts.push_back({std::string(host), outcome, 1});
    }
}

Meter::Meter(const plan::Plan& plan) : served_(plan.endpoints.size()) {
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        asked_.emplace_back(endpoint.backends.size());
        hosts_.emplace_back(endpoint.backends.size());
    }
}

void Meter::note(const net::AccessEntry& entry) {
    const http::AccessRecord& record = entry.record;
    if (record.endpoint.empty()) {
        return;  // no endpoint answered: a path that does not exist, a health check
    }
    const auto status_class = static_cast<std::size_t>(std::clamp(entry.status / 100, 1, 5) - 1);
    served_[record.number][status_class].add(entry.took);
    auto& asked = asked_[record.number];
    for (std::size_t i = 0; i < record.parts.size() && i < asked.size(); ++i) {
        if (record.parts[i].asked) {
            const Outcome outcome = outcome_of(record.parts[i], entry.took);
            of(asked[i], outcome.name).add(outcome.took);
            count(hosts_[record.number][i], record.parts[i].at.host, outcome.name);
        }
    }
}

void Meter::add_to(admin::Figures& figures) const {
    figures.endpoints.resize(served_.size());
    figures.exchanges.resize(asked_.size());
    figures.asked.resize(asked_.size());
    for (std::size_t i = 0; i < served_.size(); ++i) {
        for (std::size_t one = 0; one < served_[i].size(); ++one) {
            figures.endpoints[i][one].add(served_[i][one]);
        }
        figures.exchanges[i].resize(asked_[i].size());
        figures.asked[i].resize(asked_[i].size());
        for (std::size_t k = 0; k < asked_[i].size(); ++k) {
            add(figures.exchanges[i][k], asked_[i][k]);
            for (const Count& one : hosts_[i][k]) {
                add_host(figures.asked[i][k], one.host, one.outcome, one.times);
            }
        }
    }
}

}  // namespace aggregator::app
