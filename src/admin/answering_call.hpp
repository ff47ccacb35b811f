#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/collect.hpp>
#include <aggregator/http/service.hpp>

#include "admin/reply.hpp"
#include "admin/route.hpp"

namespace aggregator::admin {

/// What is kept of a request until it is answered.
struct Asked {
    const Route* route = nullptr;
    std::string path;      ///< as it was sent, without the query
    std::string query;     ///< behind the `?`
    std::string name;      ///< what stood in the route's braces, decoded
    std::string if_match;  ///< empty: the client did not say
    std::string caller;    ///< its address
    std::string body;
};

/// A request that is answered by a function: in a later turn, once its body is there. A body of
/// more than 64 KiB, one that is broken, and one that is late are refused here.
class AnsweringCall final : public http::Call {
public:
    static constexpr std::size_t kBodyBytesMax = 64u << 10;
    static constexpr base::Duration kPatience = std::chrono::seconds(10);

    using Work = std::function<void(const Asked& asked, Answer answer)>;
    /// All that concerns one request.
    struct Start {
        Asked asked;  ///< but for the body
        bool wants_body = false;
        Work work;
    };

    AnsweringCall(base::Loop& loop, const http::Request& request, Start start, http::Done done);
    ~AnsweringCall() override;
    AnsweringCall(const AnsweringCall&) = delete;
    AnsweringCall& operator=(const AnsweringCall&) = delete;

private:
    /// Outlives the call, for those who answer after the client has gone.
    struct Open {
        http::Done done;
    };

    void collected(http::Result<std::string> body);
    void refuse(ProblemKind kind, std::string_view detail) const;

    Asked asked_;
    Work work_;
    std::shared_ptr<Open> open_;
    base::Timer patience_;  // for the work
    http::Collect collect_;
};

}  // namespace aggregator::admin
