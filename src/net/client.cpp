#include <aggregator/net/client.hpp>

#include <utility>

#include "net/client_call.hpp"
#include "net/host_list.hpp"
#include "net/targets.hpp"
#include "net/waiting_call.hpp"

namespace aggregator::net {

Client::Client(Pools& pools, const std::vector<Origin>& origins, ClientOptions options,
               const std::string& purpose)
    : pools_(pools),
      options_(options),
      hosts_(std::make_unique<HostList>(pools, purpose, options_.health)) {
    hosts_->set(origins);
}

Client::Client(Pools& pools, const Discovered& source, ClientOptions options,
               const std::string& purpose)
    : pools_(pools),
      options_(options),
      hosts_(std::make_unique<HostList>(pools, purpose, options_.health)),
      tls_(source.tls),
      looking_(true),
      watch_(source.feed.watch(source.name, [this](const auto& targets) { found(targets); })) {}

Client::~Client() = default;

std::unique_ptr<http::Call> Client::call(const http::Request& request, http::Done done) {
    if (!hosts_->empty()) {
        return std::make_unique<ClientCall>(*this, request, std::move(done));
    }
    if (looking_) {
        return std::make_unique<WaitingCall>(*this, request, std::move(done));
    }
    return http::fail_later(pools_.context().loop, {base::Code::NoHosts, no_hosts_},
                            std::move(done));
}

void Client::found(const base::Result<Targets>& targets) {
    looking_ = false;
    if (targets) {
        hosts_->set(origins_of(*targets, tls_ ? Scheme::Https : Scheme::Http));
    } else {
        no_hosts_ = "the backend has no hosts: " + targets.error().detail;
    }
    // One at a time from the front: a call that starts may end others.
    while (!waiting_.empty()) {
        WaitingCall* const first = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        first->start();
    }
}

}  // namespace aggregator::net
