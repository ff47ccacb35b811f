#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::http {

/// Of one chunk's line: its size and extensions, with the line's end.
inline constexpr std::size_t kChunkLineBytesMax = 4096;
/// Of the trailer section, with the empty line that ends it.
inline constexpr std::size_t kTrailerBytesMax = 16384;
/// How much more the lines of a body's chunks may have than what they carry accounts for.
inline constexpr std::size_t kChunkOverheadBytesMax = 16384;

/// Why a message is refused.
struct Refusal {
    base::Code code = base::Code::BadRequest;
    std::string_view why;  ///< in words; of static storage
};

/// Reads a chunked body (RFC 9112 7.1): sizes, extensions, data and trailers. Each byte is looked
/// at once and nothing is kept of what was read, however the body comes in pieces; extensions and
/// trailers are checked and forgotten.
class Chunks {
public:
    /// How it is read. Strict: the grammar to the letter. Lenient: as it is usual for answers:
    /// spaces behind a size and in front of a trailer's colon, and any text as extension. Line ends
    /// are CRLF in both, and no line is folded.
    enum class Manner : std::uint8_t { Strict, Lenient };

    /// What was taken from the front of an input.
    struct Taken {
        std::size_t consumed = 0;
        std::string_view data;  ///< a view into the input
    };

    /// For the next body. `fields_max` limits the lines of the trailer section.
    void begin(Manner manner, std::uint32_t fields_max);

    /// Takes up to the end of one piece of data, of the body, or of the input: all of the input is
    /// consumed unless there is data, or the body is done.
    [[nodiscard]] tl::expected<Taken, Refusal> take(std::string_view input);

    [[nodiscard]] bool done() const { return state_ == State::Done; }

private:
    enum class State : std::uint8_t {
        Size,       // before the first digit
        MoreSize,   // behind a digit
        AfterItem,  // behind a quoted value
        BeforeSemicolon,
        BeforeName,
        Name,
        BeforeEquals,
        BeforeValue,
        Value,
        Quoted,
        Escaped,   // behind a backslash in a quoted value
        Anything,  // the rest of a line that is not looked into
        LineEnd,   // behind the line's CR
        Data,
        AfterData,
        DataEnd,  // behind the CR
        Trailer,  // at the beginning of a line
        TrailerName,
        BeforeColon,
        TrailerValue,
        TrailerEnd,  // behind a CR
        LastEnd,     // behind the last CR
        Done,
    };
    using Next = tl::expected<State, Refusal>;

    [[nodiscard]] Next after(char c);
    [[nodiscard]] Next after_of_line(char c);
    [[nodiscard]] Next after_size(char c);
    [[nodiscard]] Next after_extension(char c);
    [[nodiscard]] Next after_value(char c) const;
    [[nodiscard]] Next after_line(char c);
    [[nodiscard]] Next after_of_trailer(char c);

    std::uint64_t size_ = 0;  // of the chunk; while its data comes, what is left of it
    std::size_t line_bytes_ = 0;
    std::size_t overhead_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
    std::uint32_t trailer_fields_ = 0;
    std::uint32_t fields_max_ = 0;
    Manner manner_ = Manner::Strict;
    State state_ = State::Done;
};

}  // namespace aggregator::http
