// The part of World that says what was wrong.
#include <algorithm>

#include "wire/world.hpp"

namespace aggregator::wire {
namespace {

using Mode = RequestSpec::Mode;
using Trouble = ClientSpec::Trouble;

/// Of what is slow but no fault, and of what is told late.
constexpr base::Duration kSlack = std::chrono::milliseconds(100);
constexpr base::Duration kSlow = std::chrono::seconds(4);

/// What only a client's own fault may end with.
const std::set<std::string, std::less<>>& faults_of_clients() {
    static const std::set<std::string, std::less<>> kNames{
        "client_closed", "request_timeout", "bad_request", "bad_body",
        "reset",         "closed",          "timeout",     "unsupported_version"};
    return kNames;
}

std::string whole_body(const RequestSpec& request) {
    if (request.method == "HEAD") {
        return {};
    }
    const std::string answer =
        request.answered_with_body() ? stamped(request.token, 'r', request.answer.size) : "";
    switch (request.mode) {
        case Mode::Echo:
            return request.body();
        case Mode::Discard:
            return std::to_string(answer.size());
        default:
            return answer;
    }
}

int whole_status(const RequestSpec& request) {
    const bool own = request.mode == Mode::Echo || request.mode == Mode::Discard;
    return own ? 200 : request.answer.status;
}

/// When the server had the whole request, and was done with the one before.
base::Time asked_at(const ClientPeer& client, std::size_t index) {
    const base::Time said = client.outcomes()[index].last_said_at;
    return index == 0 ? said : std::max(said, client.outcomes()[index - 1].replied_at);
}

/// Whether the server refuses it for what it expects.
bool is_odd(const RequestSpec& request) { return request.expects_oddly && !request.http10; }

std::string show(const RequestSpec& request) {
    return request.token + " " + request.method + " " + static_cast<char>(request.mode) + ": ";
}

}  // namespace

std::vector<std::string> World::judge() {
    for (const auto& client : clients_) {
        judge_client(*client);
    }
    judge_entries();
    judge_rest();
    return std::move(violations_);
}

void World::judge_client(const ClientPeer& client) {
    for (const std::string& violation : client.violations) {
        note("client: " + violation);
    }
    for (std::size_t i = 0; i < client.outcomes().size(); ++i) {
        judge_request(client, i);
    }
    judge_end_of(client);
}

/// Whether the client has no connection on which it could be answered.
bool World::shut_out(const ClientPeer& client) const { return spec_.tls && !client.spec().shakes; }

void World::judge_request(const ClientPeer& client, std::size_t index) {
    const RequestSpec& request = client.spec().requests[index];
    const Outcome& outcome = client.outcomes()[index];
    if (outcome.complete) {
        judge_reply(client, index);
        return judge_closing(client, index);
    }
    if (client.troubled() || shut_out(client)) {
        return;  // any end of the connection is truthful
    }
    if (!outcome.reply) {
        return judge_missing(client, index);
    }
    const std::string whole = whole_body(request);
    const bool good = outcome.reply->value("X-Aggregator-Error").empty();
    const bool swept = may_be_swept(client, index) || (spec_.crowded() && client.was_reset());
    if (!swept && (!good || !allowed(request).broken)) {
        note(show(request) + "a reply ends before its end: " + outcome.reply->head());
    } else if (!whole.starts_with(outcome.reply->body())) {
        note(show(request) + "the part of a body that came is not the answer's");
    } else if (!spec_.sips && outcome.said > 0 &&
               outcome.replied_at - asked_at(client, index) > kDeadline + kBackendStall + kSlow) {
        note(show(request) + "a broken reply ended late");
    }
}

/// What the request's answer allows, and the way there.
Allowed World::allowed(const RequestSpec& request) const {
    Allowed all = allowed_for(request, spec_);
    if (spec_.header_limit > base::Duration{} && !all.failures.empty() &&
        !all.failures.contains("connect")) {
        all.failures.insert("timeout");
    }
    if (spec_.deadline == kImpatience && request.relayed()) {
        all.failures.insert("timeout");
    }
    if (spec_.budget > 0) {
        all.failures.insert("memory_full");
        all.broken = true;
    }
    if (spec_.connections_max < 1000) {
        all.failures.insert("too_many_connections");
    }
    const bool resendable = request.idempotent() && !request.has_body();
    if (!resendable && request.relayed()) {
        const bool raced = std::any_of(peers_.begin(), peers_.end(), [&](const auto& peer) {
            const std::string lost = peer->lost();
            return !lost.empty() && (lost.find("/" + request.token) != lost.npos ||
                                     lost.find("X-Token") == lost.npos);
        });
        if (raced) {
            all.failures.insert({"reset", "closed"});
        }
    }
    return all;
}

void World::judge_reply(const ClientPeer& client, std::size_t index) {
    const RequestSpec& request = client.spec().requests[index];
    const Outcome& outcome = client.outcomes()[index];
    const Reading& reply = *outcome.reply;
    const std::string failure = reply.value("X-Aggregator-Error");
    const Allowed may = allowed(request);
    const bool faulty = client.spec().trouble != Trouble::None && index >= client.spec().troubled;
    const base::Duration took = outcome.replied_at - asked_at(client, index);
    if (!failure.empty()) {
        const bool known = may.failures.contains(failure) ||
                           (shut_out(client) && failure == "bad_request") ||
                           (faulty && faults_of_clients().contains(failure));
        if (!known) {
            note(show(request) + "failed with " + failure + ": " + reply.body());
        }
        const bool soon = spec_.header_limit > base::Duration{};
        const base::Duration least =
            failure == "timeout"
                ? (soon ? std::min(spec_.header_limit, spec_.deadline) : spec_.deadline)
            : failure == "stalled" ? kBackendStall
                                   : base::Duration{};
        if (outcome.replied_at - outcome.begun_at < least) {
            note(show(request) + failure + " too early");
        }
    } else if (!may.good) {
        note(show(request) + "a broken answer looks whole: " + reply.head());
    } else {
        judge_good(request, reply);
    }
    if (outcome.said > 0 && !spec_.sips && took > (failure.empty() ? kSlow : kDeadline + kSlow)) {
        note(show(request) + "took " + std::to_string(took.count() / 1000000) + " ms");
    }
}

void World::judge_good(const RequestSpec& request, const Reading& reply) {
    if (spec_.budget > 0 && reply.status() == 307) {
        return;  // there was no room to hold its body for another time
    }
    if (reply.status() != whole_status(request)) {
        note(show(request) + "the status is wrong: " + reply.head());
    }
    if (reply.body() != whole_body(request)) {
        note(show(request) + "the body is wrong: " + std::to_string(reply.body().size()) +
             " bytes, " + reply.head());
    }
    if (reply.value("X-Token") != request.token || reply.count("X-Token") != 1) {
        note(show(request) + "the headers are another's: " + reply.head());
    }
    if (request.relayed() && (reply.value("X-Kept") != "yes" || reply.count("Keep-Alive") > 0)) {
        note(show(request) + "the headers are not the backend's: " + reply.head());
    }
    if (reply.count("Date") != 1) {
        note(show(request) + "no date: " + reply.head());
    }
}

/// A reply that says that the connection ends has a reason for it, and one that does not is kept
/// to.
void World::judge_closing(const ClientPeer& client, std::size_t index) {
    const RequestSpec& request = client.spec().requests[index];
    const Reading& reply = *client.outcomes()[index].reply;
    const bool closes = reply.value("Connection") == "close";
    const bool asked = !request.keeps || reply.until_end() || is_odd(request);
    if (asked && !closes) {
        note(show(request) + "it is not said that the connection ends: " + reply.head());
    }
    const bool drains = spec_.drains && (drained_ > 0 || !drain_.armed());
    const bool reason = asked || drains || request.upload != RequestSpec::Upload::None ||
                        client.spec().trouble != Trouble::None || spec_.crowded() ||
                        shut_out(client);
    if (closes && !reason) {
        note(show(request) + "the connection ends without a reason: " + reply.head());
    }
}

/// What the server owes to a client in trouble: neither more nor less time than it has.
void World::judge_trouble(const ClientPeer& client) {
    const std::size_t index = client.spec().troubled;
    const Outcome& outcome = client.outcomes()[index];
    const RequestSpec& request = client.spec().requests[index];
    const Outcome* const before = index == 0 ? nullptr : &client.outcomes()[index - 1];
    const bool done_before =
        before == nullptr || (before->complete && before->reply->value("Connection") != "close");
    const bool gone =
        client.spec().trouble == Trouble::Resets || client.spec().trouble == Trouble::Leaves;
    if (gone && client.line()->left_at() > *client.troubled_at() + kSlack && done_before &&
        outcome.said == outcome.whole && !request.pipelined) {
        note(show(request) + "the server held on to a client that was gone");
    }
    if (client.spec().trouble != Trouble::StopsSaying || !done_before || outcome.said == 0 ||
        outcome.head_said) {
        return;
    }
    const base::Time begun =
        before == nullptr ? outcome.begun_at : std::max(outcome.begun_at, before->replied_at);
    const base::Duration waited = outcome.replied_at - begun;
    const bool told =
        outcome.complete && outcome.reply->value("X-Aggregator-Error") == "request_timeout";
    if (!told) {
        note(show(request) + "half a head has no reply that says so");
    } else if (waited < kHeaderLimit - kSlack || waited > kHeaderLimit + kSlow / 2) {
        note(show(request) + "half a head was waited for " +
             std::to_string(waited.count() / 1000000) + " ms");
    }
}

void World::judge_missing(const ClientPeer& client, std::size_t index) {
    const Outcome* const before = index > 0 ? &client.outcomes()[index - 1] : nullptr;
    // What came while the reply before was under way is behind the drain, too.
    const base::Time begun = before != nullptr
                                 ? std::max(client.outcomes()[index].begun_at, before->replied_at)
                                 : client.outcomes()[index].begun_at;
    const bool too_late = drained_from_ && (client.outcomes()[index].said == 0 ||
                                            begun + kSlack / 5 >= *drained_from_);
    if (too_late || spec_.crowded() || spec_.sips || (before != nullptr && !before->complete)) {
        return;
    }
    if (before != nullptr && before->reply->value("Connection") == "close") {
        return;
    }
    if (!may_be_swept(client, index)) {
        note(show(client.spec().requests[index]) + "no reply");
    }
}

/// A reset because of a broken reply takes along what was not heard yet of those before it.
bool World::may_be_swept(const ClientPeer& client, std::size_t index) const {
    const auto& requests = client.spec().requests;
    return client.was_reset() &&
           std::any_of(requests.begin() + static_cast<std::ptrdiff_t>(index), requests.end(),
                       [this](const auto& one) { return allowed(one).broken; });
}

void World::judge_end_of(const ClientPeer& client) {
    if (client.line() == nullptr || !client.ended_at()) {
        return note("a client's connection never ended");
    }
    if (client.troubled() && !shut_out(client) && !spec_.crowded() && !spec_.drains) {
        judge_trouble(client);
    }
    const auto& last = client.outcomes().back();
    if (client.line()->left_at() > *client.ended_at() + kSlack && last.complete) {
        note("the server held on to a connection that its client had left");
    }
    if (drained_from_ && last.complete && *client.ended_at() > *drained_from_ + kSlack &&
        *client.ended_at() > client.last_reply_at() + kSlack) {
        note("an idle connection outlived the drain");
    }
    if (client.closed_first() || client.troubled() || spec_.drains || !last.complete ||
        spec_.crowded()) {
        if (client.troubled_at() && !spec_.sips &&
            *client.ended_at() - *client.troubled_at() >
                kDeadline + kBackendStall + kIdleLimit + kSlow) {
            note("a connection in trouble ended late");
        }
        return;
    }
    if (client.was_reset()) {
        note("a connection was reset behind its last reply");
    }
    const base::Duration idle = *client.ended_at() - client.last_reply_at();
    const bool closes = last.reply->value("Connection") == "close";
    if (!closes && !spec_.sips && (idle < kIdleLimit - kSlow / 8 || idle > kIdleLimit + kSlack)) {
        note("an idle connection ended after " + std::to_string(idle.count() / 1000000) + " ms");
    }
    if (closes && !spec_.sips && idle > kSlack) {
        note("a connection ended late after its last reply");
    }
}

}  // namespace aggregator::wire
