#include <aggregator/http/owned_request.hpp>

#include <algorithm>

#include <aggregator/base/assert.hpp>

namespace aggregator::http {

namespace {

constexpr std::size_t kBytesKept = 4096;

/// Of all but the body.
std::size_t size_of(const Request& request) {
    std::size_t bytes =
        request.method.size() + request.target.size() + request.host.size() + request.client.size();
    for (const Field& field : request.headers) {
        bytes += field.name.size() + field.value.size();
    }
    for (const std::string_view value : request.params) {
        bytes += value.size();
    }
    return bytes;
}

/// Copies the text to `end`, which moves behind it.
std::string_view copy_of(std::string_view text, char*& end) {
    char* const begin = end;
    end = std::copy_n(text.data(), text.size(), begin);
    return {begin, text.size()};
}

}  // namespace

void OwnedRequest::keep(const Request& request) {
    const std::size_t size = size_of(request);
    bytes_.clear();
    bytes_.reserve(size + request.body.size());  // once: what was kept is viewed from here on
    bytes_.resize(size);
    char* end = bytes_.data();
    request_ = request;
    request_.avoid = {};
    request_.method = copy_of(request.method, end);
    request_.target = copy_of(request.target, end);
    request_.host = copy_of(request.host, end);
    request_.client = copy_of(request.client, end);
    request_.body = keep_text(request.body);
    fields_.clear();
    fields_.reserve(request.headers.size());
    for (const Field& field : request.headers) {
        const std::string_view name = copy_of(field.name, end);
        fields_.push_back({name, copy_of(field.value, end)});
    }
    request_.headers = fields_;
    params_.clear();
    for (const std::string_view value : request.params) {
        params_.push_back(copy_of(value, end));
    }
    AGG_ASSERT(end == bytes_.data() + size);
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
