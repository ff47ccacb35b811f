#include "wire/world.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::wire {

using testing::FakeWire;
using testing::Line;
using Answer = net::ClientOptions::Answer;

namespace {

constexpr base::Duration kForever = std::chrono::minutes(30);
constexpr const char* kBackend = "203.0.113.5";
constexpr const char* kProxy = "192.0.2.9";
constexpr const char* kDead = "203.0.113.4";
constexpr const char* kOtherFamily = "2001:db8::5";

}  // namespace

Shared::Shared() {
    net::TlsClientOptions options;
    options.allow_insecure_connections = true;
    options.disable_system_ca_pool = true;
    tls = *net::TlsContext::client(options);
}

World::World(Shared& shared, std::uint64_t seed)
    : shared_(shared),
      spec_(random_world(seed)),
      budget_(spec_.budget),
      loop_(seed),
      health_(std::make_shared<net::HostHealth>(ejection_rules())),
      names_(shared.resolver, loop_, std::chrono::hours(1)),
      backends_{loop_, spec_, [this](auto target) { return find(target); }},
      pools_({loop_, names_, counters_, shared.log}, pool_options()),
      stream_(pools_, origins(), client_options(Answer::Stream), "live"),
      whole_(pools_, origins(), client_options(Answer::Whole), "live"),
      discard_(pools_, origins(), client_options(Answer::Discard), "shadow"),
      relay_(loop_, {stream_, whole_, discard_}, spec_.deadline),
      server_({loop_, relay_, shared.log, counters_}, server_options()),
      drain_(loop_, [this] {
          drained_from_ = loop_.now();
          server_.drain([this] {
              ++drained_;

              if (server_.open_connections() > 0) {
                  note("drained, and connections are open");
              }
          });
      }) {
    if (spec_.budget > 0) {
        budget_.add(loop_.held());
    }
    pools_.forbid("198.51.100.8", 82);
    loop_.connects = [this](const auto& address, auto port) { return connect(address, port); };
    relay_.find = [this](auto target) { return find(target); };
    for (const ClientSpec& client : spec_.clients) {
        clients_.push_back(std::make_unique<ClientPeer>(
            loop_, client, [this](const LineNature& nature) { return arrive(nature); }));
    }
    if (spec_.drains) {
        drain_.start(*spec_.drains);
    }
}

World::~World() = default;

net::EjectionRules World::ejection_rules() {
    net::EjectionRules rules;
    rules.failures = 2;
    rules.eject = std::chrono::milliseconds(50);
    return rules;
}

net::PoolOptions World::pool_options() const {
    net::PoolOptions options;
    options.idle_max = static_cast<std::uint32_t>(spec_.idle_max);
    options.idle_timeout = kBackendIdle;
    options.stall_timeout = kBackendStall;
    options.connect_timeout = kConnectLimit;
    options.fallback_delay = kFallbackDelay;
    options.reuse = spec_.reuse;
    options.tls = spec_.way == Way::TlsUnset ? nullptr : shared_.tls;
    net::Proxies::Variables variables;
    const std::string proxy = "http://u:p@" + std::string(kProxy) + ":3128";
    (spec_.way == Way::Tunnel ? variables.https : variables.http) = proxy;
    if (spec_.way == Way::Proxy || spec_.way == Way::Tunnel) {
        options.proxies = std::make_shared<net::Proxies>(*net::Proxies::read(variables));
    }
    return options;
}

net::ServerOptions World::server_options() {
    net::ServerOptions options;
    options.read_header_timeout = kHeaderLimit;
    options.idle_timeout = kIdleLimit;
    options.read_timeout = spec_.read_limit;
    options.stall_timeout = kStallLimit;
    options.connections_max = static_cast<std::uint32_t>(spec_.connections_max);
    if (spec_.crowded()) {
        options.errors.format = http::ErrorStyle::Format::Json;  // so that each has a body
    }
    options.tls = spec_.tls ? shared_.tls : nullptr;
    options.access = [this](const net::AccessEntry& entry) {
        const RequestSpec* const spec = find(entry.request.target);
        entries_.push_back({spec != nullptr ? spec->token : std::string(), entry.status,
                            entry.bytes, entry.record.failure});
    };
    return options;
}

