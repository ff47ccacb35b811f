#include "simulation/scenario.hpp"

#include <algorithm>

namespace aggregator::simulation {

namespace {

using base::Code;
using base::Duration;
using base::Error;
using testing::Script;

constexpr const char* kKeys[] = {"a", "b", "c", "user", "data", "\\u0061", "id"};
constexpr Code kFailures[] = {Code::Connect, Code::Reset, Code::Resolve, Code::BadResponse,
                              Code::TooManyCalls};

std::string random_value(Dice& dice, const std::string& token, int depth) {
    switch (dice.between(0, depth > 0 ? 6 : 4)) {
        case 0:
            return std::to_string(dice.between(-1000, 1000));
        case 1:
            return "\"" + token + "\"";
        case 2:
            return "null";
        case 3:
            return "[1, \"" + token + "\",{}]";
        case 4:
            return "1.5e3";
        default:
            break;
    }
    std::string object = "{";
    for (int left = dice.between(0, 3); left > 0; --left) {
        object += std::string(object.size() > 1 ? " ," : "") + "\"" +
                  std::string(1, "xyz"[left - 1]) + "\" : " + random_value(dice, token, depth - 1);
    }
    return object + "}";
}

std::string random_object(Dice& dice, const std::string& token) {
    std::string object = "{\"token\":\"" + token + "\"";
    for (int left = dice.percent(5) ? 60 : dice.between(0, 6); left > 0; --left) {
        // One throw a statement: the order within one is the compiler's.
        const std::string key = left > 6 ? "k" + std::to_string(left) : std::string(dice.of(kKeys));
        object += ",\"" + key + "\": " + random_value(dice, token, 2);
    }
    return object + "}";
}

std::string random_body(Dice& dice, const ShapeSpec& shape, const std::string& token) {
    if (dice.percent(4)) {
        return "null";
    }
    if (dice.percent(4)) {
        return "{}";
    }
    if (dice.percent(4)) {
        return "{\"broken\":";
    }
    const bool collection = dice.percent(5) ? !shape.is_collection : shape.is_collection;
    return collection ? "[" + random_object(dice, token) + "]" : random_object(dice, token);
}

bool is_object(const std::string& body) { return body.front() == '{'; }

Script random_script(Dice& dice, const EndpointSpec& endpoint, const ShapeSpec& shape,
                     const std::string& token) {
    Script script;
    script.delay = dice.percent(20) ? Duration{} : dice.time(12000);
    script.reads_body = dice.percent(85);
    script.hangs = dice.percent(6);
    if (dice.percent(10)) {
        script.failure = Error{dice.of(kFailures), token};
    }
    script.status = dice.percent(8) ? 503 : 200;
    if (endpoint.no_op) {
        script.headers = {{"X-Token", token}};
        for (int left = dice.between(0, 5); left > 0; --left) {
            script.pieces.push_back(token +
                                    std::string(static_cast<std::size_t>(dice.between(0, 9)), '.'));
        }
        script.piece_every = dice.percent(30) ? Duration{} : dice.time(4000);
        script.body = script.pieces.empty() ? token : "";
    } else {
        script.body = random_body(dice, shape, token);
    }
    return script;
}

ShapeSpec random_shape(Dice& dice) {
    ShapeSpec shape;
    shape.is_collection = dice.percent(15);
    if (dice.percent(15)) {
        shape.target = dice.of(std::vector<std::string>{"data", "user"});
    }
    if (dice.percent(20)) {
        shape.allow = dice.of(std::vector<std::vector<std::string>>{
            {"a", "token"}, {"user.x", "data"}, {"b.y.z", "b.x", "collection"}, {"none"}});
    } else if (dice.percent(20)) {
        shape.deny = dice.of(
            std::vector<std::vector<std::string>>{{"a"}, {"user.x", "data.y.x"}, {"token", "id"}});
    }
    if (dice.percent(20)) {
        shape.mapping = dice.of(std::vector<std::vector<std::pair<std::string, std::string>>>{
            {{"a", "b"}}, {{"id", "a"}, {"b", "id"}}, {{"c", "c"}}, {{"collection", "list"}}});
    }
    if (dice.percent(20)) {
        shape.group = dice.of(std::vector<std::string>{"g", "user"});
    }
    return shape;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string list_of(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) {
        list += (list.empty() ? "" : ",") + quoted(text);
    }
    return "[" + list + "]";
}

std::string backend_text(const ShapeSpec& shape, std::size_t index) {
    std::string mapping;
    for (const auto& [from, to] : shape.mapping) {
        mapping += (mapping.empty() ? "" : ",") + quoted(from) + ":" + quoted(to);
    }
    return R"({"url_pattern":"/)" + std::to_string(index) + R"(/{token}","is_collection":)" +
           (shape.is_collection ? "true" : "false") + R"(,"target":)" + quoted(shape.target) +
           R"(,"group":)" + quoted(shape.group) + R"(,"allow":)" + list_of(shape.allow) +
           R"(,"deny":)" + list_of(shape.deny) + R"(,"mapping":{)" + mapping + "}}";
}

std::string shadow_text(base::Duration deadline) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(deadline).count();
    return R"({"url_pattern":"/shadow/{token}","extra_config":{"proxy":{"shadow":true,)"
           R"("shadow_timeout":")" +
           std::to_string(us) + R"(us"}}})";
}

