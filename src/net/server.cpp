#include <aggregator/net/server.hpp>

#include <utility>

#include <aggregator/base/held.hpp>
#include <aggregator/http/local_reply.hpp>
#include <aggregator/http/serializer.hpp>

#include "net/http1_connection.hpp"
#include "net/listener.hpp"

namespace aggregator::net {
namespace {

constexpr auto kAcceptPause = std::chrono::seconds(1);

// So many connections above the limit are kept until their clients have read that they are turned
// away; those behind them are closed behind the reply.
constexpr std::size_t kTurnedAwayMax = 4;

constexpr std::string_view kTooMany = "too many open connections";

/// What a client hears whose connection is closed at once.
std::string rendered_refusal(const http::ErrorStyle& style) {
    const http::LocalReply reply = http::refusal(style, base::Code::TooManyConnections, {});
    std::string out;
    http::give(reply, [&out](http::Result<http::Response> made) {
        http::append_reply_head(out, {.status = made->status,
                                      .fields = made->headers,
                                      .framing = {http::Framing::Kind::Length, made->body.size()},
                                      .date = {},
                                      .connection = http::ReplyHead::Connection::Close});
        out.append(made->body);
    });
    return out;
}

}  // namespace

Server::Server(const Context& context, ServerOptions options)
    : context_(context),
      options_(std::move(options)),
      refusal_(rendered_refusal(options_.errors)) {}

Server::~Server() { close_all(); }

base::Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port) {
    auto listener = Listener::open(*this, address, port);
    if (!listener) {
        return base::fail(listener.error());
    }
    listener_ = std::move(*listener);
    return listener_->port();
}

void Server::accept(std::unique_ptr<Wire> wire) {
    context_.counters.connections_accepted.add();
    if (connections_.size() - turned_away_ < options_.connections_max || make_room()) {
        return admit(std::move(wire));
    }
    accept_failed("the limit of open connections is reached");
    turn_away(std::move(wire));
}

void Server::admit(std::unique_ptr<Wire> wire) {
    auto connection = std::make_unique<Http1Connection>(*this, std::move(wire));
    connection->index = connections_.size();
    connections_.push_back(std::move(connection));
    context_.counters.connections_open.add();
}

bool Server::make_room() {
    auto& held = context_.loop.held();
    return held.give_up_oldest(base::HeldKind::Idle) ||
           (options_.crowded == ServerOptions::Crowded::Replace &&
            (held.give_up_oldest(base::HeldKind::Head) ||
             held.give_up_oldest(base::HeldKind::Reply)));
}

void Server::turn_away(std::unique_ptr<Wire> wire) {
    if (options_.tls || turned_away_ == kTurnedAwayMax) {
        // A handshake would cost more than what is there; closing says enough.
        context_.counters.count(base::Code::TooManyConnections);
        const std::string client = wire->peer();
        if (!options_.tls) {
            (void)wire->write(refusal_);
        }
        return note_turned_away(client);
    }
    admit(std::move(wire));
    ++turned_away_;
    connections_.back()->turn_away();
}

void Server::note_turned_away(const std::string& client) {
    const base::Error error{base::Code::TooManyConnections, std::string(kTooMany)};
    if (options_.tls || !options_.access) {
        return note_refusal(client, error);
    }
    http::Request request;
    request.client = client;
    std::string id;
    if (options_.identify) {
        options_.identify(request, id);
        request.id = id;
    }
    http::AccessRecord record;
    record.failure = error.code;
    options_.access({request, record, base::row(error.code).status, 0, {}, kTooMany});
}

void Server::note_refusal(const std::string& client, const base::Error& error) {
    context_.log.write(
        base::LogLevel::Info, "a request was refused",
        {{"client", client}, {"error", base::row(error.code).name}, {"reason", error.detail}});
}

void Server::accept_failed(const std::string& reason) {
    context_.counters.accept_failures.add();
    if (context_.loop.now() - complained_ >= kAcceptPause) {
        complained_ = context_.loop.now();
        context_.log.write(
            base::LogLevel::Error, "a connection was not accepted",
            {{"reason", reason}, {"open", std::to_string(connections_.size()), false}});
    }
}

void Server::remove(Http1Connection& connection) {
    const std::size_t index = connection.index;
    auto leaving = std::move(connections_[index]);
    if (index + 1 != connections_.size()) {
        connections_[index] = std::move(connections_.back());
        connections_[index]->index = index;
    }
    connections_.pop_back();
    turned_away_ -= leaving->is_turned_away() ? 1u : 0u;
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
