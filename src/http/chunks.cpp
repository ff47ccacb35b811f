#include "http/chunks.hpp"

#include <algorithm>

#include "http/characters.hpp"

namespace aggregator::http {
namespace {

using base::Code;

/// Of a chunk whose data outweighs its line: what a line may have for nothing.
constexpr std::size_t kFreeLineBytes = 16;

tl::unexpected<Refusal> bad_chunk(std::string_view why) {
    return tl::unexpected<Refusal>({.code = Code::BadBody, .why = why});
}

}  // namespace

void Chunks::begin(Manner manner, std::uint32_t fields_max) {
    *this = {};
    manner_ = manner;
    fields_max_ = fields_max;
    state_ = State::Size;
}

tl::expected<Chunks::Taken, Refusal> Chunks::take(std::string_view input) {
    std::size_t at = 0;
    while (at < input.size() && state_ != State::Done) {
        if (state_ == State::Data) {
            const std::size_t bytes =
                static_cast<std::size_t>(std::min<std::uint64_t>(size_, input.size() - at));
            size_ -= bytes;
            state_ = size_ == 0 ? State::AfterData : State::Data;
            return Taken{at + bytes, input.substr(at, bytes)};
        }
        const Next next = after(input[at]);
        if (!next) {
            return tl::unexpected<Refusal>(next.error());
        }
        state_ = *next;
        ++at;
    }
    return Taken{at, {}};
}

Chunks::Next Chunks::after(char c) {
    if (state_ < State::Data) {
        return after_of_line(c);
    }
    switch (state_) {
        case State::AfterData:
            return c == '\r' ? Next(State::DataEnd)
                             : bad_chunk("a chunk that is longer than its size");
        case State::DataEnd:
            size_ = 0;
            line_bytes_ = 0;
            return c == '\n' ? Next(State::Size) : bad_chunk("a chunk that does not end with CRLF");
        default:
            return after_of_trailer(c);
    }
}

Chunks::Next Chunks::after_of_line(char c) {
    if (++line_bytes_ > kChunkLineBytesMax) {
        return bad_chunk("a chunk's line of more than 4096 bytes");
    }
    if (state_ == State::LineEnd) {
        return after_line(c);
    }
    if (!is_text(c) && c != '\r') {
        return bad_chunk("a control character or a bare line feed in a chunk's line");
    }
    return state_ <= State::MoreSize ? after_size(c) : after_extension(c);
}

Chunks::Next Chunks::after_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if ((size_ >> 60) != 0) {
            return bad_chunk("a chunk size beyond all numbers");
        }
        size_ = size_ << 4 | static_cast<std::uint64_t>(digit);
        return State::MoreSize;
    }
    return state_ == State::Size ? bad_chunk("a chunk without a size") : after_value(c);
}

/// Behind a size or the value of an extension.
Chunks::Next Chunks::after_value(char c) const {
    if (c == ';') {
        return manner_ == Manner::Strict ? State::BeforeName : State::Anything;
    }
    if (c == '\r') {
        return State::LineEnd;
    }
    return is_blank(c) ? Next(State::BeforeSemicolon)
                       : bad_chunk("something else than an extension behind a chunk's size");
}

Chunks::Next Chunks::after_extension(char c) {
    constexpr std::string_view kMalformed = "a malformed chunk extension";
    switch (state_) {
        case State::AfterItem:
            return after_value(c);
        case State::BeforeSemicolon:
            if (c == '\r' && manner_ == Manner::Strict) {
                return bad_chunk("spaces at the end of a chunk's line");
            }
            return after_value(c);
        case State::BeforeName:
            if (is_blank(c)) {
                return state_;
            }
            return is_token(c) ? Next(State::Name) : bad_chunk(kMalformed);
        case State::Name:
            if (is_token(c)) {
                return state_;
            }
            if (c == '=') {
                return State::BeforeValue;
            }
            return is_blank(c) ? Next(State::BeforeEquals) : after_value(c);
        case State::BeforeEquals:
            if (is_blank(c)) {
                return state_;
            }
            if (c == ';') {
                return State::BeforeName;
            }
            return c == '=' ? Next(State::BeforeValue) : bad_chunk(kMalformed);
        case State::BeforeValue:
            if (is_blank(c)) {
                return state_;
            }
            if (c == '"') {
                return State::Quoted;
            }
            return is_token(c) ? Next(State::Value) : bad_chunk(kMalformed);
        case State::Value:
            return is_token(c) ? Next(state_) : after_value(c);
        case State::Quoted:
            if (c == '\r') {
                return bad_chunk(kMalformed);
            }
            return c == '"' ? State::AfterItem : (c == '\\' ? State::Escaped : state_);
        case State::Escaped:
            return c == '\r' ? bad_chunk(kMalformed) : Next(State::Quoted);
        default:  // Anything
            return c == '\r' ? State::LineEnd : state_;
    }
}

Chunks::Next Chunks::after_line(char c) {
    if (c != '\n') {
        return bad_chunk("a bare carriage return in a chunk's line");
    }
    // Twice what it carries and a few bytes more are every line's due.
    const std::uint64_t due =
        kFreeLineBytes + 2 * std::min<std::uint64_t>(size_, kChunkOverheadBytesMax);
    overhead_bytes_ += line_bytes_;
    overhead_bytes_ -= static_cast<std::size_t>(std::min<std::uint64_t>(due, overhead_bytes_));
    if (overhead_bytes_ > kChunkOverheadBytesMax) {
        return bad_chunk("more bytes in the lines of chunks than in the chunks");
    }
    return size_ == 0 ? State::Trailer : State::Data;
}

Chunks::Next Chunks::after_of_trailer(char c) {
    if (++trailer_bytes_ > kTrailerBytesMax) {
        return tl::unexpected<Refusal>(
            {.code = Code::HeadTooLarge, .why = "a trailer section of more than 16384 bytes"});
    }
    switch (state_) {
        case State::Trailer:
            if (c == '\r') {
                return State::LastEnd;
            }
            if (!is_token(c)) {
                return bad_chunk("a folded or malformed trailer line");
            }
            if (++trailer_fields_ > fields_max_) {
                return tl::unexpected<Refusal>(
                    {.code = Code::TooManyHeaders, .why = "too many trailer lines"});
            }
            return State::TrailerName;
        case State::TrailerName:
        case State::BeforeColon:
            if (c == ':') {
                return State::TrailerValue;
            }
            if (state_ == State::TrailerName && is_token(c)) {
                return state_;
            }
            return is_blank(c) && manner_ == Manner::Lenient
                       ? Next(State::BeforeColon)
                       : bad_chunk("a trailer line without a name and a colon");
        case State::TrailerValue:
            if (c == '\r') {
                return State::TrailerEnd;
            }
            return is_text(c) ? Next(state_)
                              : bad_chunk("a control character or a bare line feed in a trailer");
        case State::TrailerEnd:
            return c == '\n' ? Next(State::Trailer)
                             : bad_chunk("a bare carriage return in a trailer");
        default:  // LastEnd
            return c == '\n' ? Next(State::Done) : bad_chunk("a bare carriage return in a trailer");
    }
}

}  // namespace aggregator::http
