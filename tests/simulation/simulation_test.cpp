// Thousands of schedules of requests, answers, errors, deadlines and hang-ups on a fake clock, each
// from its seed. AGGREGATOR_SEED=n runs one of them, AGGREGATOR_SEEDS=n that many.
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

constexpr std::uint64_t kSeeds = 2000;
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

private:
    void arrive() {
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

void check_passed(const Reply& reply, const Expected& expected, const Scenario& scenario) {
    CHECK(reply.status == scenario.scripts.front().status);
    CHECK(reply.header("X-Token") == scenario.token);
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
        check_passed(reply, expected, scenario);
    } else {
        check_merged(reply, expected);
    }
}

// What a backend read of a request's body is that request's, from its first byte on.
void check_seen(const testing::Seen& seen, const std::vector<Scenario>& scenarios) {
    const std::string token = seen.target.substr(seen.target.rfind('/') + 1);
    const auto number = std::stoul(token.substr(1));
    const Scenario& scenario = scenarios.at(number);
    std::string whole = scenario.body;
    if (scenario.upload) {
        for (const std::string& piece : scenario.upload->pieces) {
            whole += piece;
        }
    }
    CHECK(whole.starts_with(seen.body));
    CHECK((!seen.body_complete || seen.body == whole));
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
    for (auto& of_endpoint : gateway.backends) {
        for (std::size_t i = 0; i < of_endpoint.size(); ++i) {
            of_endpoint[i]->decide = [&scenarios, i](const http::Request& request) {
                const auto token = request.target.substr(request.target.rfind('/') + 1);
                return scenarios.at(std::stoul(std::string(token.substr(1)))).scripts.at(i);
            };
        }
    }
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
        CHECK(visitors[i]->left() == expected.cancelled);
        CHECK(visitors[i]->client().replies() == (expected.cancelled ? 0 : 1));
        if (!expected.cancelled && visitors[i]->client().replies() == 1) {
            check_reply(visitors[i]->client().reply(), expected, scenarios[i], endpoint);
        }
    }
    for (const auto& of_endpoint : gateway.backends) {
        for (const auto& backend : of_endpoint) {
            for (const testing::Seen& seen : backend->seen) {
                check_seen(seen, scenarios);
            }
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
