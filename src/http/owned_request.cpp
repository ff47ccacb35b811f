#include <aggregator/http/owned_request.hpp>

namespace aggregator::http {

namespace {

constexpr std::size_t kBytesKept = 4096;

std::size_t size_of(const Request& request) {
    std::size_t bytes = request.method.size() + request.target.size() + request.host.size() +
                        request.client.size() + request.body.size();
    for (const Field& field : request.headers) {
        bytes += field.name.size() + field.value.size();
    }
    for (const std::string_view value : request.params) {
        bytes += value.size();
    }
    return bytes;
}

}  // namespace

void OwnedRequest::keep(const Request& request) {
    bytes_.clear();
    bytes_.reserve(size_of(request));  // once: what was kept is viewed from here on
    request_ = request;
    request_.method = keep_text(request.method);
    request_.target = keep_text(request.target);
    request_.host = keep_text(request.host);
    request_.client = keep_text(request.client);
    request_.body = keep_text(request.body);
    fields_.clear();
    fields_.reserve(request.headers.size());
    for (const Field& field : request.headers) {
        const std::string_view name = keep_text(field.name);
        fields_.push_back({name, keep_text(field.value)});
    }
    request_.headers = fields_;
    params_.clear();
    for (const std::string_view value : request.params) {
        params_.push_back(keep_text(value));
    }
    captured_ = params_.size();
    request_.params = params_;
}

const Request& OwnedRequest::with(std::span<const std::string_view> late) {
    params_.resize(captured_);
    params_.insert(params_.end(), late.begin(), late.end());
    request_.params = params_;
    return request_;
}

void OwnedRequest::clear() {
    if (bytes_.capacity() > kBytesKept) {
        std::string().swap(bytes_);
    }
    bytes_.clear();
    request_ = {};
}

std::string_view OwnedRequest::keep_text(std::string_view text) {
    const std::size_t at = bytes_.size();
    bytes_.append(text);
    return std::string_view(bytes_).substr(at);
}

}  // namespace aggregator::http
