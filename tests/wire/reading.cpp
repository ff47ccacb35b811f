#include "wire/reading.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <aggregator/base/text.hpp>

namespace aggregator::wire {
namespace {

bool same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && base::equal_ignoring_case(one, other);
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool whole = problem == std::errc() && end == text.data() + text.size();
    return whole && !text.empty() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::size_t Reading::feed(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ != State::Done && state_ != State::Bad) {
        const std::string_view rest = bytes.substr(used);
        switch (state_) {
            case State::Head:
                used += feed_head(rest);
                break;
            case State::Length:
            case State::Chunk:
                used += feed_counted(rest);
                break;
            case State::UntilEnd:
                body_.append(rest);
                used += rest.size();
                break;
            default:
                used += feed_line(rest);
        }
    }
    return used;
}

std::size_t Reading::feed_head(std::string_view bytes) {
    constexpr std::string_view kEnd = "\r\n\r\n";
    const std::size_t looked = head_.size() < kEnd.size() ? 0 : head_.size() - kEnd.size() + 1;
    const std::size_t before = head_.size();
    head_.append(bytes);
    const std::size_t end = head_.find(kEnd, looked);
    if (end == std::string::npos) {
        return bytes.size();
    }
    head_.resize(end + kEnd.size());
    read_head();
    return head_.size() - before;
}

void Reading::read_head() {
    std::size_t at = head_.find("\r\n") + 2;
    while (head_.compare(at, 2, "\r\n") != 0) {
        const std::size_t end = head_.find("\r\n", at);
        const std::string line = head_.substr(at, end - at);
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos || colon == 0 || line.find_first_of("\r\n") != line.npos) {
            state_ = State::Bad;
            return;
        }
        fields_.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        at = end + 2;
    }
    choose_body();
}

void Reading::choose_body() {
    const int code = kind_ == Kind::Reply ? status() : 200;
    const std::string length = value("Content-Length");
    const bool chunked = value("Transfer-Encoding") == "chunked";
    const auto size = number(length, 10);
    if (count("Content-Length") + count("Transfer-Encoding") > 1 || (!length.empty() && !size) ||
        code < 100) {
        state_ = State::Bad;
    } else if (body_rule_ == Body::None || code < 200 || code == 204 || code == 304) {
        state_ = State::Done;
    } else if (chunked) {
        state_ = State::Size;
    } else if (size) {
        left_ = *size;
        state_ = left_ > 0 ? State::Length : State::Done;
    } else {
        until_end_ = kind_ == Kind::Reply;
        state_ = until_end_ ? State::UntilEnd : State::Done;
    }
}

std::size_t Reading::feed_counted(std::string_view bytes) {
    const std::size_t taken = std::min(left_, bytes.size());
    body_.append(bytes.substr(0, taken));
    left_ -= taken;
    if (left_ == 0) {
        state_ = state_ == State::Length ? State::Done : State::ChunkEnd;
    }
    return taken;
}

std::size_t Reading::feed_line(std::string_view bytes) {
    const std::size_t end = bytes.find('\n');
    const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
    line_.append(bytes.substr(0, taken));
    if (end != std::string_view::npos) {
        take_line();
        line_.clear();
    }
    return taken;
}

void Reading::take_line() {
    const bool ended = line_.ends_with("\r\n");
    const std::string text = ended ? line_.substr(0, line_.size() - 2) : line_;
    if (!ended || (state_ == State::ChunkEnd && !text.empty())) {
        state_ = State::Bad;
    } else if (state_ == State::ChunkEnd) {
        state_ = State::Size;
    } else if (state_ == State::Trailer) {
        state_ = text.empty() ? State::Done : State::Trailer;
    } else if (const auto size = number(text, 16)) {
        left_ = *size;
        state_ = left_ > 0 ? State::Chunk : State::Trailer;
    } else {
        state_ = State::Bad;
    }
}

void Reading::end() {
    if (state_ == State::UntilEnd) {
        state_ = State::Done;
    }
}

std::string Reading::word(std::size_t index) const {
    std::size_t at = 0;
    const std::string line = head_.substr(0, head_.find("\r\n"));
    for (; index > 0 && at != std::string::npos; --index) {
        at = line.find(' ', at);
        at = at == std::string::npos ? at : at + 1;
    }
    return at == std::string::npos ? std::string() : line.substr(at, line.find(' ', at) - at);
}

int Reading::status() const {
    const auto code = number(word(1), 10);
    return code && word(0) == "HTTP/1.1" ? static_cast<int>(*code) : 0;
}

std::string Reading::value(std::string_view name) const {
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [name](const Field& field) { return same(field.first, name); });
    return found == fields_.end() ? std::string() : found->second;
}

std::size_t Reading::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields_.begin(), fields_.end(),
                      [name](const Field& field) { return same(field.first, name); }));
}

}  // namespace aggregator::wire
