// Thousands of schedules of requests, answers, errors, deadlines and hang-ups on a fake clock, each
// from its seed: bodies that several attempts, backends, steps and shadows read, replies that wait
// for copies, graphs that are exchanged while requests are on them. AGGREGATOR_SEED=n runs one of
// them, AGGREGATOR_SEEDS=n that many (10000 takes minutes).
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "simulation/scenario.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using simulation::Dice;
using simulation::EndpointSpec;
using simulation::Expected;
using simulation::Scenario;
using testing::FakeClient;
using testing::Gateway;
using testing::Reply;

namespace {

constexpr std::uint64_t kSeeds = 1000;
constexpr std::size_t kRequests = 12;
constexpr base::Duration kLonger = std::chrono::milliseconds(50);  // than all that happens

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One client that comes and perhaps leaves at its own time.
class Visitor {
public:
    Visitor(Gateway& gateway, const Scenario& scenario)
        : gateway_(gateway),
          scenario_(scenario),
          client_(gateway.loop),
          arrival_(gateway.loop, [this] { arrive(); }),
          departure_(gateway.loop, [this] { leave(); }) {
        arrival_.start(scenario.start);
    }

    [[nodiscard]] const FakeClient& client() const { return client_; }
    [[nodiscard]] bool left() const { return left_; }
    [[nodiscard]] base::Time arrived() const { return arrived_; }

private:
    void arrive() {
        arrived_ = gateway_.loop.now();
        if (scenario_.leaves) {
            departure_.start(*scenario_.leaves);
        } else if (scenario_.lingers) {
            client_.linger();
            departure_.start(kLonger);
        }
        client_.send(gateway_.front,
                     {.method = "POST",
                      .target = "/" + std::to_string(scenario_.endpoint) + "/" + scenario_.token,
                      .body = scenario_.body,
                      .stream = scenario_.upload});
    }
    void leave() {
        left_ = client_.replies() == 0;
        client_.leave();
    }

    Gateway& gateway_;
    const Scenario& scenario_;
    FakeClient client_;
    bool left_ = false;
    base::Time arrived_{};
    base::Timer arrival_;
    base::Timer departure_;
};

// The text without its own token's occurrences has no other token: those are `t`, digits, `t`.
bool has_foreign_token(std::string text, const std::string& own) {
    for (std::size_t at = text.find(own); at != std::string::npos; at = text.find(own)) {
        text.erase(at, own.size());
    }
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == 't' && text[i + 1] >= '0' && text[i + 1] <= '9') {
            return true;
        }
    }
    return false;
}

void check_merged(const Reply& reply, const Expected& expected) {
    CHECK(reply.status == 200);
    CHECK(reply.header("X-Aggregator-Completed") == (expected.merged.complete ? "true" : "false"));
    CHECK(reply.record.completed == expected.merged.complete);
    INFO("expected: " << expected.merged.body);
    INFO("replied:  " << reply.body);
    CHECK(simulation::same_json(reply.body, expected.merged.body));
}

// A reply that waited for a copy may show more than it would have shown at once, never less.
void check_longer(const Reply& reply, const Expected& expected) {
    std::string whole = expected.passed.body;
    for (const std::string& piece : expected.passed.pieces) {
        whole += piece;
    }
    CHECK(reply.body.starts_with(expected.stream));
    CHECK(whole.starts_with(reply.body));
    const bool timed_out = reply.error && reply.error->code == base::Code::Timeout;
    CHECK((timed_out || reply.body == whole));
    CHECK((timed_out || reply.error.has_value() == expected.passed.failure.has_value()));
}

void check_passed(const Reply& reply, const Expected& expected, const Scenario& scenario,
                  const EndpointSpec& endpoint) {
    CHECK(reply.status == expected.passed.status);
    CHECK(reply.header("X-Token") == scenario.token);
    if (endpoint.waits() && expected.cut == base::Code::Timeout) {
        return check_longer(reply, expected);
    }
    CHECK(reply.body == expected.stream);
    CHECK(reply.error.has_value() == expected.cut.has_value());
    CHECK((!expected.cut || reply.error->code == *expected.cut));
}

