// What is known of a host, and when it is left out.
#include <doctest/doctest.h>

#include <string>

#include <aggregator/net/health.hpp>

using namespace aggregator;
using namespace std::chrono_literals;
using net::HostFault;
using net::HostState;
using Standing = HostState::Standing;
using Verdict = HostState::Verdict;

namespace {

base::Time at(base::Duration since) { return base::Time(std::chrono::hours(1)) + since; }

const net::EjectionRules kRules{.failures = 3, .statuses = {}, .eject = 10s, .eject_max = 25s};

HostState::Failure failure(base::Duration since) {
    return {.fault = HostFault::Timeout, .now = at(since)};
}

HostState::Failure failed_trial(base::Duration since) {
    return {.fault = HostFault::Timeout, .now = at(since), .trial = true};
}

void eject(HostState& host) {
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(host.bad(failure(0s), kRules) == Verdict::Ejected);
}

}  // namespace

TEST_CASE("health: a host is out after so many failures in a row, and due after its time") {
    HostState host;
    eject(host);
    CHECK(host.standing(at(0s)) == Standing::Out);
    CHECK(host.standing(at(9999ms)) == Standing::Out);
    CHECK(host.standing(at(10s)) == Standing::Due);
    CHECK(host.left(at(4s)) == 6s);
    CHECK(host.ejections(HostFault::Timeout) == 1);
    CHECK(host.ejections(HostFault::Connect) == 0);
}

TEST_CASE("health: an answer between failures begins the count anew") {
    HostState host;
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(!host.good());
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(host.standing(at(0s)) == Standing::In);
}

TEST_CASE("health: one request alone tries a host that is due") {
    HostState host;
    eject(host);
    CHECK(!host.begin_trial(at(9s), kRules));
    CHECK(host.begin_trial(at(10s), kRules));
    CHECK(!host.begin_trial(at(10s), kRules));
    CHECK(host.standing(at(10s)) == Standing::Out);
    CHECK(host.good());
    CHECK(host.standing(at(10s)) == Standing::In);
}

TEST_CASE("health: each failed trial makes the time longer, up to the limit; success forgets") {
    HostState host;
    eject(host);
    CHECK(host.begin_trial(at(10s), kRules));
    CHECK(host.bad(failed_trial(11s), kRules) == Verdict::Ejected);
    CHECK(host.left(at(11s)) == 20s);
    CHECK(host.begin_trial(at(31s), kRules));
    CHECK(host.bad(failed_trial(31s), kRules) == Verdict::Ejected);
    CHECK(host.left(at(31s)) == 25s);
    CHECK(host.begin_trial(at(56s), kRules));
    CHECK(host.good());
    eject(host);
    CHECK(host.left(at(0s)) == 10s);
}

TEST_CASE("health: a trial whose client left lets the next request try") {
    HostState host;
    eject(host);
    CHECK(host.begin_trial(at(10s), kRules));
    host.release(at(12s));
    CHECK(host.begin_trial(at(12s), kRules));
}

TEST_CASE("health: a trial that never ends does not keep the host out for ever") {
    HostState host;
    eject(host);
    CHECK(host.begin_trial(at(10s), kRules));
    CHECK(host.begin_trial(at(20s), kRules));
}

TEST_CASE("health: late failures of earlier requests do not make an ejection longer") {
    HostState host;
    eject(host);
    CHECK(host.bad(failure(5s), kRules) == Verdict::Noted);
    CHECK(host.left(at(5s)) == 5s);
}

TEST_CASE("health: a host that must stay is spared, and goes as soon as it may") {
    HostState host;
    HostState::Failure kept = failure(0s);
    kept.may_eject = false;
    CHECK(host.bad(kept, kRules) == Verdict::Noted);
    CHECK(host.bad(kept, kRules) == Verdict::Noted);
    CHECK(!host.spared(kRules));
    CHECK(host.bad(kept, kRules) == Verdict::Spared);
    CHECK(host.spared(kRules));
    CHECK(host.standing(at(0s)) == Standing::In);
    CHECK(host.bad(failure(0s), kRules) == Verdict::Ejected);
}

TEST_CASE("health: what the gateway or the client did is no fault of the host") {
    using base::Code;
    for (const Code code :
         {Code::ClientClosed, Code::BadBody, Code::RequestTimeout, Code::Lagging,
          Code::AnswerTooLarge, Code::AnswerTooCostly, Code::BadJson, Code::BadStatus,
          Code::BadRedirect, Code::TooManyRedirects, Code::NoHosts, Code::Internal}) {
        CAPTURE(base::row(code).name);
        CHECK(net::host_fault_of(code) == nullptr);
    }
    REQUIRE(net::host_fault_of(Code::Closed) != nullptr);
    CHECK(*net::host_fault_of(Code::Closed) == HostFault::Reset);
}

TEST_CASE("health: a host keeps its state while it is not listed, up to a number of them") {
    net::HostHealth health(kRules);
    {
        const auto state = health.state_of("a");
        eject(*state);
    }
    CHECK(health.state_of("a")->standing(at(0s)) == Standing::Out);
    for (int i = 0; i < 300; ++i) {
        (void)health.state_of("other" + std::to_string(i));
    }
    int known = 0;
    health.visit([&known](const std::string&, const HostState&) { ++known; });
    CHECK(known <= 257);
}

TEST_CASE("health: the average of answers is known after so many of them") {
    HostState host;
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(host.note_time(1ms, 4));
    }
    CHECK(host.note_time(5ms, 4) == 2ms);
    CHECK(host.average() == 2ms);
    CHECK_FALSE(host.note_time(100ms, 4));
    CHECK(host.average() == 2ms);
    eject(host);
    CHECK_FALSE(host.average());
}

TEST_CASE("health: a failure at once needs none before it") {
    HostState host;
    auto slow = failure(0s);
    slow.at_once = true;
    CHECK(host.bad(slow, kRules) == Verdict::Ejected);
}

TEST_CASE("health: a restored host is in its turn as if it had never failed") {
    HostState host;
    eject(host);
    CHECK(host.restore());
    CHECK(host.standing(at(0s)) == Standing::In);
    CHECK_FALSE(host.restore());
    CHECK(host.bad(failure(0s), kRules) == Verdict::Noted);
    CHECK(host.restore() == false);  // it had not been left out
    eject(host);
    CHECK(host.left(at(0s)) == 10s);  // the first ejection in a row again
    CHECK(host.ejections(HostFault::Timeout) == 2);
}

TEST_CASE("health: a host whose checks fail is not restored by asking for it") {
    HostState host;
    (void)host.check(false);
    CHECK_FALSE(host.restore());
    CHECK(host.standing(at(0s)) == Standing::Out);
    CHECK(host.fails_checks());
}

TEST_CASE("health: restored is the host of that name, or all") {
    net::HostHealth health(kRules);
    for (const char* name : {"a", "b", "c"}) {
        eject(*health.state_of(name));
    }
    CHECK(health.restore("b") == 1);
    CHECK(health.state_of("a")->standing(at(0s)) == Standing::Out);
    CHECK(health.state_of("b")->standing(at(0s)) == Standing::In);
    CHECK(health.restore("d") == 0);
    CHECK(health.restore("") == 2);
}
