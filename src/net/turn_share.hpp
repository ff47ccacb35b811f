#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include <aggregator/base/loop.hpp>

namespace aggregator::net {

/// What one connection may move in one turn of the loop: a peer that is as fast as the gateway must
/// not keep it from all others. Whoever has used up its share goes on in the next turn.
class TurnShare {
public:
    void take(std::size_t bytes) {
        const std::size_t counted = std::max(bytes, kPieceMin);
        left_ -= std::min(left_, counted);
    }
    [[nodiscard]] bool is_used_up() const { return left_ == 0; }

private:
    static constexpr std::size_t kBytes = 512u << 10;
    static constexpr std::size_t kPieceMin = 4u << 10;  // a small piece costs a system call as well

    std::size_t left_ = kBytes;
};

/// Goes on with `step` in the next turn. The timer is made when it is needed first, always for the
/// same step; destroying it calls the step off.
inline void go_on_later(std::unique_ptr<base::Timer>& timer, base::Loop& loop,
                        std::function<void()> step) {
    if (timer == nullptr) {
        timer = std::make_unique<base::Timer>(loop, std::move(step));
    }
    timer->start(base::Duration::zero());
}

}  // namespace aggregator::net
