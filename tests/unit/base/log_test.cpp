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
        log.write(LogLevel::Info, "something happened", {{"path", "/a b"}, {"count", "3", false}});
    }
    const auto text = pipe.read();
    CHECK(text.find("Z info something happened path=\"/a b\" count=3\n") != std::string::npos);
}

TEST_CASE("log: a JSON line escapes what JSON cannot hold") {
    const Pipe pipe;
    {
        Log log({.format = LogFormat::Json, .descriptor = pipe.writer()});
        log.write(LogLevel::Error, "a \"quote\"", {{"byte", "\x01"}, {"count", "3", false}});
    }
    const auto text = pipe.read();
    CHECK(text.find(R"("level":"error","event":"a \"quote\"","byte":"\u0001","count":3})") !=
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
