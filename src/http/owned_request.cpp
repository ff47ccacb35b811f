#include <aggregator/http/owned_request.hpp>

namespace aggregator::http {

namespace {

std::size_t size_of(const Request& request) {
    std::size_t bytes = request.method.size() + request.target.size() + request.host.size() +
                        request.client.size() + request.body.size();
    for (const Field& field : request.headers) {
        bytes += field.name.size() + field.value.size();
    }
    return bytes;
}

}  // namespace

OwnedRequest::OwnedRequest(const Request& request) : request_(request) {
    bytes_.reserve(size_of(request));  // once: what was kept is viewed from here on
    request_.method = keep(request.method);
    request_.target = keep(request.target);
    request_.host = keep(request.host);
    request_.client = keep(request.client);
    request_.body = keep(request.body);
    request_.params = {};
    fields_.reserve(request.headers.size());
    for (const Field& field : request.headers) {
        fields_.push_back({keep(field.name), keep(field.value)});
    }
    request_.headers = fields_;
}

std::string_view OwnedRequest::keep(std::string_view text) {
    const std::size_t at = bytes_.size();
    bytes_.append(text);
    return std::string_view(bytes_).substr(at);
}

}  // namespace aggregator::http
