#pragma once

#include <functional>
#include <memory>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::engine {

/// The body of a no-op answer on its way to the client, cut off with Timeout when the endpoint's
/// deadline passes. Owns the call that it comes from, and ends it at the deadline even if its
/// reader has stopped reading.
///
/// The time before the first next() is not the answer's: one that is held back for something else,
/// such as a copy that is waited for, has as long afterwards as it would have had at once. One that
/// is not asked for until the deadline has the same time once more, and no longer.
class DeadlineStream final : public http::BodyStream {
public:
    struct Inner {
        std::unique_ptr<http::Call> call;
        std::unique_ptr<http::BodyStream> stream;
    };
    DeadlineStream(base::Loop& loop, base::Time deadline, Inner inner);

    [[nodiscard]] http::Result<http::Piece> next() override;
    void wake_with(std::function<void()> wake) override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }

private:
    void begin();
    void expire();

    Inner inner_;
    std::optional<std::uint64_t> length_;
    std::function<void()> wake_;
    bool waits_ = false;
    bool expired_ = false;
    bool once_more_ = false;              // the deadline passed before it was asked for
    std::optional<base::Duration> left_;  // at the start; empty once it was asked for
    base::Timer timer_;
};

}  // namespace aggregator::engine
