#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::testing {

/// A body that arrives piece by piece on a fake clock.
class FakeStream final : public http::BodyStream {
public:
    struct Plan {
        std::vector<std::string> pieces = {};
        base::Duration every{};  ///< between two pieces; zero: all are there at once
        std::optional<std::uint64_t> length = {};
        std::optional<base::Error> failure = {};  ///< comes after the pieces, instead of the end
        std::shared_ptr<const bool> sender = {};  ///< false: the call that it belongs to is gone
    };

    /// `live` counts the streams that exist.
    FakeStream(base::Loop& loop, Plan plan, std::size_t& live)
        : plan_(std::move(plan)), live_(live), timer_(loop, [this] { arrive(); }) {
        ++live_;
        arrived_ = plan_.every > base::Duration{} ? 0 : plan_.pieces.size();
        if (arrived_ < plan_.pieces.size()) {
            timer_.start(plan_.every);
        }
    }
    ~FakeStream() override { --live_; }

    [[nodiscard]] http::Result<http::Piece> next() override {
        ++asked;
        if (plan_.sender && !*plan_.sender) {
            return base::fail(base::Code::Closed, "the call was destroyed before its stream");
        }
        // What was handed out before is no longer valid: make it show.
        held_.assign(held_.size(), '#');
        if (given_ == arrived_ && arrived_ < plan_.pieces.size()) {
            return http::Piece{{}, http::Piece::State::Wait};
        }
        if (given_ == plan_.pieces.size()) {
            if (plan_.failure) {
                return base::fail(*plan_.failure);
            }
            return http::Piece{{}, http::Piece::State::End};
        }
        held_ = plan_.pieces[given_++];
        const bool last = given_ == plan_.pieces.size() && !plan_.failure;
        return http::Piece{held_, last ? http::Piece::State::End : http::Piece::State::More};
    }
    void wake_with(std::function<void()> wake) override { wake_ = std::move(wake); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return plan_.length; }

    /// Whether somebody is told when more is there.
    [[nodiscard]] bool watched() const { return static_cast<bool>(wake_); }

    std::size_t asked = 0;  ///< calls of next()

private:
    void arrive() {
        if (++arrived_ < plan_.pieces.size()) {
            timer_.start(plan_.every);
        }
        if (wake_) {
            const std::function<void()> wake = wake_;
            wake();
        }
    }

    Plan plan_;
    std::size_t& live_;
    std::size_t arrived_ = 0;
    std::size_t given_ = 0;
    std::string held_;
    std::function<void()> wake_;
    base::Timer timer_;
};

}  // namespace aggregator::testing
