// Calls that are made again and calls that are overtaken, on thousands of random schedules: never
// more of them than configured and paid for, none after a byte of the answer went out, and all of
// it ends by the deadline. AGGREGATOR_SEED=n runs one schedule, AGGREGATOR_SEEDS=n that many.
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/dice.hpp"
#include "support/gateway.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using base::Code;
using testing::Dice;
using testing::FakeClient;
using testing::Gateway;
using testing::Script;

namespace {

constexpr std::uint64_t kSeeds = 1000;
constexpr int kRequests = 30;
constexpr base::Duration kTimeout = 50ms;
constexpr double kFirstHedges = 10;
constexpr int kStatuses[] = {200, 200, 200, 404, 500, 502, 503};
constexpr Code kFailures[] = {Code::Connect, Code::Reset, Code::Closed, Code::Resolve,
                              Code::BadResponse};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// What is configured.
struct Setup {
    std::string method;
    bool no_op = false;
    int attempts = 1;  // 1: no `backend/retry`
    int try_ms = 0;
    int budget = 20;
    int budget_min = 10;
    int hedges = 0;  // 0: no `backend/hedge`
    int hedge_budget = 5;
    int hedge_ms = 1;
    bool has_breaker = false;

    [[nodiscard]] std::string components() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::size_t calls_max() const {
        const bool hedged = method == "GET";
        return static_cast<std::size_t>(attempts * (1 + (hedged ? hedges : 0)));
    }
};

std::string Setup::components() const {
    std::string list;
    const auto add = [&list](const std::string& one) { list += (list.empty() ? "" : ",") + one; };
    if (attempts > 1) {
        add(R"("backend/retry":{"unsafe":true,"methods":["GET","PUT","POST"],"attempts":)" +
            std::to_string(attempts) + R"(,"backoff":"3ms","budget":)" + std::to_string(budget) +
            R"(,"budget_min":)" + std::to_string(budget_min) +
            (try_ms > 0 ? R"(,"try_timeout":")" + std::to_string(try_ms) + R"(ms"})" : "}"));
    }
    if (hedges > 0) {
        add(R"("backend/hedge":{"after":")" + std::to_string(hedge_ms) + R"(ms","max":)" +
            std::to_string(hedges) + R"(,"budget":)" + std::to_string(hedge_budget) + "}");
    }
    if (has_breaker) {
        add(R"("qos/circuit-breaker":{"max_errors":3,"timeout":1})");
    }
    return list;
}

std::string Setup::text() const {
    return R"({"version":3,"host":["http://b"],"endpoints":[{"endpoint":"/{token}","timeout":")" +
           std::to_string(kTimeout / 1ms) + R"(ms","method":")" + method +
           R"(","output_encoding":)" + (no_op ? R"("no-op")" : R"("json")") +
           R"(,"backend":[{"url_pattern":"/{token}","extra_config":{)" + components() + "}}]}]}";
}

Setup random_setup(Dice& dice) {
    Setup setup;
    setup.method = dice.of(std::vector<std::string>{"GET", "GET", "PUT", "POST"});
    setup.no_op = dice.percent(40);
    setup.attempts = dice.percent(80) ? dice.between(2, 5) : 1;
    setup.try_ms = dice.percent(50) ? dice.between(2, 30) : 0;
    setup.budget = dice.of(std::vector<int>{0, 5, 20, 100});
    setup.budget_min = dice.of(std::vector<int>{0, 1, 100});
    setup.hedges = dice.percent(50) ? dice.between(1, 3) : 0;
    setup.hedge_budget = dice.of(std::vector<int>{1, 5, 100});
    setup.hedge_ms = dice.between(1, 20);
    setup.has_breaker = dice.percent(20);
    return setup;
}