// When a backend's answer or failure comes, and which failure.
struct Outcome {
    Duration at{};
    bool comes = true;
    std::optional<Code> failure;
};

// Of a call that is begun that long after the request.
Outcome outcome_of(const Scenario& scenario, const EndpointSpec& endpoint, std::size_t index,
                   Duration begun) {
    const Script& script = scenario.scripts[index];
    Outcome outcome;
    outcome.at = begun + script.delay;
    if (scenario.upload && script.reads_body) {
        const Duration uploaded = std::max(
            begun, scenario.upload->every * static_cast<int>(scenario.upload->pieces.size()));
        outcome.at = uploaded + script.delay;
        if (scenario.upload->failure) {
            return {uploaded, true, scenario.upload->failure->code};
        }
    }
    outcome.comes = !script.hangs;
    if (script.failure && script.pieces.empty()) {
        outcome.failure = script.failure->code;
    } else if (endpoint.no_op) {
        return outcome;
    } else if (script.status != 200) {
        outcome.failure = Code::BadStatus;
    } else if (script.body == "{\"broken\":") {
        outcome.failure = Code::BadJson;
    } else if (script.body != "null" &&
               is_object(script.body) == endpoint.backends[index].is_collection) {
        outcome.failure = Code::WrongShape;
    }
    return outcome;
}

bool is_clients(const Outcome& outcome) {
    return outcome.failure && base::row(*outcome.failure).fault == base::Fault::Client;
}

// A reply that passes through: what of its body comes before the deadline or the client's leaving.
Expected passed_through(const Scenario& scenario, const EndpointSpec& endpoint,
                        const Outcome& outcome) {
    const Script& script = scenario.scripts.front();
    Expected expected;
    expected.answered = true;
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
    expected.cancelled = scenario.leaves && *scenario.leaves <= at;
    return expected;
}

Expected failed(Code code) {
    Expected expected;
    expected.failure = code;
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
            answers.push_back({scenario.scripts[i].body, endpoint.backends[i]});
        }
    }
    Expected expected;
    if (refused || answers.empty()) {
        expected = failed(*failure);
    } else {
        expected.answered = true;
        expected.merged = merged_reply(answers, endpoint.backends.size());
    }
    expected.cancelled = scenario.leaves && *scenario.leaves <= at;
    return expected;
}

}  // namespace

