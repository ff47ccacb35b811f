// SRV records: which of them count, and how often.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/targets.hpp"

using namespace aggregator;
using net::SrvRecord;
using net::Targets;

namespace {

SrvRecord record(const std::string& name, std::uint16_t weight, std::uint16_t priority = 0) {
    return {.target = name, .port = 80, .priority = priority, .weight = weight};
}

/// `a:3 b:1`
std::string text_of(const Targets& targets) {
    std::string text;
    for (const auto& target : targets) {
        text.append(text.empty() ? "" : " ").append(target.name);
        text.append(":").append(std::to_string(target.weight));
    }
    return text;
}

std::string chosen(std::vector<SrvRecord> records) {
    return text_of(net::choose(std::move(records)));
}

}  // namespace

TEST_CASE("targets: only those of the lowest priority number count") {
    CHECK(chosen({record("b", 1, 20), record("a", 1, 10), record("c", 1, 10)}) == "a:1 c:1");
}

TEST_CASE("targets: weights are divided by what they have in common") {
    CHECK(chosen({record("a", 30), record("b", 10), record("c", 20)}) == "a:3 b:1 c:2");
    CHECK(chosen({record("a", 65535), record("b", 65535)}) == "a:1 b:1");
}

TEST_CASE("targets: a weight of zero has no turn, unless all weights are") {
    CHECK(chosen({record("a", 0), record("b", 5)}) == "b:1");
    CHECK(chosen({record("b", 0), record("a", 0)}) == "a:1 b:1");
}

TEST_CASE("targets: a round is no longer than a hundred, and the smallest weight stays a turn") {
    CHECK(chosen({record("a", 65535), record("b", 65534)}) == "a:50 b:49");
    CHECK(chosen({record("a", 60000), record("b", 1)}) == "a:99 b:1");
}

TEST_CASE("targets: the order does not depend on the answer's") {
    const auto one = net::choose({record("a", 1), record("b", 2)});
    CHECK(one == net::choose({record("b", 2), record("a", 1)}));
}

TEST_CASE("targets: a lone dot says that there is no service") {
    CHECK(net::choose({record(".", 1)}).empty());
    CHECK(net::choose({}).empty());
}

TEST_CASE("targets: a target becomes as many origins as its weight says") {
    const auto origins = net::origins_of(
        net::choose({record("a", 2), {.target = "b", .port = 8443, .priority = 0, .weight = 1}}),
        net::Scheme::Https);
    REQUIRE(origins.size() == 3);
    CHECK(origins[0].authority == "a:80");
    CHECK(origins[1].name == "a");
    CHECK(origins[2].authority == "b:8443");
    CHECK(origins[2].tls);
}
