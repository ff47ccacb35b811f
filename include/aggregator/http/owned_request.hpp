#pragma once

#include <string>
#include <vector>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// A copy of a request that has to wait. A streamed body, the record, the follower and `asked` are
/// not copied: they belong to whoever owns the request; neither are the captured values, which are
/// in the target by then.
class OwnedRequest {
public:
    explicit OwnedRequest(const Request& request);
    OwnedRequest(const OwnedRequest&) = delete;
    OwnedRequest& operator=(const OwnedRequest&) = delete;

    /// Views this object.
    [[nodiscard]] const Request& request() const { return request_; }
    /// What it holds.
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    [[nodiscard]] std::string_view keep(std::string_view text);

    std::string bytes_;
    std::vector<Field> fields_;
    Request request_;
};

}  // namespace aggregator::http