std::vector<EndpointSpec> random_endpoints(Dice& dice) {
    std::vector<EndpointSpec> endpoints(static_cast<std::size_t>(dice.between(1, 3)));
    for (EndpointSpec& endpoint : endpoints) {
        endpoint.no_op = dice.percent(25);
        endpoint.timeout = std::chrono::microseconds(dice.between(5000, 12000));
        endpoint.sequential = !endpoint.no_op && dice.percent(25);
        endpoint.backends.resize(endpoint.no_op ? 1 : static_cast<std::size_t>(dice.between(1, 4)));
        for (ShapeSpec& shape : endpoint.backends) {
            shape = endpoint.no_op ? ShapeSpec{} : random_shape(dice);
        }
        endpoint.shadows.resize(static_cast<std::size_t>(dice.between(0, 2)));
        for (base::Duration& deadline : endpoint.shadows) {
            deadline = std::chrono::microseconds(dice.between(1000, 30000));
        }
    }
    return endpoints;
}

std::string configuration_of(const std::vector<EndpointSpec>& endpoints) {
    std::string list;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const EndpointSpec& endpoint = endpoints[i];
        std::string backends;
        for (std::size_t j = 0; j < endpoint.backends.size(); ++j) {
            backends += (j > 0 ? "," : "") + backend_text(endpoint.backends[j], j);
        }
        for (const base::Duration deadline : endpoint.shadows) {
            backends += "," + shadow_text(deadline);
        }
        const auto timeout =
            std::chrono::duration_cast<std::chrono::microseconds>(endpoint.timeout).count();
        list += (i > 0 ? "," : "") + std::string(R"({"method":"POST","endpoint":"/)") +
                std::to_string(i) + R"(/{token}","timeout":")" + std::to_string(timeout) +
                R"(us","output_encoding":)" + (endpoint.no_op ? R"("no-op")" : R"("json")") +
                R"(,"extra_config":{"proxy":{"sequential":)" +
                (endpoint.sequential ? "true" : "false") + R"(}},"backend":[)" + backends + "]}";
    }
    return R"({"version":3,"host":["http://b"],"endpoints":[)" + list + "]}";
}

Scenario random_scenario(Dice& dice, const std::vector<EndpointSpec>& endpoints,
                         std::size_t number) {
    Scenario scenario;
    scenario.endpoint =
        static_cast<std::size_t>(dice.between(0, static_cast<int>(endpoints.size()) - 1));
    scenario.token = "t" + std::to_string(number) + "t";
    scenario.start = dice.time(20000);
    if (dice.percent(15)) {
        scenario.leaves = dice.time(12000);
    }
    scenario.lingers = dice.percent(30);
    if (dice.percent(30)) {
        scenario.upload.emplace();
        for (int left = dice.between(0, 4); left > 0; --left) {
            const auto size =
                static_cast<std::size_t>(dice.percent(10) ? 40000 : dice.between(1, 50));
            scenario.upload->pieces.push_back(scenario.token + std::string(size, '-'));
        }
        scenario.upload->every = dice.percent(30) ? Duration{} : dice.time(3000);
        if (dice.percent(15)) {
            scenario.upload->failure =
                Error{dice.percent(50) ? Code::BadBody : Code::ClientClosed, scenario.token};
        }
    } else if (dice.percent(50)) {
        scenario.body = scenario.token + " body";
    }
    const EndpointSpec& endpoint = endpoints[scenario.endpoint];
    for (const ShapeSpec& shape : endpoint.backends) {
        scenario.scripts.push_back(random_script(dice, endpoint, shape, scenario.token));
    }
    return scenario;
}

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
        return passed_through(scenario, endpoint, first);
    }
    Expected expected;
    std::vector<Answered> answers;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].comes && !outcomes[i].failure && outcomes[i].at < endpoint.timeout) {
            answers.push_back({scenario.scripts[i].body, endpoint.backends[i]});
        }
    }
    if (refusal || answers.empty()) {
        const bool late = !first.comes || first.at >= endpoint.timeout;
        expected = failed(refusal ? *refusal : late ? Code::Timeout : *first.failure);
    } else {
        expected.answered = true;
        expected.merged = merged_reply(answers, outcomes.size());
    }
    expected.cancelled = scenario.leaves && *scenario.leaves <= end;
    return expected;
}

}  // namespace aggregator::simulation
