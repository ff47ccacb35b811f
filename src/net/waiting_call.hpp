#pragma once

#include <cstdint>
#include <memory>

#include <aggregator/http/owned_request.hpp>
#include <aggregator/net/client.hpp>

namespace aggregator::net {

/// A call that came before its client knew any host: holds a copy of the request until then. Owned
/// by the caller of Client::call().
class Client::WaitingCall : public http::Call {
public:
    WaitingCall(Client& client, const http::Request& request, http::Done done);
    ~WaitingCall() override;

    /// The hosts are known, or it is known that there are none.
    void start();

private:
    Client& client_;
    http::Done done_;
    http::OwnedRequest request_;
    std::unique_ptr<http::Call> call_;
    std::uint64_t arrival_;
    bool waiting_ = true;
};

}  // namespace aggregator::net
