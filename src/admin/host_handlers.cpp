#include "admin/host_handlers.hpp"

#include <algorithm>
#include <string>

#include <aggregator/json/writer.hpp>
#include <aggregator/plan/forward.hpp>

#include "admin/times.hpp"

namespace aggregator::admin {
namespace {

/// Which hosts are meant; an empty text means all.
struct Chosen {
    std::string backend;
    std::string host;
    std::string fault;  ///< why that cannot be told; empty: it can
};

Chosen read(const Asked& asked) {
    plan::Outgoing outgoing;
    plan::read_query(asked.query, outgoing);
    Chosen chosen;
    for (const plan::Outgoing::Pair& pair : outgoing.pairs) {
        const bool backend = pair.key == "backend";
        if (!backend && pair.key != "host") {
            chosen.fault = "the only query strings are backend and host: nothing was restored";
        } else if (pair.value.empty()) {
            chosen.fault = std::string(pair.key) +
                           " is empty: nothing was restored; leave it out to restore all";
        }
        (backend ? chosen.backend : chosen.host) = pair.value;
    }
    return chosen;
}

bool is_known(const Gateway& gateway, const Chosen& chosen) {
    const auto hosts = gateway.hosts();
    return std::ranges::any_of(hosts, [&chosen](const LiveHost& one) {
        return (chosen.backend.empty() || chosen.backend == one.endpoint ||
                chosen.backend == one.backend) &&
               (chosen.host.empty() || chosen.host == one.host);
    });
}

}  // namespace

Reply list_hosts(const Gateway& gateway) {
    json::Writer out;
    out.object().key("hosts").array();
    for (const LiveHost& host : gateway.hosts()) {
        out.object()
            .member("endpoint", host.endpoint)
            .member("backend", host.backend)
            .member("host", host.host)
            .member("state", host.state);
        if (host.left > base::Duration::zero()) {
            out.member("left", duration_text(host.left.count()));
        }
        out.key("ejections").object();
        for (const auto& [reason, times] : host.ejections) {
            out.count(reason, times);
        }
        out.end().end();
    }
    out.end().end();
    return json_reply(200, std::move(out).take());
}

Reply restore_hosts(ShadowRecords& records, const Asked& asked) {
    const Chosen chosen = read(asked);
    if (!chosen.fault.empty()) {
        return problem(ProblemKind::BadRequest, chosen.fault, asked.path);
    }
    const bool all = chosen.backend.empty() && chosen.host.empty();
    if (!all && !is_known(records.gateway(), chosen)) {
        return problem(ProblemKind::NotFound, "no backend that leaves hosts out has such a host",
                       asked.path);
    }
    const std::size_t restored = records.gateway().restore_hosts(chosen.backend, chosen.host);
    records.context().log.write(base::LogLevel::Info, "hosts restored",
                                {{"backend", chosen.backend.empty() ? "all" : chosen.backend},
                                 {"host", chosen.host.empty() ? "all" : chosen.host},
                                 {"caller", asked.caller}});
    json::Writer out;
    out.object().count("restored", restored).end();
    return json_reply(200, std::move(out).take());
}

}  // namespace aggregator::admin
