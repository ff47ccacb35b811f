#include "net/waiting_call.hpp"

#include <utility>

namespace aggregator::net {

Client::WaitingCall::WaitingCall(Client& client, const http::Request& request, http::Done done)
    : client_(client), done_(std::move(done)), request_(request), arrival_(++client.arrivals_) {
    client_.waiting_.emplace(arrival_, this);
}

Client::WaitingCall::~WaitingCall() {
    if (waiting_) {
        client_.waiting_.erase(arrival_);
    }
}

void Client::WaitingCall::start() {
    waiting_ = false;
    call_ = client_.call(request_.request(), std::move(done_));
}

}  // namespace aggregator::net