Script random_script(Dice& dice, const Setup& setup, const std::string& token) {
    Script script;
    script.status = dice.of(kStatuses);
    script.delay = dice.percent(30) ? base::Duration{} : dice.time(30'000);
    script.hangs = dice.percent(8);
    script.reads_body = dice.percent(80);
    script.starts_in_call = dice.percent(50);
    if (dice.percent(25)) {
        script.failure = base::Error{dice.of(kFailures), token};
    }
    if (dice.percent(15)) {
        script.headers = {{"Retry-After", std::to_string(dice.between(0, 1))}};
    }
    if (setup.no_op && dice.percent(60)) {
        script.pieces = {token, "-", token};
        script.piece_every = dice.time(5'000);
    } else {
        script.body = R"({"token":")" + token + R"("})";
    }
    return script;
}

/// One client, and the calls that were made for it.
struct Visit {
    Visit(Gateway& gateway, int number)
        : token("t" + std::to_string(number) + "t"),
          client(gateway.loop),
          arrival(gateway.loop, [this] { arrive(); }),
          departure(gateway.loop, [this] { leave(); }),
          to(gateway) {}

    void arrive() {
        began = to.loop.now();
        testing::Ask ask{.method = method, .target = "/" + token};
        if (!body.empty()) {
            ask.stream = testing::FakeStream::Plan{.pieces = {body, body}, .every = every};
        }
        if (leaves) {
            departure.start(*leaves);
        }
        client.send(to.front, std::move(ask));
    }
    void leave() {
        left = client.replies() == 0;
        client.leave();
    }
    [[nodiscard]] bool is_over() const { return left || client.replies() > 0; }

    std::string token;
    std::string method;
    std::string body;
    base::Duration every{};
    std::optional<base::Duration> leaves;
    FakeClient client;
    base::Timer arrival;
    base::Timer departure;
    Gateway& to;
    base::Time began{};
    bool left = false;
    std::size_t calls = 0;
};

void check_visit(const Visit& visit, const Setup& setup) {
    CAPTURE(visit.token);
    CHECK(visit.calls <= setup.calls_max());
    if (visit.client.replies() == 0) {
        CHECK(visit.left);
        return;
    }
    const testing::Reply& reply = visit.client.reply();
    if (!setup.no_op) {
        CHECK(reply.at - visit.began <= kTimeout);
        CHECK((reply.status == 200 || reply.status == 500));
    }
    const bool from_backend = reply.status == 200;
    CHECK((!from_backend || reply.body.find(visit.token) != std::string::npos || reply.error));
    const auto& part = reply.record.parts.at(0).at;
    CHECK(part.tries <= visit.calls);
    CHECK((part.tries == visit.calls || part.tries == 0 || setup.hedges > 0));
}

void check_seen(const Gateway& gateway, const std::map<std::string, const Visit*>& visits) {
    for (const testing::Seen& seen : gateway.fakes.back()->backends[0][0]->seen) {
        const Visit& visit = *visits.at(seen.target.substr(1));
        const std::string whole = visit.body + visit.body;
        CHECK(whole.starts_with(seen.body));
        CHECK((!seen.body_complete || seen.body == whole));
        CHECK_FALSE(seen.body_failure);
    }
}

struct Counts {
    std::size_t repeated = 0;
    std::size_t requests = 0;
};

Counts run(std::uint64_t seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Setup setup = random_setup(dice);
    INFO(setup.text());
    Gateway gateway(setup.text(), seed);
    std::vector<std::unique_ptr<Visit>> visits;
    std::map<std::string, Visit*> by_target;
    std::map<std::string, const Visit*> by_token;
    for (int i = 0; i < kRequests; ++i) {
        Visit& visit = *visits.emplace_back(std::make_unique<Visit>(gateway, i));
        visit.method = setup.method;
        if (setup.method != "GET" && dice.percent(60)) {
            visit.body.assign(static_cast<std::size_t>(dice.between(1, 40'000)), 'x');
            visit.body += visit.token;
            visit.every = dice.time(3'000);
        }
        if (dice.percent(15)) {
            visit.leaves = dice.time(50'000);
        }
        by_target["/" + visit.token] = &visit;
        by_token[visit.token] = &visit;
        visit.arrival.start(dice.time(200'000));
    }
    gateway.backend().decide = [&](const http::Request& request) {
        Visit& visit = *by_target.at(std::string(request.target));
        ++visit.calls;
        CHECK_FALSE(visit.is_over());
        CHECK(visit.client.so_far().empty());
        CHECK(gateway.loop.now() < visit.began + kTimeout);
        return random_script(dice, setup, visit.token);
    };
    Counts counts;
    gateway.loop.run_dry();
    CHECK(gateway.alive() == 0);
    CHECK(gateway.loop.timers().size() == 0);
    for (const auto& visit : visits) {
        check_visit(*visit, setup);
        counts.repeated += visit->calls > 1 ? visit->calls - 1 : 0;
        ++counts.requests;
    }
    check_seen(gateway, by_token);
    const double seconds = 1;  // all of them come within that
    const double retries =
        setup.attempts < 2
            ? 0
            : setup.budget / 100.0 * static_cast<double>(kRequests + counts.repeated) +
                  setup.budget_min * (1 + seconds);
    const double hedges =
        setup.hedges == 0 ? 0 : kFirstHedges + setup.hedge_budget / 100.0 * kRequests;
    CHECK(static_cast<double>(counts.repeated) <= retries + hedges);
    return counts;
}

}  // namespace

TEST_CASE("simulation: calls are repeated within their limits, and never once bytes went out") {
    const std::uint64_t only = from_environment("AGGREGATOR_SEED", 0);
    if (only != 0) {
        (void)run(only);
        return;
    }
    const std::uint64_t last = from_environment("AGGREGATOR_SEEDS", kSeeds);
    Counts all;
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
        const Counts counts = run(seed);
        all.repeated += counts.repeated;
        all.requests += counts.requests;
    }
    CHECK(all.requests == last * kRequests);
    CHECK(all.repeated > last);
}
