#include "net/listener.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>

namespace aggregator::net {
namespace {

using base::Code;
using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

constexpr auto kRetryPause = std::chrono::milliseconds(100);
constexpr int kBacklog = 4096;

/// An empty address means every interface, IPv4 and IPv6, where the machine has IPv6.
ServerSocket bound(const std::string& address, std::uint16_t port, bool shared) {
    ServerSocket socket;
    if (!address.empty()) {
        const SocketAddress where(address, port);
        if (where.family() == SocketAddress::IPv6) {
            socket.bind6(where, true, shared, true);
        } else {
            socket.bind(where, true, shared);
        }
        return socket;
    }
    try {
        socket.bind6(port, true, shared, false);
    } catch (const Poco::IOException& problem) {
        if (problem.code() == EADDRINUSE || problem.code() == EACCES) {
            throw;
        }
        socket = ServerSocket();
        socket.bind(SocketAddress("0.0.0.0", port), true, shared);
    }
    return socket;
}

std::string name_of(const std::string& address, std::uint16_t port) {
    const bool v6 = address.find(':') != std::string::npos;
    return (address.empty() ? "*" : v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

tl::unexpected<base::Error> cannot_listen(const std::string& where, const Poco::Exception& problem) {
    return base::fail(Code::CannotListen, "cannot listen on " + where + ": " + problem.displayText());
}

}  // namespace

base::Result<void> probe(const std::string& address, std::uint16_t port) {
    try {
        ServerSocket socket = bound(address, port, false);
        socket.listen(1);
        socket.close();
        return {};
    } catch (const Poco::Exception& problem) {
        return cannot_listen(name_of(address, port), problem);
    }
}

base::Result<std::unique_ptr<Listener>> Listener::open(Server& server, const std::string& address,
                                                       std::uint16_t port) {
    try {
        ServerSocket socket = bound(address, port, true);
        socket.listen(kBacklog);
        socket.setBlocking(false);
        return std::unique_ptr<Listener>(new Listener(server, std::move(socket)));
    } catch (const Poco::Exception& problem) {
        return cannot_listen(name_of(address, port), problem);
    }
}

Listener::Listener(Server& server, ServerSocket socket)
    : server_(server), socket_(std::move(socket)), descriptor_(socket_.impl()->sockfd()),
      retry_(server.context_.loop, [this] { accept_all(); }) {
    server_.context_.loop.add(descriptor_, *this);
}

Listener::~Listener() {
    server_.context_.loop.remove(descriptor_, *this);
}

std::uint16_t Listener::port() const {
    return socket_.address().port();
}

void Listener::on_ready(std::uint32_t) {
    accept_all();
}

void Listener::accept_all() {
    // The system call itself: Poco's accept throws when nothing is there, which is the usual end of this loop.
    for (;;) {
        const int client = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            server_.accepted(client);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            server_.accept_failed(std::generic_category().message(errno));
            return retry_.start(kRetryPause);
        }
    }
}

}  // namespace aggregator::net
