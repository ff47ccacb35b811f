#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>

#include "admin/reply.hpp"
#include "admin/route.hpp"

namespace aggregator::admin {

/// What is kept of a request until it is answered.
struct Asked {
    const Route* route = nullptr;
    std::string path;      ///< as it was sent, without the query
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
    /// All that concerns one request; `stream` is where its body comes from, null if it is in
    /// `asked` or not looked at.
    struct Start {
        Asked asked;
        http::BodyStream* stream = nullptr;
        Work work;
    };

    AnsweringCall(base::Loop& loop, Start start, http::Done done);
    ~AnsweringCall() override;
    AnsweringCall(const AnsweringCall&) = delete;
    AnsweringCall& operator=(const AnsweringCall&) = delete;

private:
    /// Outlives the call, for those who answer after the client has gone.
    struct Open {
        http::Done done;
    };

    void begin();
    void pump();
    [[nodiscard]] bool is_too_long() const;
    void work();
    void give_up();
    void refuse(Trouble trouble, std::string_view detail);
    void let_go();

    Asked asked_;
    http::BodyStream* stream_;  ///< null once it is not asked any more
    Work work_;
    std::shared_ptr<Open> open_;
    base::Timer start_;
    base::Timer patience_;
};

}  // namespace aggregator::admin
