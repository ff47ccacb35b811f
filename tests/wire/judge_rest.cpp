// The part of World that looks at what is left, logged and counted when a run is over.
#include <algorithm>
#include <array>
#include <map>

#include "wire/world.hpp"

namespace aggregator::wire {
namespace {

using Trouble = ClientSpec::Trouble;

/// Of what is slow but no fault.
constexpr base::Duration kSlow = std::chrono::seconds(1);

}  // namespace

void World::judge_entries() {
    std::map<std::string, const Entry*> logged;
    std::map<std::string, int> times;
    for (const Entry& entry : entries_) {
        logged[entry.token] = &entry;
        ++times[entry.token];
    }
    for (const auto& asked : relay_.asked) {
        const RequestSpec* const request = find("/" + asked.first);
        if (request != nullptr && request->expects_oddly && !request->http10) {
            note(asked.first + " was passed on though what it expects is unknown");
        }
        if (asked.second != 1 || times[asked.first] != 1) {
            note(asked.first + " was asked " + std::to_string(asked.second) +
                 " times, and logged " + std::to_string(times[asked.first]) + " times");
        }
    }
    for (const auto& client : clients_) {
        for (std::size_t i = 0; i < client->outcomes().size(); ++i) {
            const auto entry = logged.find(client->spec().requests[i].token);
            if (client->outcomes()[i].complete && entry != logged.end()) {
                judge_entry(*entry->second, *client->outcomes()[i].reply);
            }
        }
    }
}

/// What the server refused by itself is counted by its name, once each.
void World::judge_counters() {
    constexpr std::array<base::Code, 4> kOwn{base::Code::RequestTimeout, base::Code::BadRequest,
                                             base::Code::ExpectationFailed,
                                             base::Code::TooManyConnections};
    for (const base::Code code : kOwn) {
        std::uint64_t told = 0;
        for (const auto& client : clients_) {
            told += static_cast<std::uint64_t>(std::count_if(
                client->outcomes().begin(), client->outcomes().end(), [code](const auto& one) {
                    return one.complete &&
                           one.reply->value("X-Aggregator-Error") == base::row(code).name;
                }));
        }
        const std::uint64_t counted = counters_.errors[static_cast<std::size_t>(code)].value();
        if (counted < told) {
            note(std::string(base::row(code).name) + " was told " + std::to_string(told) +
                 " times and counted " + std::to_string(counted) + " times");
        }
    }
    if (counters_.requests_in_flight.value() != 0) {
        note("requests in flight are left");
    }
}

void World::judge_entry(const Entry& entry, const Reading& reply) {
    const bool failed = !reply.value("X-Aggregator-Error").empty();
    if (entry.status != reply.status() || entry.bytes != reply.body().size() ||
        entry.failure.has_value() != failed) {
        note(entry.token + " is logged as " + std::to_string(entry.status) + " with " +
             std::to_string(entry.bytes) + " bytes");
    }
}

void World::judge_rest() {
    for (const std::string& violation : loop_.violations) {
        note("wire: " + violation);
    }
    for (const std::string& violation : backends_.violations) {
        note(violation);
    }
    for (const auto& peer : peers_) {
        peer->check_end();
    }
    judge_kept();
    judge_counters();
    const auto none = [this](std::uint64_t count, const char* what) {
        if (count != 0) {
            note(std::to_string(count) + " " + what + " are left");
        }
    };
    none(server_.open_connections(), "connections");
    none(counters_.connections_open.value(), "counted connections");
    none(counters_.upstream_open.value(), "connections to backends");
    none(counters_.calls_in_flight.value(), "calls");
    none(relay_.alive, "calls of the relay");
    none(pools_.idle(), "idle connections");
    none(loop_.wires, "wires");
    none(loop_.timers().size(), "timers");
    none(loop_.held().bytes(base::HeldKind::Head) + loop_.held().bytes(base::HeldKind::Reply) +
             loop_.held().bytes(base::HeldKind::Body),
         "held bytes");
    if (spec_.drains && drained_ != 1) {
        note("drained " + std::to_string(drained_) + " times");
    }
}

/// Connections to backends are kept for their time, and no longer.
void World::judge_kept() {
    for (const Backends::Kept& kept : backends_.kept) {
        if (kept.time > kBackendIdle + kSlow && !spec_.sips) {
            note("a connection was kept too long after " + kept.token);
        }
        if (kept.time < kBackendIdle - kSlow && spec_.idle_max > 1 && spec_.reuse &&
            was_clean(kept.token)) {
            note("a connection was not kept after " + kept.token + " but for " +
                 std::to_string(kept.time.count() / 1000000) + " ms");
        }
    }
}

bool World::was_clean(const std::string& token) const {
    for (const auto& client : clients_) {
        for (std::size_t i = 0; i < client->outcomes().size(); ++i) {
            const RequestSpec& request = client->spec().requests[i];
            if (request.token == token) {
                const Outcome& outcome = client->outcomes()[i];
                return client->spec().trouble == Trouble::None && outcome.complete &&
                       outcome.reply->value("X-Aggregator-Error").empty() &&
                       !(request.answer.early && request.has_body()) &&
                       (request.answer.redirect == 0 ||
                        (request.upload == RequestSpec::Upload::None &&
                         request.answer.redirect_size == 5));
            }
        }
    }
    return false;
}

}  // namespace aggregator::wire
