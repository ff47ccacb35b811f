#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace aggregator::base {

enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };
enum class LogFormat : std::uint8_t { Text, Json };

/// One named value of a log line. Text values are views: they must live until the call returns.
struct LogField {
    std::string_view name;
    std::string_view text;
    bool quoted = true;  ///< false: `text` is a number or `true`/`false`, written bare in JSON
};

/// The process's log on standard error: one event a line, written by a thread of its own through a
/// bounded queue that drops and counts rather than delays its callers. Safe from any thread. Owned
/// by app; everybody else borrows.
class Log {
public:
    struct Options {
        LogLevel level = LogLevel::Info;
        LogFormat format = LogFormat::Text;
        int descriptor = 2;
        std::size_t queue_bytes_max = 4u << 20;
    };

    explicit Log(Options options);
    /// Writes what is queued, then ends the thread. Lines that nobody reads within half a
    /// second are lost.
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    [[nodiscard]] bool enabled(LogLevel level) const { return level <= level_; }
    [[nodiscard]] LogFormat format() const { return format_; }

    /// `event` is a short sentence for people; `fields` carry what programs search for.
    void write(LogLevel level, std::string_view event, std::span<const LogField> fields);
    void write(LogLevel level, std::string_view event,
               std::initializer_list<LogField> fields = {}) {
        write(level, event, std::span<const LogField>(fields.begin(), fields.size()));
    }

    /// A block of finished lines, each with its newline; used by the access log, which batches.
    /// `lines` says how many, for the count of dropped ones.
    void write_lines(std::string_view block, std::uint64_t lines);

    /// Lines lost because the queue was full, or the descriptor could not be written to.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct Queue;
    LogLevel level_;
    LogFormat format_;
    std::unique_ptr<Queue> queue_;
};

/// Appends `2026-01-02T03:04:05.678Z`, the present time.
void append_timestamp(std::string& out);

/// The three below write any bytes as valid UTF-8 that no terminal obeys: each byte that is not
/// UTF-8 becomes U+FFFD, and control characters, ends of lines (U+2028 too), direction marks and
/// byte order marks are escaped as `\u001b`.

/// Appends text as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

/// Appends a log line's value for the text format: bare if it has no space, quote, `=`, backslash
/// or anything to escape, else quoted as in JSON.
void append_text_value(std::string& out, std::string_view text);

/// Appends a log line's event for the text format: never quoted, spaces stay.
void append_text_event(std::string& out, std::string_view text);

}  // namespace aggregator::base
