#include "net/listener.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>

#include "net/socket.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

constexpr int kAcceptsInATurn = 128;  // the others of this turn wait for them
constexpr auto kRetryPause = std::chrono::milliseconds(100);
constexpr int kBacklog = 4096;

std::string shown_address(const std::string& address, std::uint16_t port) {
    const bool v6 = address.find(':') != std::string::npos;
    return (address.empty() ? "*"
            : v6            ? "[" + address + "]"
                            : address) +
           ":" + std::to_string(port);
}

enum class Sharing : std::uint8_t { Alone, WithWorkers };

struct Bound {
    ServerSocket socket;
    int problem = 0;  ///< errno, if it is not bound
    std::string text = {};
};

Bound bound_to(const SocketAddress& where, Sharing sharing) {
    const bool shared = sharing == Sharing::WithWorkers;
    ServerSocket socket;
    try {
        if (where.family() == SocketAddress::IPv6) {
            socket.bind6(where, true, shared, !where.host().isWildcard());
        } else {
            socket.bind(where, true, shared);
        }
        return {socket};
    } catch (const Poco::Exception& problem) {
        return {{}, problem.code(), problem.displayText()};
    }
}

/// An empty address means every interface, IPv4 and IPv6, where the machine has IPv6.
base::Result<ServerSocket> bound(const std::string& address, std::uint16_t port, Sharing sharing) {
    Poco::Net::IPAddress literal;
    // Poco does not take the unspecified address of IPv6 for a literal one.
    const bool named = !address.empty() && address != "::";
    if (named && !Poco::Net::IPAddress::tryParse(address, literal)) {
        return base::fail(Code::CannotListen, "cannot listen on " + shown_address(address, port) +
                                                  ": the address must be a literal one");
    }
    Bound result = bound_to({address.empty() ? "::" : address, port}, sharing);
    if (address.empty() && result.problem != 0 && result.problem != EADDRINUSE &&
        result.problem != EACCES) {
        result = bound_to({"0.0.0.0", port}, sharing);
    }
    if (!result.text.empty()) {
        return base::fail(Code::CannotListen,
                          "cannot listen on " + shown_address(address, port) + ": " + result.text);
    }
    return result.socket;
}

}  // namespace

base::Result<void> probe(const std::string& address, std::uint16_t port) {
    auto socket = bound(address, port, Sharing::Alone);
    if (!socket) {
        return base::fail(socket.error());
    }
    try {
        socket->listen(1);
        return {};
    } catch (const Poco::Exception& problem) {
        return base::fail(Code::CannotListen, "cannot listen on " + shown_address(address, port) +
                                                  ": " + problem.displayText());
    }
}

base::Result<std::unique_ptr<Listener>> Listener::open(Server& server, const std::string& address,
                                                       std::uint16_t port) {
    auto socket = bound(address, port, Sharing::WithWorkers);
    if (!socket) {
        return base::fail(socket.error());
    }
    try {
        socket->listen(kBacklog);
        socket->setBlocking(false);
        return std::unique_ptr<Listener>(new Listener(server, *socket));
    } catch (const Poco::Exception& problem) {
        return base::fail(Code::CannotListen, "cannot listen on " + shown_address(address, port) +
                                                  ": " + problem.displayText());
    }
}

Listener::Listener(Server& server, const ServerSocket& socket)
    : server_(server),
      socket_(socket),
      descriptor_(socket_.impl()->sockfd()),
      retry_(server.context_.loop, [this] { accept_all(); }) {
    server_.context_.loop.add(descriptor_, *this);
}

Listener::~Listener() { server_.context_.loop.remove(descriptor_, *this); }

std::uint16_t Listener::port() const { return socket_.address().port(); }

void Listener::on_ready(std::uint32_t) { accept_all(); }

void Listener::accept_all() {
    // The system call itself: Poco's accept throws when nothing is there, which is the usual end of
    // this loop.
    for (int accepted = 0; accepted < kAcceptsInATurn; ++accepted) {
        const int client = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            server_.accept(std::make_unique<Socket>(server_.context_.loop, client));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            server_.accept_failed(std::generic_category().message(errno));
            (void)server_.make_room();
            return retry_.start(kRetryPause);
        }
    }
    retry_.start(base::Duration::zero());
}

}  // namespace aggregator::net
