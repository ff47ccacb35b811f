#include "engine/kept_request.hpp"

namespace aggregator::engine {

void KeptRequest::keep(const http::Request& request, Arena& arena) {
    request_ = request;
    request_.method = arena.keep(request.method);
    request_.target = arena.keep(request.target);
    request_.host = arena.keep(request.host);
    request_.client = arena.keep(request.client);
    request_.body = arena.keep(request.body);
    request_.record = nullptr;
    fields_.clear();
    for (const http::Field& field : request.headers) {
        fields_.push_back({arena.keep(field.name), arena.keep(field.value)});
    }
    request_.headers = fields_;
    params_.clear();
    for (const std::string_view value : request.params) {
        params_.push_back(arena.keep(value));
    }
    captured_ = params_.size();
}

const http::Request& KeptRequest::with(std::span<const std::string_view> late) {
    params_.resize(captured_);
    params_.insert(params_.end(), late.begin(), late.end());
    request_.params = params_;
    return request_;
}

}  // namespace aggregator::engine
