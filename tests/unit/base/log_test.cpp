#include <doctest/doctest.h>

#include <array>
#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <aggregator/base/log.hpp>

using namespace aggregator::base;

namespace {

/// The bytes that a log wrote, read after it was destroyed.
class Pipe {
public:
    Pipe() { REQUIRE(::pipe(ends_.data()) == 0); }
    ~Pipe() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    [[nodiscard]] int writer() const { return ends_[1]; }
    [[nodiscard]] std::string read() const {
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        std::string text(65536, '\0');
        const auto size = ::read(ends_[0], text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

private:
    std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("log: a text line has its level, event and fields, quoted where needed") {
    const Pipe pipe;
    {
        Log log({.descriptor = pipe.writer()});
        log.write(LogLevel::Info, "something happened", {{"path", "/a b"}, {"copies", "3", false}});
    }
    const auto text = pipe.read();
    CHECK(text.find("Z info something happened path=\"/a b\" copies=3\n") != std::string::npos);
}

TEST_CASE("log: a JSON line escapes what JSON cannot hold") {
    const Pipe pipe;
    {
        Log log({.format = LogFormat::Json, .descriptor = pipe.writer()});
        log.write(LogLevel::Error, "a \"quote\"", {{"detail", "\x01"}, {"copies", "3", false}});
    }
    const auto text = pipe.read();
    CHECK(text.find(R"("level":"error","event":"a \"quote\"","detail":"\u0001","copies":3})") !=
          std::string::npos);
}

TEST_CASE("log: lines above the level are not written") {
    const Pipe pipe;
    {
        Log log({.level = LogLevel::Warning, .descriptor = pipe.writer()});
        log.write(LogLevel::Info, "quiet");
        log.write(LogLevel::Warning, "loud");
    }
    const auto text = pipe.read();
    CHECK(text.find("quiet") == std::string::npos);
    CHECK(text.find("loud") != std::string::npos);
}

TEST_CASE("log: a full queue drops lines and counts them") {
    const Pipe pipe;
    Log log({.descriptor = pipe.writer(), .queue_bytes_max = 10});
    log.write_lines("twelve bytes\n", 3);
    CHECK(log.dropped() == 3);
}

TEST_CASE("log: a pipe that nobody reads keeps neither a caller nor the end") {
    const Pipe pipe;
    std::string many;
    for (int i = 0; i < 20000; ++i) {
        many += "one of many lines\n";
    }
    {
        Log log({.descriptor = pipe.writer()});
        log.write_lines(many, 20000);
        log.write(LogLevel::Info, "behind them");
    }
    CHECK(pipe.read().starts_with("one of many lines\n"));
}

TEST_CASE("log: lines that the descriptor does not take are counted as lost") {
    Log log({.descriptor = 99999});
    log.write_lines("a\nb\nc\n", 3);
    while (log.dropped() < 3) {
        std::this_thread::yield();
    }
    CHECK(log.dropped() == 3);
}

TEST_CASE("log: what is not UTF-8, and what a terminal would obey, is written as something else") {
    const auto shown = [](std::string_view text) {
        std::string out;
        append_json_string(out, text);
        return out;
    };
    CHECK(shown("caf\xC3\xA9 \xF0\x9F\x98\x80") == "\"caf\xC3\xA9 \xF0\x9F\x98\x80\"");
    CHECK(shown("a\xFF\x80z") == "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
    CHECK(shown("\xC3") == "\"\xEF\xBF\xBD\"");
    CHECK(shown("\x1b[2J\x7f\n") == R"("\u001b[2J\u007f\u000a")");
    CHECK(shown("\xC2\x9B\xC2\xA0") == "\"\\u009b\xC2\xA0\"");
    CHECK(shown("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE\xEF\xBB\xBF") ==
          R"("\u2028\u2029\u202e\ufeff")");
}

TEST_CASE("log: a text value is bare only if it is sound and needs no escape") {
    const auto shown = [](std::string_view text) {
        std::string out;
        append_text_value(out, text);
        return out;
    };
    CHECK(shown("/caf\xC3\xA9") == "/caf\xC3\xA9");
    CHECK(shown("/\xFF") == "\"/\xEF\xBF\xBD\"");
    CHECK(shown("\xE2\x80\xA8") == R"("\u2028")");
    CHECK(shown("") == R"("")");
}

TEST_CASE("log: an event of several lines is one line of text") {
    const Pipe pipe;
    {
        Log log({.descriptor = pipe.writer()});
        log.write(LogLevel::Info, "one\ntwo \x1b[0m \"q\" \xFF");
    }
    CHECK(pipe.read().find("info one\\u000atwo \\u001b[0m \"q\" \xEF\xBF\xBD\n") !=
          std::string::npos);
}

TEST_CASE("log: lost lines are reported in the format of the others") {
    const Pipe pipe;
    {
        Log log({.format = LogFormat::Json, .descriptor = pipe.writer(), .queue_bytes_max = 100});
        log.write_lines(std::string(200, 'x'), 7);
        log.write(LogLevel::Info, "short");
    }
    const auto text = pipe.read();
    CHECK(text.find(R"("event":"log lines were dropped","dropped":7})") != std::string::npos);
}
