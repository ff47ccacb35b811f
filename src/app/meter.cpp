#include "app/meter.hpp"

#include <algorithm>

namespace aggregator::app {
namespace {

void add(admin::Served& to, const admin::Served& from) {
    for (std::size_t i = 0; i < from.classes.size(); ++i) {
        to.classes[i] += from.classes[i];
    }
    to.duration.add(from.duration);
}

void add(admin::Exchanged& to, std::string_view outcome, std::uint64_t times) {
    if (times == 0) {
        return;
    }
    const auto found = std::ranges::find_if(
        to.outcomes, [outcome](const auto& one) { return one.first == outcome; });
    if (found != to.outcomes.end()) {
        found->second += times;
    } else {
        to.outcomes.emplace_back(outcome, times);
    }
}

}  // namespace

Meter::Meter(const plan::Plan& plan) : served_(plan.endpoints.size()) {
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        asked_.emplace_back(endpoint.backends.size());
    }
}

void Meter::note(const net::AccessEntry& entry) {
    const http::AccessRecord& record = entry.record;
    if (record.endpoint.empty()) {
        return;  // no endpoint answered: a path that does not exist, a health check
    }
    admin::Served& served = served_[record.number];
    ++served.classes[static_cast<std::size_t>(std::clamp(entry.status / 100, 1, 5) - 1)];
    served.duration.add(entry.took);
    std::vector<Asked>& asked = asked_[record.number];
    for (std::size_t i = 0; i < record.parts.size() && i < asked.size(); ++i) {
        const auto& part = record.parts[i];
        if (part.failure) {
            ++asked[i].failures[static_cast<std::size_t>(*part.failure)];
        } else if (part.status != 0) {
            ++asked[i].answered;
        } else {
            continue;  // it was not asked
        }
        asked[i].duration.add(part.took);
    }
}

void Meter::add_to(admin::Figures& figures) const {
    figures.endpoints.resize(served_.size());
    figures.exchanges.resize(asked_.size());
    for (std::size_t i = 0; i < served_.size(); ++i) {
        add(figures.endpoints[i], served_[i]);
        figures.exchanges[i].resize(asked_[i].size());
        for (std::size_t k = 0; k < asked_[i].size(); ++k) {
            admin::Exchanged& sum = figures.exchanges[i][k];
            const Asked& one = asked_[i][k];
            add(sum, "ok", one.answered);
            for (std::size_t code = 0; code < one.failures.size(); ++code) {
                add(sum, base::row(static_cast<base::Code>(code)).name, one.failures[code]);
            }
            sum.duration.add(one.duration);
        }
    }
}

}  // namespace aggregator::app
