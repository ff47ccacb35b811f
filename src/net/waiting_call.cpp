#include "net/waiting_call.hpp"

#include <utility>

namespace aggregator::net {

Client::WaitingCall::WaitingCall(Client& client, const http::Request& request, http::Done done)
    : client_(client), done_(std::move(done)), request_(request) {
    client_.waiting_.push_back(this);
}

Client::WaitingCall::~WaitingCall() {
    if (waiting_) {
        std::erase(client_.waiting_, this);
    }
}

void Client::WaitingCall::start() {
    waiting_ = false;
    call_ = client_.call(request_.request(), std::move(done_));
}

}  // namespace aggregator::net
