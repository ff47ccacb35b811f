// Kept connections to a backend, and what may come on them besides the answer that was asked for.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include "unit/net/world.hpp"

using namespace aggregator;
using net::test::World;

namespace {

constexpr std::string_view kTrueAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";
constexpr std::string_view kForged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";

/// A World with a backend whose bytes are there before the loop's next turn.
struct Talking : World {
    Talking() {
        listener.bind({"127.0.0.1", 0});
        listener.listen(8);
        port = listener.address().port();
    }
    /// On the connection that came last.
    void say(std::string_view bytes) {
        if (listener.poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ)) {
            backend.emplace(listener.acceptConnection());
            ++connections;
        }
        REQUIRE(backend);
        REQUIRE(backend->sendBytes(bytes.data(), static_cast<int>(bytes.size())) ==
                static_cast<int>(bytes.size()));
    }
    /// What a GET is answered with if the backend says this to it.
    std::string answer_to(net::Client& client, std::string_view said) {
        http::Request request;
        request.method = "GET";
        request.target = "/t";
        std::string outcome;
        bool over = false;
        auto call = client.call(request, [&](http::Result<http::Response> answer) {
            outcome = answer ? std::string(answer->body)
                             : std::string(base::row(answer.error().code).name);
            over = true;
        });
        say(said);
        run_until([&] { return over; });
        return outcome;
    }

    Poco::Net::ServerSocket listener;
    std::optional<Poco::Net::StreamSocket> backend;
    int connections = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Talking, "upstream: what follows an answer without a body is no answer") {
    net::Client client(pools, {origin()}, {}, "test");
    CHECK(answer_to(client, "HTTP/1.1 204 No Content\r\n\r\n").empty());
    CHECK(pools.idle() == 1);
    say(kForged);  // no turn of the loop sees it before the next request
    CHECK(answer_to(client, kTrueAnswer) == "true");
    CHECK(connections == 2);
}

TEST_CASE_FIXTURE(Talking, "upstream: what follows an answer that fills a read is no answer") {
    net::Client client(pools, {origin()}, {}, "test");
    constexpr std::size_t kDigits = 5;
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    const std::string end = "\r\n\r\n";
    const std::size_t room = loop.scratch().size();
    const std::string body(room - head.size() - kDigits - end.size(), 'x');
    const std::string answer = head + std::to_string(body.size()) + end + body;
    REQUIRE(answer.size() == room);
    CHECK(answer_to(client, answer + std::string(kForged)) == body);
    CHECK(pools.idle() == 0);
    CHECK(answer_to(client, kTrueAnswer) == "true");
    CHECK(connections == 2);
}
