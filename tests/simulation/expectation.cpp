#include <algorithm>

#include "simulation/scenario.hpp"

namespace aggregator::simulation {

namespace {

using base::Code;
using base::Duration;
using testing::Script;

bool is_object(const std::string& body) { return body.front() == '{'; }

// When a call's answer or failure comes, and which failure.
struct Outcome {
    Duration at{};
    bool comes = true;
    std::optional<Code> failure;
    bool answered = false;  // the failure is what an answer said, or that it cannot be used
    const Script* script = nullptr;
};

// Of the last piece, after the start.
Duration end_of(const testing::FakeStream::Plan& upload) {
    return upload.every * static_cast<int>(upload.pieces.size());
}

std::optional<Code> fault_of(const Script& script, const EndpointSpec& endpoint,
                             std::size_t index) {
    if (endpoint.no_op) {
        return std::nullopt;
    }
    if (script.status != 200) {
        return Code::BadStatus;
    }
    if (script.body == "{\"broken\":") {
        return Code::BadJson;
    }
    if (script.body != "null" && is_object(script.body) == endpoint.backends[index].is_collection) {
        return Code::WrongShape;
    }
    return std::nullopt;
}

// Of one call that is begun that long after the request.
Outcome outcome_of_call(const Scenario& scenario, const EndpointSpec& endpoint, std::size_t index,
                        const Script& script, Duration begun) {
    Outcome outcome;
    outcome.at = begun + script.delay;
    outcome.script = &script;
    if (scenario.upload && script.reads_body) {
        const Duration started = begun + (script.starts_in_call ? Duration{} : script.start_after);
        const Duration uploaded = std::max(started, end_of(*scenario.upload));
        outcome.at = uploaded + script.delay;
        if (scenario.upload->failure) {
            outcome.at = uploaded;
            outcome.failure = scenario.upload->failure->code;
            return outcome;
        }
    }
    outcome.comes = !script.hangs;
    if (script.failure && script.pieces.empty()) {
        outcome.failure = script.failure->code;
    } else {
        outcome.failure = fault_of(script, endpoint, index);
        outcome.answered = true;
    }
    return outcome;
}

// Of all attempts together: the first good answer, else the last answer, else the last failure.
Outcome outcome_of(const Scenario& scenario, const EndpointSpec& endpoint, std::size_t index,
                   Duration begun) {
    std::vector<Outcome> calls;
    for (const Script& script : scenario.scripts[index]) {
        calls.push_back(outcome_of_call(scenario, endpoint, index, script, begun));
    }
    std::ranges::stable_sort(calls, {}, &Outcome::at);
    Outcome last = calls.back();
    for (const Outcome& call : calls) {
        if (call.comes && !call.failure) {
            return call;
        }
        last.comes = last.comes && call.comes;
        if (call.answered && !calls.back().answered) {
            last.failure = call.failure;
        }
    }
    return last;
}

bool is_clients(const Outcome& outcome) {
    return outcome.failure && base::row(*outcome.failure).fault == base::Fault::Client;
}

// A reply that passes through: what of its body comes before the deadline or the client's leaving.
Expected passed_through(const EndpointSpec& endpoint, const Outcome& outcome) {
    const Script& script = *outcome.script;
    Expected expected;
    expected.answered = true;
    expected.passed = script;
    expected.stream = script.body;
    Duration at = outcome.at;
    for (const std::string& piece : script.pieces) {
        at += script.piece_every;
        if (at >= endpoint.timeout) {
            expected.cut = Code::Timeout;
            at = endpoint.timeout;
            break;
        }
        expected.stream += piece;
    }
    if (!expected.cut && script.failure) {
        expected.cut = script.failure->code;
    }
    expected.earliest = at;
    // What it has waited, it may take longer.
    expected.latest = endpoint.waits() ? 2 * endpoint.timeout - outcome.at : at;
    return expected;
}

Expected failed(Code code) {
    Expected expected;
    expected.failure = code;
    return expected;
}

Expected ends_at(Duration at, const EndpointSpec& endpoint, Expected expected) {
    expected.earliest = at;
    expected.latest = endpoint.waits() ? endpoint.timeout : at;
    return expected;
}

// One backend after the other, until one fails or the deadline passes.
Expected in_turn(const Scenario& scenario, const EndpointSpec& endpoint) {
    Duration at{};
    std::optional<Code> failure;
    std::vector<Answered> answers;
    bool refused = false;
    for (std::size_t i = 0; i < endpoint.backends.size() && !failure; ++i) {
        const Outcome outcome = outcome_of(scenario, endpoint, i, at);
        const bool late = !outcome.comes || outcome.at >= endpoint.timeout;
        at = late ? endpoint.timeout : outcome.at;
        failure = late ? Code::Timeout : outcome.failure;
        refused = !late && is_clients(outcome);
        if (!failure) {
            answers.push_back({outcome.script->body, endpoint.backends[i]});
        }
    }
    Expected expected;
    if (refused || answers.empty()) {
        expected = failed(*failure);
    } else {
        expected.answered = true;
        expected.merged = merged_reply(answers, endpoint.backends.size());
    }
    return ends_at(at, endpoint, std::move(expected));
}

}  // namespace

Expected expected_of(const Scenario& scenario, const EndpointSpec& endpoint) {
    if (endpoint.sequential && endpoint.backends.size() > 1) {
        return in_turn(scenario, endpoint);
    }
    std::vector<Outcome> outcomes;
    Duration end{};
    Duration refused = endpoint.timeout;
    std::optional<Code> refusal;
    for (std::size_t i = 0; i < endpoint.backends.size(); ++i) {
        outcomes.push_back(outcome_of(scenario, endpoint, i, Duration{}));
        const Outcome& outcome = outcomes.back();
        const bool in_time = outcome.comes && outcome.at < endpoint.timeout;
        end = std::max(end, in_time ? outcome.at : endpoint.timeout);
        if (in_time && is_clients(outcome) && outcome.at < refused) {
            refused = outcome.at;
            refusal = outcome.failure;
        }
    }
    end = std::min(end, refused);
    const Outcome& first = outcomes.front();
    if (endpoint.no_op && first.comes && !first.failure && first.at < endpoint.timeout) {
        return passed_through(endpoint, first);
    }
    Expected expected;
    std::vector<Answered> answers;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].comes && !outcomes[i].failure && outcomes[i].at < endpoint.timeout) {
            answers.push_back({outcomes[i].script->body, endpoint.backends[i]});
        }
    }
    if (refusal || answers.empty()) {
        const bool late = !first.comes || first.at >= endpoint.timeout;
        expected = failed(refusal ? *refusal : late ? Code::Timeout : *first.failure);
    } else {
        expected.answered = true;
        expected.merged = merged_reply(answers, outcomes.size());
    }
    return ends_at(end, endpoint, std::move(expected));
}

}  // namespace aggregator::simulation
