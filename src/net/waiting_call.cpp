#include "net/waiting_call.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::net {

Client::WaitingCall::WaitingCall(Client& client, const http::Request& request, http::Done done)
    : client_(client), done_(std::move(done)), request_(request) {
    request_.method = keep(request.method);
    request_.target = keep(request.target);
    request_.host = keep(request.host);
    request_.client = keep(request.client);
    request_.body = keep(request.body);
    request_.params = {};
    for (const http::Field& field : request.headers) {
        fields_.push_back({keep(field.name), keep(field.value)});
    }
    request_.headers = fields_;
    client_.waiting_.push_back(this);
}

Client::WaitingCall::~WaitingCall() {
    if (waiting_) {
        std::erase(client_.waiting_, this);
    }
}

std::string_view Client::WaitingCall::keep(std::string_view text) {
    return texts_.emplace_back(text);
}

void Client::WaitingCall::start() {
    waiting_ = false;
    call_ = client_.call(request_, std::move(done_));
}

}  // namespace aggregator::net
