#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// Gathers the whole body of one request in memory. Begins in a later turn of the loop. Owned by
/// whoever needs the body, beside the request's stream; destroying it ends it, and its Done then
/// never runs. Lives on the loop's thread. What it has gathered counts as held.
class Collect : private base::Holding {
public:
    struct Limits {
        std::uint64_t bytes_max = 0;  ///< of the body
        base::Duration patience{};    ///< from the beginning to the last byte
    };
    /// Gets the body, or why there is none: BodyTooLarge, RequestTimeout, MemoryFull, or what the
    /// stream says.
    /// Runs once and may destroy the Collect.
    using Done = std::function<void(Result<std::string>)>;

    Collect(base::Loop& loop, const Request& request, const Limits& limits, Done done);
    ~Collect() override;
    Collect(const Collect&) = delete;
    Collect& operator=(const Collect&) = delete;

private:
    void begin();
    void pump();
    [[nodiscard]] bool is_too_long() const;
    void refuse_length();
    void finish(Result<std::string> outcome);
    void let_go();
    void give_up(base::HeldKind kind) override;

    BodyStream* stream_;  ///< null once it is not asked any more
    std::string body_;
    std::uint64_t bytes_max_;
    Done done_;
    base::Timer start_;
    base::Timer deadline_;
};

}  // namespace aggregator::http