void check_reply(const Reply& reply, const Expected& expected, const Scenario& scenario,
                 const EndpointSpec& endpoint) {
    CHECK_FALSE(has_foreign_token(reply.body, scenario.token));
    if (!expected.answered) {
        CHECK(reply.status == base::row(expected.failure).status);
        CHECK(reply.header("X-Aggregator-Error") == base::row(expected.failure).name);
        CHECK(reply.body.empty());
    } else if (endpoint.no_op) {
        check_passed(reply, expected, scenario, endpoint);
    } else {
        check_merged(reply, expected);
    }
}

// What a backend read of a request's body is that request's, from its first byte on.
void check_seen(const testing::Seen& seen, const std::vector<Scenario>& scenarios) {
    const std::string token = seen.target.substr(seen.target.rfind('/') + 1);
    const auto number = std::stoul(token.substr(1));
    const Scenario& scenario = scenarios.at(number);
    const std::string whole = scenario.whole_body();
    CHECK(whole.starts_with(seen.body));
    CHECK((!seen.body_complete || seen.body.empty() || seen.body == whole));
}

// A backend that read a body to its end has all of it, and none was refused for being read late.
void check_live(const testing::FakeService& backend, const std::vector<Scenario>& scenarios) {
    for (const testing::Seen& seen : backend.seen) {
        check_seen(seen, scenarios);
        const auto number = std::stoul(seen.target.substr(seen.target.rfind('/') + 2));
        CHECK((!seen.body_complete || seen.body == scenarios.at(number).whole_body()));
        CHECK(seen.body_failure != base::Code::Internal);
    }
}

/// What shadows answer bears a token that no request has, and comes, fails or hangs as it likes.
testing::Script shadow_script(Dice& dice) {
    testing::Script made;
    made.body = R"({"shadow":"t999999t"})";
    made.delay = std::chrono::microseconds(dice.between(0, 40000));
    made.hangs = dice.percent(15);
    made.reads_body = dice.percent(80);
    made.starts_in_call = dice.percent(50);
    made.start_after = std::chrono::microseconds(dice.between(0, 3000));
    if (dice.percent(15)) {
        made.failure = base::Error{base::Code::Reset, "t999999t"};
    }
    return made;
}

/// A gateway whose graph is exchanged while requests are on it.
struct World {
    World(std::uint64_t seed, const std::vector<EndpointSpec>& endpoints,
          const std::vector<Scenario>& all)
        : scenarios(all),
          configuration(simulation::configuration_of(endpoints)),
          shadow_dice(seed),
          gateway(configuration, seed, {.in_flight_max = 12, .held = {.bytes_max = 1u << 20}}) {
        let_decide();
    }

    void exchange() {
        gateway.exchange(configuration);
        let_decide();
    }

    // Each attempt of a request has its own script, whatever graph it is on.
    void let_decide() {
        for (auto& of_endpoint : gateway.fakes.back()->backends) {
            for (std::size_t i = 0; i < of_endpoint.size(); ++i) {
                of_endpoint[i]->decide = [this, i](const http::Request& request) {
                    const auto token = request.target.substr(request.target.rfind('/') + 1);
                    const auto number = std::stoul(std::string(token.substr(1)));
                    return scenarios.at(number).scripts.at(i).at(asked[{number, i}]++);
                };
            }
        }
        for (auto& of_endpoint : gateway.fakes.back()->shadows) {
            for (auto& shadow : of_endpoint) {
                shadow->decide = [this](const http::Request&) {
                    return shadow_script(shadow_dice);
                };
            }
        }
    }

    /// Every copy is accounted for, at any moment.
    void check_balance() const {
        std::size_t in_flight = 0;
        gateway.front.visit([&in_flight](const app::Graph& graph) {
            graph.visit_shadows([&in_flight](const std::string&, const shadow::Ledger& ledger) {
                CHECK(ledger.eligible ==
                      ledger.finished_total() + ledger.dropped_total() + ledger.in_flight);
                in_flight += ledger.in_flight;
            });
        });
        CHECK(in_flight == gateway.budget.in_flight);
    }

    /// Nothing is left but the newest graph.
    void check_all_ended() {
        CHECK(gateway.alive() == 0);
        CHECK(gateway.loop.timers().size() == 0);
        CHECK(gateway.budget.in_flight == 0);
        CHECK(gateway.budget.held.bytes == 0);
        CHECK(gateway.front.retired() == 0);
        for (std::size_t i = 0; i < gateway.graphs.size(); ++i) {
            CHECK(gateway.graphs[i].expired() == (i + 1 < gateway.graphs.size()));
        }
    }

