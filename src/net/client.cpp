#include <aggregator/net/client.hpp>

#include <utility>

#include "net/client_call.hpp"
#include "net/pool.hpp"

namespace aggregator::net {

struct Pools::Entry {
    std::string purpose;
    Pool pool;
};

Pools::Pools(const Context& context, PoolOptions options)
    : context_(context), options_(std::move(options)) {}

Pools::~Pools() = default;

Pool& Pools::pool(const Origin& origin, const std::string& purpose) {
    for (auto& entry : entries_) {
        const Origin& known = entry->pool.origin();
        if (entry->purpose == purpose && known.tls == origin.tls && known.name == origin.name &&
            known.port == origin.port && known.authority == origin.authority) {
            return entry->pool;
        }
    }
    entries_.push_back(std::unique_ptr<Entry>(new Entry{purpose, Pool(*this, origin)}));
    return entries_.back()->pool;
}

void Pools::close_idle() {
    for (auto& entry : entries_) {
        entry->pool.close_idle();
    }
}

Client::Client(Pools& pools, const std::vector<Origin>& origins, ClientOptions options,
               const std::string& purpose)
    : pools_(pools), options_(options) {
    for (const Origin& origin : origins) {
        hosts_.push_back({origin, &pools.pool(origin, purpose)});
    }
}

std::unique_ptr<http::Call> Client::call(const http::Request& request, http::Done done) {
    if (hosts_.empty()) {
        return http::fail_later(pools_.context().loop,
                                {base::Code::NoHosts, "the backend has no hosts"}, std::move(done));
    }
    return std::make_unique<ClientCall>(*this, request, std::move(done));
}

}  // namespace aggregator::net
