#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aggregator::wire {

/// One message of HTTP/1.1, read as it comes and kept whole, by code that the program does not use.
/// Stricter than the program's: what that sends has no reason to be odd.
class Reading {
public:
    enum class Kind : std::uint8_t { Request, Reply };
    enum class State : std::uint8_t {
        Head,
        Length,
        Size,
        Chunk,
        ChunkEnd,
        Trailer,
        UntilEnd,
        Done,
        Bad
    };
    /// `bodiless`: whatever the head says.
    enum class Body : std::uint8_t { AsSaid, None };

    explicit Reading(Kind kind, Body body = Body::AsSaid) : kind_(kind), body_rule_(body) {}

    /// Takes what belongs to this message off the front, and returns how much that was.
    std::size_t feed(std::string_view bytes);
    /// No more bytes will come.
    void end();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool begun() const { return !head_.empty(); }
    [[nodiscard]] bool head_done() const { return state_ != State::Head && state_ != State::Bad; }
    [[nodiscard]] bool done() const { return state_ == State::Done; }
    [[nodiscard]] bool bad() const { return state_ == State::Bad; }
    [[nodiscard]] const std::string& head() const { return head_; }
    [[nodiscard]] const std::string& body() const { return body_; }
    /// Of the start line, counted from 0.
    [[nodiscard]] std::string word(std::size_t index) const;
    [[nodiscard]] int status() const;
    /// Of the first field of that name, or empty.
    [[nodiscard]] std::string value(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] bool until_end() const { return until_end_; }

private:
    using Field = std::pair<std::string, std::string>;

    std::size_t feed_head(std::string_view bytes);
    std::size_t feed_counted(std::string_view bytes);
    std::size_t feed_line(std::string_view bytes);
    void read_head();
    void choose_body();
    void take_line();

    Kind kind_;
    Body body_rule_;
    State state_ = State::Head;
    std::string head_;
    std::string line_;
    std::vector<Field> fields_;
    std::string body_;
    std::size_t left_ = 0;
    bool until_end_ = false;
};

}  // namespace aggregator::wire
