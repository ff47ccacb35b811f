#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <aggregator/base/held.hpp>
#include <aggregator/net/client.hpp>
#include <aggregator/net/server.hpp>

#include "wire/backend_peer.hpp"
#include "wire/client_peer.hpp"
#include "wire/relay.hpp"
#include "wire/spec.hpp"

namespace aggregator::wire {

/// Where what is logged goes: nobody looks at it.
struct Nowhere {
    int descriptor = ::open("/dev/null", O_WRONLY | O_CLOEXEC);

    Nowhere() = default;
    ~Nowhere() { ::close(descriptor); }
    Nowhere(const Nowhere&) = delete;
    Nowhere& operator=(const Nowhere&) = delete;
};

/// What all runs of a program share: threads and settings that no run changes.
struct Shared {
    Nowhere nowhere;
    base::Log log{{.level = base::LogLevel::Error, .descriptor = nowhere.descriptor}};
    net::Resolver resolver{1};
    std::shared_ptr<net::TlsContext> tls;
    Shared();
};

/// One line of the access log.
struct Entry {
    std::string token;
    int status = 0;
    std::uint64_t bytes = 0;
    std::optional<base::Code> failure;
};

/// A server in front of a relay to three clients, between peers that a spec describes.
class World {
public:
    World(Shared& shared, std::uint64_t seed);
    ~World();

    /// Plays until nothing is left to happen.
    void play();
    /// What was not as it has to be; empty: all is well.
    [[nodiscard]] std::vector<std::string> judge();

private:
    [[nodiscard]] const RequestSpec* find(std::string_view target) const;
    [[nodiscard]] std::shared_ptr<testing::Line> arrive(const LineNature& nature);
    [[nodiscard]] std::shared_ptr<testing::Line> connect(const std::string& address,
                                                         std::uint16_t port);
    [[nodiscard]] static net::EjectionRules ejection_rules();
    [[nodiscard]] net::PoolOptions pool_options() const;
    [[nodiscard]] net::ServerOptions server_options();
    [[nodiscard]] std::vector<net::Origin> origins() const;
    [[nodiscard]] net::ClientOptions client_options(net::ClientOptions::Answer answer) const;

    void judge_place(const std::string& address, std::uint16_t port);
    void judge_client(const ClientPeer& client);
    void judge_request(const ClientPeer& client, std::size_t index);
    void judge_reply(const ClientPeer& client, std::size_t index);
    void judge_good(const RequestSpec& request, const Reading& reply);
    [[nodiscard]] Allowed allowed(const RequestSpec& request) const;
    void judge_trouble(const ClientPeer& client);
    void judge_missing(const ClientPeer& client, std::size_t index);
    [[nodiscard]] bool may_be_swept(const ClientPeer& client, std::size_t index) const;
    void judge_closing(const ClientPeer& client, std::size_t index);
    void judge_end_of(const ClientPeer& client);
    void judge_entries();
    void judge_entry(const Entry& entry, const Reading& reply);
    void judge_rest();
    void judge_counters();
    void judge_kept();
    [[nodiscard]] bool shut_out(const ClientPeer& client) const;
    [[nodiscard]] bool was_clean(const std::string& token) const;
    void note(const std::string& violation) { violations_.push_back(violation); }

    Shared& shared_;
    WorldSpec spec_;
    base::HeldBudget budget_;
    testing::FakeWireLoop loop_;
    std::shared_ptr<net::HostHealth> health_;
    base::Counters counters_;
    net::NameCache names_;
    Backends backends_;
    std::vector<std::unique_ptr<BackendPeer>> peers_;
    net::Pools pools_;
    net::Client stream_;
    net::Client whole_;
    net::Client discard_;
    Relay relay_;
    net::Server server_;
    std::vector<Entry> entries_;
    std::vector<std::unique_ptr<ClientPeer>> clients_;
    base::Timer drain_;
    int drained_ = 0;
    std::optional<base::Time> drained_from_;

    std::vector<std::string> violations_;
};

}  // namespace aggregator::wire
