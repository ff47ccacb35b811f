// Opening a connection, over wires without descriptors.
#include "net/connector.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/pool.hpp"
#include "support/fake_wire.hpp"

using namespace aggregator;
using namespace std::chrono_literals;

using base::Code;
using net::Connector;
using testing::Line;
using testing::LineNature;

namespace {

constexpr auto kLimit = 5s;

/// A connector, what it connects to, and what it came to.
struct Attempt : net::Watcher {
    explicit Attempt(net::Origin wanted = plain()) : origin(std::move(wanted)) {
        loop.nothing_percent = 0;
        loop.connects = [this](const std::string& address, std::uint16_t) {
            tried.push_back(address);
            if (refused_at_once) {
                return std::shared_ptr<Line>();
            }
            line = std::make_shared<Line>(loop, nature, Line::Start::Connecting);
            return line;
        };
    }
    ~Attempt() override {
        if (outcome && *outcome) {
            (*outcome)->wire->unwatch();
        }
        outcome.reset();
        connector.reset();
        CHECK(loop.wires == 0);
        CHECK(loop.violations.empty());
        ::close(nowhere);
    }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    static net::Origin plain() {
        return {.name = "192.0.2.7", .port = 80, .authority = "b.test", .prefix = {}};
    }
    static net::Origin secure() {
        return {.tls = true, .name = "192.0.2.7", .port = 443, .authority = "b.test", .prefix = {}};
    }
    static net::PoolOptions options_with_tls() {
        net::TlsClientOptions tls;
        tls.allow_insecure_connections = true;
        tls.disable_system_ca_pool = true;
        net::PoolOptions options;
        options.connect_timeout = kLimit;
        options.tls = *net::TlsContext::client(tls);
        return options;
    }
    static net::PoolOptions options_with_proxy() {
        net::PoolOptions options = options_with_tls();
        options.proxies =
            std::make_shared<net::Proxies>(*net::Proxies::read({.https = "http://192.0.2.9:3128"}));
        return options;
    }

    void on_ready(std::uint32_t events) override { connector->on_ready(events); }

    void start(const net::RedirectGuard* guard = nullptr) {
        pools = std::make_unique<net::Pools>(
            net::Pools::Context{.loop = loop, .names = names, .counters = counters, .log = log},
            options);
        connector =
            std::make_unique<Connector>(pools->hold(origin, "test"), *this, [this](auto result) {
                outcome.emplace(std::move(result));
                ++times;
            });
        connector->start(guard);
        CHECK_FALSE(outcome);
    }
    /// Starts, and lets what happens now happen.
    void run(const net::RedirectGuard* guard = nullptr) {
        start(guard);
        loop.settle();
    }
    [[nodiscard]] bool opened() const { return outcome && outcome->has_value(); }
    [[nodiscard]] std::optional<Code> failure() const {
        return outcome && !*outcome ? std::optional(outcome->error().code) : std::nullopt;
    }
    [[nodiscard]] bool says(const std::string& text) const {
        return outcome && !*outcome && outcome->error().detail.find(text) != std::string::npos;
    }

    net::Origin origin;
    net::PoolOptions options = options_with_tls();
    int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    testing::FakeWireLoop loop{1};
    base::Log log{{.level = base::LogLevel::Error, .descriptor = nowhere}};
    base::Counters counters;
    net::Resolver resolver{1};
    net::NameCache names{resolver, loop, std::chrono::seconds(30)};
    std::unique_ptr<net::Pools> pools;
    LineNature nature;
    std::shared_ptr<Line> line;  ///< the last one
    std::vector<std::string> tried;
    bool refused_at_once = false;
    std::optional<base::Result<Connector::Opened>> outcome;
    int times = 0;
    std::unique_ptr<Connector> connector;
};

struct Secure : Attempt {
    Secure() : Attempt(secure()) {}
};

struct Tunneled : Attempt {
    Tunneled() : Attempt(secure()) { options = options_with_proxy(); }

