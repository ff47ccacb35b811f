#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <aggregator/http/message.hpp>

#include "engine/arena.hpp"

namespace aggregator::engine {

/// A copy of a request for calls that are made after the client's own may be gone. The bytes lie in
/// the arena of the exchange; a streamed body is not copied.
class KeptRequest {
public:
    /// Copies everything that `request` views, its whole body included.
    void keep(const http::Request& request, Arena& arena);
    /// The same request with `late` behind the values that its path captured.
    [[nodiscard]] const http::Request& with(std::span<const std::string_view> late);
    [[nodiscard]] http::Follower* follower() const { return request_.follower; }

private:
    http::Request request_;
    std::vector<http::Field> fields_;
    std::vector<std::string_view> params_;
    std::size_t captured_ = 0;
};

}  // namespace aggregator::engine
