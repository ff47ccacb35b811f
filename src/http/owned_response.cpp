#include <aggregator/http/owned_response.hpp>

namespace aggregator::http {

namespace {

std::size_t size_of(const Response& response) {
    std::size_t bytes =
        response.body.size() + response.from.authority.size() + response.from.target.size();
    for (const Field& field : response.headers) {
        bytes += field.name.size() + field.value.size();
    }
    return bytes;
}

}  // namespace

OwnedResponse::OwnedResponse(Response&& response) : response_(std::move(response)) {
    bytes_.reserve(size_of(response_));  // once: what was kept is viewed from here on
    fields_.reserve(response_.headers.size());
    for (const Field& field : response_.headers) {
        const std::string_view name = keep(field.name);
        fields_.push_back({name, keep(field.value)});
    }
    response_.headers = fields_;
    response_.body = keep(response_.body);
    response_.from.authority = keep(response_.from.authority);
    response_.from.target = keep(response_.from.target);
}

std::string_view OwnedResponse::keep(std::string_view text) {
    const std::size_t at = bytes_.size();
    bytes_.append(text);
    return std::string_view(bytes_).substr(at);
}

}  // namespace aggregator::http