    void check_all_seen() const {
        for (const auto& fakes : gateway.fakes) {
            for (const auto& of_endpoint : fakes->backends) {
                for (const auto& backend : of_endpoint) {
                    check_live(*backend, scenarios);
                }
            }
            for (const auto& of_endpoint : fakes->shadows) {
                for (const auto& shadow : of_endpoint) {
                    for (const testing::Seen& seen : shadow->seen) {
                        check_seen(seen, scenarios);
                    }
                }
            }
        }
    }

    [[nodiscard]] std::uint64_t copies() const {
        std::uint64_t count = 0;
        for (const auto& fakes : gateway.fakes) {
            for (const auto& of_endpoint : fakes->shadows) {
                for (const auto& shadow : of_endpoint) {
                    count += shadow->seen.size();
                }
            }
        }
        return count;
    }

    const std::vector<Scenario>& scenarios;
    std::string configuration;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> asked;  // by request and backend
    Dice shadow_dice;
    Gateway gateway;
};

void check_outcome(const Visitor& visitor, const Expected& expected, const Scenario& scenario,
                   const EndpointSpec& endpoint) {
    const bool leaves = scenario.leaves && *scenario.leaves <= expected.earliest;
    const bool may_leave = scenario.leaves && *scenario.leaves <= expected.latest;
    CHECK((visitor.left() == leaves || (visitor.left() && may_leave)));
    CHECK(visitor.client().replies() == (visitor.left() ? 0 : 1));
    if (visitor.client().replies() != 1) {
        return;
    }
    const Reply& reply = visitor.client().reply();
    const base::Duration took = reply.at - visitor.arrived();
    CHECK(took >= expected.earliest);
    CHECK(took <= expected.latest);
    check_reply(reply, expected, scenario, endpoint);
}

/// Makes a graph take the place of another a few times while the requests of a schedule come.
class Exchanges {
public:
    Exchanges(World& world, Dice& dice)
        : world_(world), timer_(world.gateway.loop, [this] { exchange(); }) {
        for (int left = dice.between(0, 3); left > 0; --left) {
            pauses_.push_back(dice.time(kPauseMax));
        }
        start();
    }

private:
    static constexpr int kPauseMax = 20000;  // in microseconds

    void start() {
        if (!pauses_.empty()) {
            timer_.start(pauses_.back());
            pauses_.pop_back();
        }
    }
    void exchange() {
        world_.exchange();
        start();
    }

    World& world_;
    std::vector<base::Duration> pauses_;
    base::Timer timer_;
};

/// How often something happened in one schedule.
struct Counts {
    std::uint64_t copies = 0;
    std::uint64_t overlaps = 0;  ///< milliseconds in which an exchanged graph still had requests
};

Counts run(std::uint64_t seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const std::vector<EndpointSpec> endpoints = simulation::random_endpoints(dice);
    std::vector<Scenario> scenarios;
    for (std::size_t number = 0; number < kRequests; ++number) {
        scenarios.push_back(simulation::random_scenario(dice, endpoints, number));
    }
    World world(seed, endpoints, scenarios);
    Gateway& gateway = world.gateway;
    const Exchanges exchanges(world, dice);
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (const Scenario& scenario : scenarios) {
        visitors.push_back(std::make_unique<Visitor>(gateway, scenario));
    }
    Counts counts;
    while (gateway.loop.timers().next()) {
        gateway.loop.advance(std::chrono::milliseconds(1));
        world.check_balance();
        counts.overlaps += gateway.front.retired() > 0 ? 1u : 0u;
    }
    world.check_all_ended();
    world.check_all_seen();
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        CAPTURE(i);
        const EndpointSpec& endpoint = endpoints[scenarios[i].endpoint];
        const Expected expected = simulation::expected_of(scenarios[i], endpoint);
        check_outcome(*visitors[i], expected, scenarios[i], endpoint);
    }
    counts.copies = world.copies();
    return counts;
}

}  // namespace

TEST_CASE("simulation: every request gets exactly its own reply or none, and nothing is left") {
    const std::uint64_t only = from_environment("AGGREGATOR_SEED", 0);
    if (only != 0) {
        run(only);
        return;
    }
    const std::uint64_t last = from_environment("AGGREGATOR_SEEDS", kSeeds);
    Counts all;
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
        const Counts counts = run(seed);
        all.copies += counts.copies;
        all.overlaps += counts.overlaps;
    }
    CHECK(all.copies >= last);
    CHECK(all.overlaps >= last);
}
