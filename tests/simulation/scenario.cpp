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

// How a call comes to read the body.
void begin_somehow(Dice& dice, Script& script) {
    script.reads_body = dice.percent(85);
    script.starts_in_call = dice.percent(50);
    if (!script.starts_in_call && dice.percent(50)) {
        script.start_after = dice.time(6000);
    }
}

Script random_script(Dice& dice, const EndpointSpec& endpoint, const ShapeSpec& shape,
                     const std::string& token) {
    Script script;
    // Attempts whose answers come at the same time would win by chance.
    const bool at_once = dice.percent(20) && endpoint.attempts == 1;
    script.delay = at_once ? Duration{} : dice.time(12000);
    begin_somehow(dice, script);
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

const char* text_of(bool truth) { return truth ? "true" : "false"; }

std::string shadow_text(const ShadowSpec& shadow) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(shadow.deadline).count();
    return std::string(R"({"url_pattern":"/shadow/)") + (shadow.follows ? "{resp0_id}/" : "") +
           R"({token}","extra_config":{"proxy":{"shadow":true,"shadow_timeout":")" +
           std::to_string(us) + R"(us"},"proxy/shadow":{"wait":)" + text_of(shadow.waits) +
           R"(,"request":{"body":")" + (shadow.takes_body ? "copy" : "none") +
           R"("},"limits":{"max_body":)" + std::to_string(shadow.max_body) + R"(,"queue_bytes":)" +
           std::to_string(shadow.queue_bytes) + R"(,"concurrency":)" +
           std::to_string(shadow.concurrency) + "}}}}";
}

ShadowSpec random_shadow(Dice& dice, const EndpointSpec& endpoint) {
    ShadowSpec shadow;
    shadow.deadline = std::chrono::microseconds(dice.between(1000, 30000));
    shadow.waits = dice.percent(30);
    shadow.follows = endpoint.sequential && endpoint.backends.size() > 1 && dice.percent(40);
    shadow.takes_body = dice.percent(85);
    if (dice.percent(20)) {
        shadow.max_body = dice.between(1, 60000);
    }
    if (dice.percent(20)) {
        shadow.queue_bytes = dice.between(1, 60000);
    }
    if (dice.percent(20)) {
        shadow.concurrency = dice.between(1, 2);
    }
    return shadow;
}

// Below, at and above the size of the pieces in which a shared body is held, and several of them.
constexpr int kChunk = 16384;
constexpr int kPieceSizes[] = {1,      7,          50,         1000,  kChunk - 1,
                               kChunk, kChunk + 1, 2 * kChunk, 40000, 3 * kChunk + 5};

// Begins with the token; of the rest no part looks like one that is a chunk away.
std::string body_text(const std::string& token, std::size_t size) {
    constexpr std::size_t kPeriod = 251;
    std::string text = token;
    while (text.size() < size) {
        text += static_cast<char>('A' + text.size() % kPeriod % 26);
        text += static_cast<char>('a' + text.size() % kPeriod / 10);
    }
    return text;
}

testing::FakeStream::Plan random_upload(Dice& dice, const std::string& token) {
    testing::FakeStream::Plan upload;
    std::size_t size = 0;
    for (int left = dice.between(0, 6); left > 0; --left) {
        upload.pieces.push_back(body_text(token, static_cast<std::size_t>(dice.of(kPieceSizes))));
        size += upload.pieces.back().size();
    }
    upload.every = dice.percent(30) ? Duration{} : dice.time(3000);
    if (dice.percent(15)) {
        upload.failure = Error{dice.percent(50) ? Code::BadBody : Code::ClientClosed, token};
    } else if (dice.percent(40)) {
        upload.length = size;
    }
    return upload;
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
        endpoint.attempts = static_cast<std::size_t>(dice.percent(40) ? dice.between(2, 4) : 1);
        for (int left = dice.between(0, 2); left > 0; --left) {
            endpoint.shadows.push_back(random_shadow(dice, endpoint));
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
        for (const ShadowSpec& shadow : endpoint.shadows) {
            backends += "," + shadow_text(shadow);
        }
        const auto timeout =
            std::chrono::duration_cast<std::chrono::microseconds>(endpoint.timeout).count();
        list += (i > 0 ? "," : "") + std::string(R"({"method":"POST","endpoint":"/)") +
                std::to_string(i) + R"(/{token}","timeout":")" + std::to_string(timeout) +
                R"(us","output_encoding":)" + (endpoint.no_op ? R"("no-op")" : R"("json")") +
                R"(,"concurrent_calls":)" + std::to_string(endpoint.attempts) +
                R"(,"extra_config":{"proxy":{"sequential":)" + text_of(endpoint.sequential) +
                R"(}},"backend":[)" + backends + "]}";
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
    if (dice.percent(50)) {
        scenario.upload = random_upload(dice, scenario.token);
    } else if (dice.percent(50)) {
        scenario.body = scenario.token + " body";
    }
    const EndpointSpec& endpoint = endpoints[scenario.endpoint];
    for (const ShapeSpec& shape : endpoint.backends) {
        auto& attempts = scenario.scripts.emplace_back();
        for (std::size_t i = 0; i < endpoint.attempts; ++i) {
            attempts.push_back(random_script(dice, endpoint, shape, scenario.token));
        }
    }
    return scenario;
}

std::string Scenario::whole_body() const {
    std::string whole = body;
    if (upload) {
        for (const std::string& piece : upload->pieces) {
            whole += piece;
        }
    }
    return whole;
}

}  // namespace aggregator::simulation
