// Thousands of schedules of requests, answers, errors, deadlines and hang-ups on a fake clock, each
// from its seed: bodies that several attempts, backends, steps and shadows read, replies that wait
// for copies. AGGREGATOR_SEED=n runs one of them, AGGREGATOR_SEEDS=n that many (10000 takes
// minutes).
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/shadow/mirror.hpp>

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
        client_.send(*gateway_.router,
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

/// The mirrors of a gateway and the backends behind them: what these answer bears a token that no
/// request has, and comes, fails or hangs as it likes.
struct Shadows {
    explicit Shadows(std::uint64_t seed) : dice(seed) {}

    http::Service& around(Gateway& gateway, const plan::Endpoint& endpoint, http::Service& live) {
        mirrors.push_back(std::make_unique<shadow::Mirror>(
            shadow::Mirror::Context{gateway.loop, *gateway.plan, log, budget}, endpoint, live));
        for (const plan::Backend& backend : endpoint.shadows) {
            auto fake = std::make_shared<testing::FakeService>(gateway.loop);
            fake->decide = [this](const http::Request&) { return script(); };
            fakes.push_back(fake);
            mirrors.back()->put({{gateway.plan, &backend},
                                 std::make_shared<shadow::Controls>(backend.rules->config,
                                                                    backend.shadow_timeout.count()),
                                 std::move(fake)});
        }
        return *mirrors.back();
    }
    testing::Script script() {
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
    /// Every copy is accounted for, at any moment.
    [[nodiscard]] shadow::Ledger check_balance() const {
        shadow::Ledger sum;
        for (const auto& mirror : mirrors) {
            mirror->visit([&sum](const std::string&, const shadow::Ledger& ledger) {
                CHECK(ledger.eligible ==
                      ledger.finished_total() + ledger.dropped_total() + ledger.in_flight);
                sum.add(ledger);
            });
        }
        return sum;
    }
    void check_all_ended() const {
        const shadow::Ledger sum = check_balance();
        CHECK(sum.in_flight == 0);
        CHECK(sum.bytes_held == 0);
        CHECK(budget.in_flight == 0);
        CHECK(budget.held.bytes == 0);
        for (const auto& fake : fakes) {
            CHECK(fake->live_calls == 0);
        }
    }

    Dice dice;
    base::Log log{{.level = base::LogLevel::Error}};
    shadow::Budget budget{.in_flight_max = 12, .held = {.bytes_max = 1u << 20}};
    std::vector<std::shared_ptr<testing::FakeService>> fakes;
    std::vector<std::unique_ptr<shadow::Mirror>> mirrors;
};

// Each attempt of a request has its own script.
void let_decide(Gateway& gateway, const std::vector<Scenario>& scenarios) {
    for (auto& of_endpoint : gateway.backends) {
        for (std::size_t i = 0; i < of_endpoint.size(); ++i) {
            of_endpoint[i]->decide = [&scenarios, i, asked = std::vector<std::size_t>(kRequests)](
                                         const http::Request& request) mutable {
                const auto token = request.target.substr(request.target.rfind('/') + 1);
                const auto number = std::stoul(std::string(token.substr(1)));
                return scenarios.at(number).scripts.at(i).at(asked.at(number)++);
            };
        }
    }
}

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

/// Runs one schedule; how many copies shadows were sent in it.
std::uint64_t run(std::uint64_t seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const std::vector<EndpointSpec> endpoints = simulation::random_endpoints(dice);
    Shadows shadows(seed);
    Gateway gateway(simulation::configuration_of(endpoints), seed,
                    [&shadows](Gateway& built, const plan::Endpoint& endpoint, http::Service& live)
                        -> http::Service& { return shadows.around(built, endpoint, live); });
    std::vector<Scenario> scenarios;
    for (std::size_t number = 0; number < kRequests; ++number) {
        scenarios.push_back(simulation::random_scenario(dice, endpoints, number));
    }
    let_decide(gateway, scenarios);
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (const Scenario& scenario : scenarios) {
        visitors.push_back(std::make_unique<Visitor>(gateway, scenario));
    }
    while (gateway.loop.timers().next()) {
        gateway.loop.advance(std::chrono::milliseconds(1));
        static_cast<void>(shadows.check_balance());
    }
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
    shadows.check_all_ended();
    for (const auto& fake : shadows.fakes) {
        for (const testing::Seen& seen : fake->seen) {
            check_seen(seen, scenarios);
        }
    }
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        CAPTURE(i);
        const EndpointSpec& endpoint = endpoints[scenarios[i].endpoint];
        const Expected expected = simulation::expected_of(scenarios[i], endpoint);
        check_outcome(*visitors[i], expected, scenarios[i], endpoint);
    }
    for (const auto& of_endpoint : gateway.backends) {
        for (const auto& backend : of_endpoint) {
            check_live(*backend, scenarios);
        }
    }
    const shadow::Ledger sum = shadows.check_balance();
    return sum.eligible - sum.dropped[static_cast<std::size_t>(shadow::Reason::Sampling)];
}

}  // namespace

TEST_CASE("simulation: every request gets exactly its own reply or none, and nothing is left") {
    const std::uint64_t only = from_environment("AGGREGATOR_SEED", 0);
    if (only != 0) {
        run(only);
        return;
    }
    const std::uint64_t last = from_environment("AGGREGATOR_SEEDS", kSeeds);
    std::uint64_t copies = 0;
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
        copies += run(seed);
    }
    CHECK(copies >= last);
}
