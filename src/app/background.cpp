#include "app/background.hpp"

#include <utility>
#include <vector>

#include "app/connections.hpp"

namespace aggregator::app {

Background::Background(const Context& context, net::PoolOptions options, base::Duration name_ttl)
    : log_(context.log),
      names_(context.resolver, loop_, name_ttl),
      pools_({loop_, names_, counters_, context.log}, std::move(options)) {
    context.held.add(loop_.held());
}

Background::~Background() { stop(); }

void Background::start() {
    if (is_needed_) {
        thread_ = std::thread([this] { loop_.run(); });
    }
}

void Background::stop() {
    blocking_.stop();
    if (thread_.joinable()) {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }
}

base::Loop& Background::loop() {
    is_needed_ = true;
    return loop_;
}

std::unique_ptr<http::Service> Background::client(const plan::Host& host,
                                                  const component::RemoteOptions& options) {
    using Redirects = net::ClientOptions::Redirects;
    net::ClientOptions asked;
    asked.answer = net::ClientOptions::Answer::Whole;
    asked.answer_bytes_max = options.answer_bytes_max;
    asked.redirects = options.redirects ? Redirects::WithinTls : Redirects::Never;
    return std::make_unique<net::Client>(pools_, std::vector{origin_of(host)}, std::move(asked),
                                         "background");
}

}  // namespace aggregator::app
