#include <aggregator/base/log.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/log_fields.hpp>

namespace aggregator::base {
namespace {

// After each block the writer rests, so that a flood of lines wakes it seldom: on a busy processor
// every waking interrupts a worker.
constexpr auto kRest = std::chrono::milliseconds(10);

// How often a writer that waits for a reader looks whether the program ends, and how long it waits
// for one then.
constexpr auto kLook = std::chrono::milliseconds(50);
constexpr auto kLastWait = std::chrono::milliseconds(500);

constexpr std::array<std::string_view, 4> kLevels{"error", "warning", "info", "debug"};

std::string_view level_name(LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

/// Where the lines go. A reader that has stopped reading never keeps the writing thread for longer
/// than a look at `ending`.
class Sink {
public:
    explicit Sink(int descriptor) : descriptor_(descriptor) {
        struct stat status {};
        regular_ = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    }

    /// Waits while nobody reads, but no longer than kLastWait once `ending` is true. Returns what
    /// could not be written.
    [[nodiscard]] std::string_view write(std::string_view bytes, const std::atomic<bool>& ending) {
        while (!bytes.empty() && wait_for_room(ending)) {
            // No more than what a pipe that has room takes without blocking.
            const std::size_t size =
                regular_ ? bytes.size() : std::min<std::size_t>(bytes.size(), PIPE_BUF);
            const auto written = ::write(descriptor_, bytes.data(), size);
            if (written > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR && errno != EAGAIN) {
                break;
            }
        }
        return bytes;
    }

private:
    [[nodiscard]] bool wait_for_room(const std::atomic<bool>& ending) {
        using Clock = std::chrono::steady_clock;
        while (!regular_) {
            if (ending && give_up_ == Clock::time_point::max()) {
                give_up_ = Clock::now() + kLastWait;
            }
            const bool late = Clock::now() >= give_up_;
            pollfd asked{.fd = descriptor_, .events = POLLOUT, .revents = 0};
            if (::poll(&asked, 1, late ? 0 : static_cast<int>(kLook.count())) > 0) {
                return true;
            }
            if (late) {
                return false;
            }
        }
        return true;
    }

    int descriptor_;
    bool regular_ = false;
    std::chrono::steady_clock::time_point give_up_ = std::chrono::steady_clock::time_point::max();
};

std::string json_line(LogLevel level, std::string_view event, std::span<const LogField> fields) {
    std::string line = "{\"time\":\"";
    append_timestamp(line);
    line.append("\",\"level\":\"").append(level_name(level)).append("\",\"event\":");
    append_json_string(line, event);
    for (const auto& field : fields) {
        line += ',';
        append_json_string(line, field.name);
        line += ':';
        if (field.quoted) {
            append_json_string(line, field.text);
        } else {
            line.append(field.text);
        }
    }
    line += "}\n";
    return line;
}

std::string text_line(LogLevel level, std::string_view event, std::span<const LogField> fields) {
    std::string line;
    append_timestamp(line);
    line.append(" ").append(level_name(level)).append(" ");
    append_text_event(line, event);
    for (const auto& field : fields) {
        line.append(" ").append(field.name).append("=");
        append_text_value(line, field.text);
    }
    line += '\n';
    return line;
}

std::string line_of(LogFormat format, LogLevel level, std::string_view event,
                    std::span<const LogField> fields) {
    return format == LogFormat::Json ? json_line(level, event, fields)
                                     : text_line(level, event, fields);
}

}  // namespace

/// What the callers and the writing thread share.
struct Log::Queue {
    explicit Queue(const Options& options)
        : sink(options.descriptor),
          format(options.format),
          bytes_max(options.queue_bytes_max),
          writer([this] { run(); }) {}

    ~Queue() {
        {
            const std::lock_guard lock(mutex);
            ending = true;
        }
        filled.notify_one();
        closing.notify_one();
        writer.join();
    }

    void push(std::string_view block, std::uint64_t lines) {
        {
            const std::lock_guard lock(mutex);
            if (pending.size() + block.size() > bytes_max) {
                lost += lines;
                return;
            }
            pending.append(block);
        }
        filled.notify_one();
    }

    void run() {
        std::string block;
        std::uint64_t told = 0;
        std::unique_lock lock(mutex);
        while (!ending || !pending.empty()) {
            filled.wait(lock, [this] { return ending.load() || !pending.empty(); });
            block.swap(pending);
            const std::uint64_t losses = lost;
            lock.unlock();
            if (losses != told) {
                const std::string dropped = std::to_string(losses - told);
                const LogField fields[] = {{"dropped", dropped, false}};
                block += line_of(format, LogLevel::Warning, "log lines were dropped", fields);
                told = losses;
            }
            const std::string_view unwritten = sink.write(block, ending);
            const auto lines = std::count(unwritten.begin(), unwritten.end(), '\n');
            block.clear();
            lock.lock();
            lost += static_cast<std::uint64_t>(lines);
            closing.wait_for(lock, kRest, [this] { return ending.load(); });
        }
    }

    Sink sink;
    LogFormat format;
    std::size_t bytes_max;
    std::mutex mutex;
    std::condition_variable filled;
    std::condition_variable closing;
    std::string pending;
    std::uint64_t lost = 0;
    std::atomic<bool> ending = false;  // changed under the lock; the sink looks without it
    std::thread writer;                // last: it uses all of the above
};

Log::Log(Options options)
    : level_(options.level), format_(options.format), queue_(std::make_unique<Queue>(options)) {}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
    for (const LogField& field : fields) {
        AGG_ASSERT(find_log_field(field.name) != nullptr);
    }
    if (!enabled(level)) {
        return;
    }
    queue_->push(line_of(format_, level, event, fields), 1);
}

void Log::write_lines(std::string_view block, std::uint64_t lines) { queue_->push(block, lines); }

std::uint64_t Log::dropped() const {
    const std::lock_guard lock(queue_->mutex);
    return queue_->lost;
}

}  // namespace aggregator::base