    void answer(std::string_view text) {
        line->say(text);
        loop.settle();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Attempt,
                  "connector: a connection is handed over once, without a limit behind it") {
    run();
    REQUIRE(opened());
    CHECK_FALSE((*outcome)->readable);
    CHECK_FALSE((*outcome)->hangup);
    loop.advance(1h);
    CHECK(times == 1);
    CHECK_FALSE(line->left());
}

TEST_CASE_FIXTURE(Attempt, "connector: what the peer said with its first event can be read") {
    nature.opens_after = 1s;
    run();
    line->say("hello");
    line->end();
    loop.advance(1s);
    REQUIRE(opened());
    CHECK((*outcome)->readable);
    CHECK((*outcome)->hangup);
}

TEST_CASE_FIXTURE(Attempt, "connector: the addresses are tried one after the other") {
    origin.addresses = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
    nature.opening = LineNature::Outcome::Failed;
    run();
    CHECK(failure() == Code::Connect);
    CHECK(tried == origin.addresses);
    CHECK(times == 1);
    CHECK(loop.wires == 0);
}

TEST_CASE_FIXTURE(Attempt, "connector: a refusal at once is reported in a later turn") {
    refused_at_once = true;
    start();
    loop.settle();
    CHECK(failure() == Code::Connect);
    CHECK(tried.size() == 1);
}

TEST_CASE_FIXTURE(Attempt, "connector: a connection that does not come is given up") {
    nature.opening = LineNature::Outcome::Never;
    run();
    loop.advance(kLimit - 1ms);
    CHECK_FALSE(outcome);
    loop.advance(1ms);
    CHECK(failure() == Code::Connect);
    CHECK(says("no connection in time"));
}

TEST_CASE_FIXTURE(Attempt, "connector: the other family wins if the first one is silent") {
    origin.addresses = {"2001:db8::1", "192.0.2.1"};
    nature.opening = LineNature::Outcome::Never;
    run();
    CHECK(tried == net::Addresses{"2001:db8::1"});
    nature.opening = LineNature::Outcome::Done;
    loop.advance(options.fallback_delay);
    REQUIRE(opened());
    CHECK(tried == origin.addresses);
    CHECK(loop.wires == 1);
}

TEST_CASE_FIXTURE(Attempt, "connector: a guard keeps it from where it may not go") {
    origin.addresses = {"127.0.0.1"};
    const net::RedirectGuard guard{.from_afar = true};
    run(&guard);
    CHECK(failure() == Code::BadRedirect);
    CHECK(tried.empty());
}

TEST_CASE_FIXTURE(Attempt, "connector: once it is stopped it reports nothing") {
    nature.opens_after = 1s;
    run();
    connector->stop();
    loop.advance(1h);
    CHECK(times == 0);
}

TEST_CASE_FIXTURE(Attempt, "connector: once it is stopped it tries no other family") {
    origin.addresses = {"2001:db8::1", "192.0.2.1"};
    nature.opening = LineNature::Outcome::Never;
    run();
    connector->stop();
    loop.advance(1h);
    CHECK(tried == net::Addresses{"2001:db8::1"});
    CHECK(times == 0);
}

TEST_CASE_FIXTURE(Secure, "connector: an https connection is open when hands have been shaken") {
    nature.shakes_after = 1s;
    run();
    CHECK_FALSE(outcome);
    loop.advance(1s);
    REQUIRE(opened());
    CHECK((*outcome)->wire->tls());
    CHECK((*outcome)->readable);  // the peer may have said something behind the handshake
    loop.advance(1h);
    CHECK(times == 1);
}

TEST_CASE_FIXTURE(Secure, "connector: a handshake that fails says why") {
    nature.handshake = LineNature::Outcome::Failed;
    nature.refusal = Code::TlsExpired;
    run();
    CHECK(failure() == Code::TlsExpired);
}

TEST_CASE_FIXTURE(Secure, "connector: a handshake that does not come to its end is given up") {
    nature.handshake = LineNature::Outcome::Never;
    run();
    loop.advance(10s - 1ms);
    CHECK_FALSE(outcome);
    loop.advance(1ms);
    CHECK(failure() == Code::TlsHandshake);
    CHECK(says("no TLS handshake in time"));
}

TEST_CASE_FIXTURE(Secure, "connector: without settings for https there is no handshake") {
    options.tls = nullptr;
    run();
    CHECK(failure() == Code::TlsHandshake);
}

TEST_CASE_FIXTURE(Tunneled, "connector: a tunnel comes before the handshake") {
    run();
    CHECK(tried == net::Addresses{"192.0.2.9"});
    CHECK(line->hear() == "CONNECT 192.0.2.7:443 HTTP/1.1\r\nHost: 192.0.2.7:443\r\n\r\n");
    answer("HTTP/1.1 200 ");
    CHECK_FALSE(outcome);
    answer("OK\r\n\r\n");
    REQUIRE(opened());
    CHECK((*outcome)->wire->tls());
}

TEST_CASE_FIXTURE(Tunneled, "connector: a proxy that refuses is named") {
    run();
    (void)line->hear();
    answer("HTTP/1.1 403 Forbidden\r\n\r\n");
    CHECK(failure() == Code::Connect);
    CHECK(says("192.0.2.9:3128"));
    CHECK(says("403"));
}

TEST_CASE_FIXTURE(Tunneled, "connector: a proxy that closes is named") {
    run();
    (void)line->hear();
    line->end();
    loop.settle();
    CHECK(failure() == Code::Reset);
    CHECK(says("192.0.2.9:3128"));
}

TEST_CASE_FIXTURE(Tunneled, "connector: a proxy that says nothing is given up") {
    run();
    loop.advance(30s - 1ms);
    CHECK_FALSE(outcome);
    loop.advance(1ms);
    CHECK(failure() == Code::Connect);
    CHECK(says("did not answer a CONNECT in time"));
}
