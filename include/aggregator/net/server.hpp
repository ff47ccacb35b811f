#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/http/error_style.hpp>
#include <aggregator/http/parser.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/net/loop.hpp>
#include <aggregator/net/tls.hpp>

namespace aggregator::net {

class Http1Connection;
class ServerExchange;
class Listener;
class Wire;

/// One answered request, for the access log. Everything it refers to lives until the call returns.
struct AccessEntry {
    const http::Request& request;
    const http::AccessRecord& record;
    int status = 0;           ///< 499 if the client left before an answer
    std::uint64_t bytes = 0;  ///< of the reply's body
    base::Duration took{};
    std::string_view reason{};  ///< why the server refused the request; empty if it did not
};

struct ServerOptions {
    http::HeadLimits head;
    /// From a head's first byte to its last.
    base::Duration read_header_timeout = std::chrono::seconds(30);
    base::Duration read_timeout{};  ///< from the end of the head to the end of the body; 0: none
    base::Duration idle_timeout = std::chrono::minutes(3);  ///< between requests
    base::Duration write_timeout{};  ///< from the end of the head to the end of the reply; 0: none
    /// How long a client may send nothing of its body, or take nothing of its reply.
    base::Duration stall_timeout = std::chrono::seconds(60);
    /// At this limit the connection that has waited longest for a request makes room for a new one.
    std::uint32_t connections_max = 65536;
    /// What makes room when no connection is idle.
    enum class Crowded : std::uint8_t {
        TurnAway,  ///< nothing: the new connection gets a 503
        Replace,  ///< the one whose head has been incomplete, or reply unread, for the longest time
    };
    Crowded crowded = Crowded::TurnAway;
    http::ErrorStyle errors = {};                    ///< of what the server refuses by itself
    std::shared_ptr<TlsContext> tls;                 ///< null: plain
    std::function<void(const AccessEntry&)> access;  ///< empty: nothing is noted
    /// Writes into `id` what the request is called in logs; empty: requests have no ids.
    std::function<void(const http::Request& request, std::string& id)> identify;
    std::string id_header;  ///< of replies; empty: clients are not told the id
};

/// The client side of one worker: accepts, reads requests, hands them to one Service and writes its
/// replies. Owned by app; lives on its loop's thread.
class Server {
public:
    struct Context {
        WireLoop& loop;
        http::Service& service;
        base::Log& log;
        base::Counters& counters;
    };

    Server(const Context& context, ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens on `address:port`, sharing the port with the other workers of this process. Port 0
    /// lets the system choose; the result is the port. Fails with CannotListen.
    [[nodiscard]] base::Result<std::uint16_t> listen(const std::string& address,
                                                     std::uint16_t port);

    /// Takes over a client's connection, as the listener does with those that it accepts.
    void accept(std::unique_ptr<Wire> wire);

    /// Stops accepting, closes idle connections and lets the others finish; `drained` runs once
    /// none is left.
    void drain(std::function<void()> drained);
    /// Closes everything at once.
    void close_all();

    [[nodiscard]] std::size_t open_connections() const { return connections_.size(); }

private:
    friend class Http1Connection;
    friend class ServerExchange;
    friend class Listener;

    void admit(std::unique_ptr<Wire> wire);
    void turn_away(std::unique_ptr<Wire> wire);
    void note_turned_away(const std::string& client);
    void note_refusal(const std::string& client, const base::Error& error);
    [[nodiscard]] bool make_room();
    void accept_failed(const std::string& reason);
    void remove(Http1Connection& connection);

    Context context_;
    ServerOptions options_;
    std::string refusal_;  // for a client that is turned away at once
    std::unique_ptr<Listener> listener_;
    std::vector<std::unique_ptr<Http1Connection>> connections_;
    std::function<void()> drained_;
    std::size_t turned_away_ = 0;  // of the connections: those that are told so
    bool draining_ = false;
    std::string rendered_;  // replies are written here first; kept, so that it grows once
    std::vector<http::Field> fields_;  // of a reply's head, the same
    base::Time complained_{};
};

/// Whether a process listens on the address already: nothing if it is free, else why it cannot be
/// used. Workers share their port, so that only this tells a second instance from a second worker.
[[nodiscard]] base::Result<void> probe(const std::string& address, std::uint16_t port);

}  // namespace aggregator::net
