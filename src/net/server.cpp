#include <aggregator/net/server.hpp>

#include <utility>

#include "net/listener.hpp"
#include "net/server_connection.hpp"

namespace aggregator::net {
namespace {

constexpr auto kComplaintPause = std::chrono::seconds(1);

}  // namespace

Server::Server(const Context& context, ServerOptions options)
    : context_(context),
      options_(std::move(options)),
      error_header_(options_.header_prefix + "-Error") {}

Server::~Server() { close_all(); }

base::Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port) {
    auto listener = Listener::open(*this, address, port);
    if (!listener) {
        return base::fail(listener.error());
    }
    listener_ = std::move(*listener);
    return listener_->port();
}

void Server::accepted(int descriptor) {
    Socket socket(descriptor);
    context_.counters.connections_accepted.add();
    if (connections_.size() >= options_.connections_max) {
        context_.counters.count(base::Code::TooManyConnections);
        return accept_failed("the limit of open connections is reached");
    }
    auto connection = std::make_unique<ServerConnection>(*this, std::move(socket));
    connection->index = connections_.size();
    connections_.push_back(std::move(connection));
    context_.counters.connections_open.add();
}

void Server::accept_failed(const std::string& reason) {
    context_.counters.accept_failures.add();
    if (context_.loop.now() - complained_ >= kComplaintPause) {
        complained_ = context_.loop.now();
        context_.log.write(
            base::LogLevel::Error, "a connection was not accepted",
            {{"reason", reason}, {"open", std::to_string(connections_.size()), false}});
    }
}

void Server::remove(ServerConnection& connection) {
    const std::size_t index = connection.index;
    auto leaving = std::move(connections_[index]);
    if (index + 1 != connections_.size()) {
        connections_[index] = std::move(connections_.back());
        connections_[index]->index = index;
    }
    connections_.pop_back();
    context_.counters.connections_open.subtract();
    context_.loop.dispose(std::move(leaving));
    if (draining_ && connections_.empty() && drained_) {
        std::exchange(drained_, nullptr)();
    }
}

void Server::drain(std::function<void()> drained) {
    draining_ = true;
    listener_.reset();
    drained_ = std::move(drained);
    for (std::size_t i = connections_.size(); i-- > 0;) {
        connections_[i]->drain();
    }
    if (connections_.empty() && drained_) {
        std::exchange(drained_, nullptr)();
    }
}

void Server::close_all() {
    listener_.reset();
    drained_ = nullptr;
    while (!connections_.empty()) {
        connections_.back()->close();
    }
}

}  // namespace aggregator::net
