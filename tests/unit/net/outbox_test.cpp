#include "net/outbox.hpp"
#include "net/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace aggregator::net::tests {
namespace {

/// A socket with little room, and the end that reads from it.
struct Line {
    EventLoop loop;
    std::array<int, 2> ends{};
    std::unique_ptr<Socket> socket;

    Line() {
        const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        constexpr int kRoom = 4096;
        REQUIRE(::setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &kRoom, sizeof kRoom) == 0);
        REQUIRE(::bind(listener, generic, size) == 0);
        REQUIRE(::listen(listener, 1) == 0);
        REQUIRE(::getsockname(listener, generic, &size) == 0);
        ends[1] = ::socket(AF_INET, SOCK_STREAM, 0);
        REQUIRE(::setsockopt(ends[1], SOL_SOCKET, SO_RCVBUF, &kRoom, sizeof kRoom) == 0);
        REQUIRE(::connect(ends[1], generic, size) == 0);
        ends[0] = ::accept(listener, nullptr, nullptr);
        REQUIRE(ends[0] >= 0);
        ::close(listener);
        socket = std::make_unique<Socket>(loop, ends[0]);
    }
    ~Line() { ::close(ends[1]); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    /// Sends the rest; what has arrived, of that many bytes.
    [[nodiscard]] std::string finish(Outbox& out, std::size_t size) const {
        std::string all;
        std::array<char, 1000> room;
        while (all.size() < size || !out.empty()) {
            REQUIRE(out.flush(*socket));
            const auto count = ::recv(ends[1], room.data(), room.size(), 0);
            REQUIRE(count > 0);
            all.append(room.data(), static_cast<std::size_t>(count));
        }
        return all;
    }
};

/// Of that length; its places differ.
std::string text_of(std::size_t size, char first) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += static_cast<char>(first + static_cast<char>(i % 23));
    }
    return text;
}

/// Sends both, whose memory is gone before the rest is read, and returns what arrives.
std::string passed(std::size_t head_size, std::size_t body_size) {
    Line line;
    Outbox out;
    {
        const auto head = std::make_unique<std::string>(text_of(head_size, 'A'));
        const auto body = std::make_unique<std::string>(text_of(body_size, 'a'));
        REQUIRE(out.send_both(*line.socket, *head, *body));
        CHECK(out.empty() == (head_size + body_size < 50'000));
    }
    return line.finish(out, head_size + body_size);
}

}  // namespace

TEST_CASE("outbox: two texts arrive whole and in order wherever the socket stops taking them") {
    for (const std::size_t head : {0u, 1u, 200u, 100'000u}) {
        for (const std::size_t body : {0u, 1u, 5'000u, 100'000u}) {
            CAPTURE(head);
            CAPTURE(body);
            CHECK(passed(head, body) == text_of(head, 'A') + text_of(body, 'a'));
        }
    }
}

TEST_CASE("outbox: what comes behind bytes that wait is sent behind them") {
    Line line;
    Outbox out;
    const std::string first = text_of(50'000, 'a');
    REQUIRE(out.send(*line.socket, first));
    REQUIRE_FALSE(out.empty());
    REQUIRE(out.send_both(*line.socket, "head", "body"));
    CHECK(line.finish(out, first.size() + 8) == first + "headbody");
}

TEST_CASE("outbox: two texts for a peer that has gone are a broken connection") {
    Line line;
    Outbox out;
    constexpr linger kReset{.l_onoff = 1, .l_linger = 0};
    REQUIRE(::setsockopt(line.ends[1], SOL_SOCKET, SO_LINGER, &kReset, sizeof kReset) == 0);
    ::close(line.ends[1]);
    line.ends[1] = -1;
    CHECK_FALSE(out.send_both(*line.socket, "head", "body"));
}

}  // namespace aggregator::net::tests
