// One case a file in tests/golden: a configuration, what the backends answer, and what clients get.
//
//   config    the configuration's document
//   backends  for all backends of all endpoints in their order: status, headers, body (text) or
//   json (as written),
//             failure (a code's name) or hangs; delay_ms
//   cases     a list of {request: {method, target, headers, body}, reply: {status, headers, body or
//   json, at_ms}}
//
// An expected header is its exact text, "*" for any text, or null for none.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/json/document.hpp>

#include "support/gateway.hpp"

using namespace aggregator;
using json::Document;
using json::Node;

namespace {

// A value of a case's document, with the lookups that cases need.
class Value {
public:
    Value(const Document& document, const Node* node) : document_(document), node_(node) {}

    [[nodiscard]] bool there() const { return node_ != nullptr; }
    [[nodiscard]] bool null() const { return node_->kind == json::Kind::Null; }
    [[nodiscard]] Value at(std::string_view key) const {
        return {document_, there() ? document_.member(*node_, key) : nullptr};
    }
    [[nodiscard]] std::string text(const std::string& otherwise = {}) const {
        return there() ? node_->text : otherwise;
    }
    [[nodiscard]] int number(int otherwise) const {
        return there() ? std::stoi(node_->text) : otherwise;
    }
    [[nodiscard]] bool is_true() const { return there() && node_->kind == json::Kind::True; }
    [[nodiscard]] std::string raw() const {
        return document_.text().substr(node_->offset, node_->size);
    }
    [[nodiscard]] std::vector<Value> elements() const {
        std::vector<Value> values;
        if (there()) {
            for (const std::uint32_t index : node_->elements) {
                values.push_back({document_, &document_.at(index)});
            }
        }
        return values;
    }
    [[nodiscard]] std::vector<std::pair<std::string, Value>> members() const {
        std::vector<std::pair<std::string, Value>> values;
        if (there()) {
            for (const Node::Entry& entry : node_->members) {
                values.push_back({entry.key, {document_, &document_.at(entry.node)}});
            }
        }
        return values;
    }
    // The text at `body`, or what is written at `json`.
    [[nodiscard]] std::string body() const {
        return at("json").there() ? at("json").raw() : at("body").text();
    }
    [[nodiscard]] testing::Headers headers() const {
        testing::Headers headers;
        for (const auto& [name, value] : at("headers").members()) {
            headers.emplace_back(name, value.text());
        }
        return headers;
    }

private:
    const Document& document_;
    const Node* node_;
};

base::Code code_named(const std::string& name) {
    for (std::size_t i = 0; i < base::kCodes; ++i) {
        if (base::row(static_cast<base::Code>(i)).name == name) {
            return static_cast<base::Code>(i);
        }
    }
    FAIL("no such code: " << name);
    return base::Code::Internal;
}

testing::Script script_of(const Value& value) {
    testing::Script script;
    script.status = value.at("status").number(200);
    script.headers = value.headers();
    script.body = value.body();
    script.hangs = value.at("hangs").is_true();
    script.delay = std::chrono::milliseconds(value.at("delay_ms").number(0));
    if (value.at("failure").there()) {
        script.failure =
            base::Error{code_named(value.at("failure").text()), value.at("detail").text()};
    }
    return script;
}

void check_reply(const Value& expected, const testing::Reply& reply, base::Duration took) {
    CHECK(reply.status == expected.at("status").number(200));
    CHECK(reply.body == expected.body());
    for (const auto& [name, value] : expected.at("headers").members()) {
        const std::string header = name;
        INFO("header: " << header);
        const std::string seen = reply.header(header);
        if (value.null()) {
            CHECK(seen.empty());
        } else if (value.text() == "*") {
            CHECK_FALSE(seen.empty());
        } else {
            CHECK(seen == value.text());
        }
    }
    if (expected.at("at_ms").there()) {
        CHECK(took == std::chrono::milliseconds(expected.at("at_ms").number(0)));
    }
}

void run_case(testing::Gateway& gateway, const Value& one) {
    const Value request = one.at("request");
    INFO("request: " << request.raw());
    const base::Time began = gateway.loop.now();
    const testing::Reply reply = gateway.ask({.method = request.at("method").text("GET"),
                                              .target = request.at("target").text("/"),
                                              .headers = request.headers(),
                                              .body = request.body()});
    check_reply(one.at("reply"), reply, reply.at - began);
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
}

void run_file(const std::filesystem::path& path) {
    INFO("case: " << path.filename().string());
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    const auto document = Document::parse(text.str());
    REQUIRE_MESSAGE(document, document.error().message);
    const Value root(*document, &document->root());
    testing::Gateway gateway(root.at("config").raw());
    const std::vector<Value> scripts = root.at("backends").elements();
    std::size_t next = 0;
    for (const auto& of_endpoint : gateway.fakes.back()->backends) {
        for (const auto& backend : of_endpoint) {
            if (next < scripts.size()) {
                backend->scripts.assign(1, script_of(scripts[next++]));
            }
        }
    }
    REQUIRE(next == scripts.size());
    REQUIRE_FALSE(root.at("cases").elements().empty());
    for (const Value& one : root.at("cases").elements()) {
        run_case(gateway, one);
    }
}

}  // namespace

TEST_CASE("golden: every case gives what its file says") {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(TESTS_DIR "/golden")) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    REQUIRE(files.size() >= 50);
    for (const std::filesystem::path& file : files) {
        run_file(file);
    }
}
