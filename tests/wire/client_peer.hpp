#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wire/reading.hpp"
#include "wire/spec.hpp"

namespace aggregator::wire {

/// What a client knows of one of its requests.
struct Outcome {
    std::size_t said = 0;   ///< bytes of the request
    std::size_t whole = 0;  ///< bytes that it has
    bool head_said = false;
    std::optional<Reading> reply;
    bool complete = false;
    bool said_at_reply = false;  ///< the request was said to its end when its reply began
    base::Time begun_at{};       ///< when its first byte was said
    base::Time last_said_at{};
    base::Time replied_at{};  ///< when the reply was complete, or its end was known
};

/// A client: says its requests, hears the replies.
class ClientPeer {
public:
    /// `arrives` hands a line of its own to the server.
    ClientPeer(testing::FakeWireLoop& loop, const ClientSpec& spec,
               std::function<std::shared_ptr<testing::Line>(const LineNature&)> arrives);

    [[nodiscard]] const ClientSpec& spec() const { return spec_; }
    [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }
    [[nodiscard]] bool troubled() const { return troubled_at_.has_value(); }
    [[nodiscard]] std::optional<base::Time> troubled_at() const { return troubled_at_; }
    [[nodiscard]] std::optional<base::Time> ended_at() const { return ended_at_; }
    [[nodiscard]] base::Time last_reply_at() const { return last_reply_at_; }
    [[nodiscard]] bool was_reset() const { return was_reset_; }
    [[nodiscard]] bool closed_first() const { return closed_first_; }
    [[nodiscard]] const testing::Line* line() const { return line_.get(); }
    [[nodiscard]] std::size_t answered() const { return current_; }

    std::vector<std::string> violations;

private:
    struct Piece {
        std::string bytes;
        base::Duration pause{};
        std::size_t request = 0;
        bool first = false;
        bool ends_head = false;
        bool behind_continue = false;
        bool trouble = false;
    };

    void arrive();
    void make_pieces(std::size_t index);
    void cut(const std::string& bytes, Piece like, const Pace& pace);
    void place_trouble();
    void go_on();
    void say(const Piece& piece);
    void be_trouble();
    [[nodiscard]] bool may_say(const Piece& piece);
    void hear();
    void take(std::string_view bytes);
    [[nodiscard]] bool take_some(std::string_view& bytes);
    void begin_reply();
    void finish_reply();
    void end();
    void leave();

    testing::FakeWireLoop& loop_;
    const ClientSpec& spec_;
    std::function<std::shared_ptr<testing::Line>(const LineNature&)> arrives_;
    std::shared_ptr<testing::Line> line_;
    std::deque<Piece> pieces_;
    std::vector<Outcome> outcomes_;
    base::Timer arrival_;
    base::Timer saying_;
    base::Timer hearing_;
    base::Timer patience_;
    std::size_t current_ = 0;    // whose reply comes
    std::size_t continued_ = 0;  // the last request that was told to go on, counted from 1
    std::optional<base::Time> troubled_at_;
    std::optional<base::Time> ended_at_;
    base::Time last_reply_at_{};
    bool paused_ = false;
    bool deaf_ = false;
    bool was_reset_ = false;
    bool closed_first_ = false;
};

}  // namespace aggregator::wire
