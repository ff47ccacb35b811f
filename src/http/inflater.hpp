#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <zlib.h>

namespace aggregator::http {

/// zlib's state for one body in the content coding `gzip`.
class Inflater {
public:
    enum class State : unsigned char {
        More,       ///< wants more input, or more room
        MemberEnd,  ///< a gzip member ended; another one may follow
        Damaged,
    };
    struct Step {
        std::size_t written = 0;
        State state = State::More;
    };

    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Takes from the front of `input` and writes into `room`, as much as either allows. After a
    /// member's end it begins with the next one.
    [[nodiscard]] Step step(std::string_view& input, std::span<char> room);

private:
    z_stream stream_{};
    bool ready_ = false;
    bool member_ended_ = false;
};

}  // namespace aggregator::http
