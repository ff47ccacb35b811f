#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// A response that outlives its Done: a copy of all that it views, and the streamed body itself,
/// which goes on being its Call's. For whoever has to wait with an answer, or to choose among
/// several. Lives on the loop's thread.
class OwnedResponse {
public:
    explicit OwnedResponse(Response&& response);
    OwnedResponse(const OwnedResponse&) = delete;
    OwnedResponse& operator=(const OwnedResponse&) = delete;

    /// The response, once: its stream is handed over. Views this object, which has to live until
    /// the Done that gets it has returned.
    [[nodiscard]] Response take() { return std::move(response_); }
    /// What it holds.
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    [[nodiscard]] std::string_view keep(std::string_view text);

    std::string bytes_;
    std::vector<Field> fields_;
    Response response_;
};

}  // namespace aggregator::http