net::ClientOptions World::client_options(Answer answer) const {
    net::ClientOptions options;
    options.answer = answer;
    options.continue_timeout = kContinueLimit;
    options.header_timeout = spec_.header_limit;
    options.health = health_;
    options.send_body_on_redirect = true;
    return options;
}

std::vector<net::Origin> World::origins() const {
    net::Origin origin;
    origin.tls = spec_.way == Way::Tls || spec_.way == Way::TlsBroken ||
                 spec_.way == Way::TlsUnset || spec_.way == Way::Tunnel;
    origin.name = kBackend;
    origin.port = origin.tls ? 443 : 80;
    origin.authority = "first.test";
    origin.prefix = "/first";
    if (spec_.way == Way::Families) {
        origin.name = "first.test";
        origin.addresses = {kOtherFamily, kBackend};
    }
    std::vector<net::Origin> all{origin};
    if (spec_.way == Way::TwoHosts || spec_.way == Way::Proxy) {
        all.push_back(origin);
        all.front().name = spec_.way == Way::Proxy ? kBackend : kDead;
        all.back().authority = "second.test";
        all.back().prefix = "/second";
    }
    return all;
}

const RequestSpec* World::find(std::string_view target) const {
    for (const ClientSpec& client : spec_.clients) {
        for (const RequestSpec& request : client.requests) {
            const std::string part = "/" + request.token;
            const std::size_t at = target.find(part);
            if (at != std::string_view::npos &&
                (at + part.size() == target.size() || target[at + part.size()] == '/')) {
                return &request;
            }
        }
    }
    return nullptr;
}

std::shared_ptr<Line> World::arrive(const LineNature& nature) {
    auto line = std::make_shared<Line>(loop_, nature, Line::Start::Open);
    ++loop_.wires;
    if (drained_ > 0 || (spec_.drains && !drain_.armed())) {
        // Nobody listens any more.
        --loop_.wires;
        line->reset();
        return line;
    }
    server_.accept(std::make_unique<FakeWire>(line));
    return line;
}

std::shared_ptr<Line> World::connect(const std::string& address, std::uint16_t port) {
    judge_place(address, port);
    LineNature nature = spec_.backend_nature;
    const bool dead = address == kDead || (spec_.way == Way::NoHost && address == kBackend);
    if (address == kOtherFamily) {
        nature.opening =
            loop_.dice.percent(50) ? LineNature::Outcome::Failed : LineNature::Outcome::Never;
    } else if (dead && loop_.dice.percent(20)) {
        return nullptr;
    } else if (dead) {
        nature.opening =
            loop_.dice.percent(70) ? LineNature::Outcome::Failed : LineNature::Outcome::Never;
    }
    if (address == kProxy && spec_.way == Way::Proxy && loop_.dice.percent(25)) {
        nature.opening = LineNature::Outcome::Failed;
    }
    if (spec_.way == Way::TlsBroken) {
        nature.handshake =
            loop_.dice.percent(70) ? LineNature::Outcome::Failed : LineNature::Outcome::Never;
    }
    auto line = std::make_shared<Line>(loop_, nature, Line::Start::Connecting);
    peers_.push_back(std::make_unique<BackendPeer>(backends_, line));
    return line;
}

void World::judge_place(const std::string& address, std::uint16_t port) {
    const bool proxied = spec_.way == Way::Proxy || spec_.way == Way::Tunnel;
    const bool secure = origins().front().tls;
    const bool right = address == kProxy           ? proxied && port == 3128
                       : address == "198.51.100.7" ? spec_.way != Way::Proxy && port == 81
                       : proxied                   ? false
                                                   : port == (secure ? 443 : 80);
    if (!right) {
        note("a connection to " + address + ":" + std::to_string(port));
    }
}

void World::play() {
    const base::Time end = loop_.now() + kForever;
    loop_.settle();
    while (loop_.timers().next() && loop_.now() < end) {
        loop_.advance(std::max<base::Duration>(*loop_.timers().next() - loop_.now(), {}));
    }
    if (loop_.timers().next()) {
        note("something is never over");
    }
}

}  // namespace aggregator::wire
