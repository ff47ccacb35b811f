#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// A copy of a request that is needed after its call() returned: of all that it views, its whole
/// body and the captured values included, but for the hosts to avoid. A streamed body, the record,
/// the follower and `asked` are the same as the request's: they belong to whoever owns that.
class OwnedRequest {
public:
    OwnedRequest() = default;
    explicit OwnedRequest(const Request& request) { keep(request); }
    OwnedRequest(const OwnedRequest&) = delete;
    OwnedRequest& operator=(const OwnedRequest&) = delete;

    /// Takes a copy in the place of what it holds.
    void keep(const Request& request);
    /// Views this object.
    [[nodiscard]] const Request& request() const { return request_; }
    /// The same with `late` behind the captured values; until the next with().
    [[nodiscard]] const Request& with(std::span<const std::string_view> late);
    /// What it holds.
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
    /// Forgets the request, and frees memory of unusual size.
    void clear();

private:
    [[nodiscard]] std::string_view keep_text(std::string_view text);

    std::string bytes_;
    std::vector<Field> fields_;
    std::vector<std::string_view> params_;
    std::size_t captured_ = 0;
    Request request_;
};

}  // namespace aggregator::http
