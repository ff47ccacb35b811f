// One request and its answer in HTTP/1.1, over a wire without a descriptor.
#include "net/http1_exchange.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/fake_wire.hpp"

using namespace aggregator;

using base::Code;
using http::Piece;
using net::Http1Exchange;
using net::Pool;
using testing::Line;

namespace {

constexpr std::string_view kTrue = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";

/// A streamed request body: a test sends its pieces itself.
struct SentBody final : http::BodyStream {
    explicit SentBody(std::optional<std::uint64_t> length) : declared(length) {}
    http::Result<Piece> next() override { return Piece{}; }
    void wake_with(std::function<void()>) override {}
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return declared; }

    std::optional<std::uint64_t> declared;
};

/// Writes down what an exchange reports, and lets a test choose what it does then.
class Diary final : public net::ClientCodecUser {
public:
    void on_open() override { note("open"); }
    void on_drained() override { ++drained; }
    void on_continue() override { note("continue"); }
    bool on_head(const net::AnswerHead& head, const http::Result<Piece>& first) override {
        answer = head;
        note("head " + std::to_string(head.status) + (first ? show(*first) : code_of(first)));
        return first && first->state != Piece::State::End && at_head();
    }
    bool on_body(const Piece& piece) override {
        note("body" + show(piece));
        return piece.state != Piece::State::End;
    }
    void on_more() override { note("more"); }
    void on_held() override { note("held"); }
    void on_lost(const base::Error& error) override {
        note("lost " + std::string(base::row(error.code).name));
        at_loss();
    }
    void on_broken(const base::Error& error) override {
        note("broken " + std::string(base::row(error.code).name));
    }

    /// What has been written since the last time.
    std::vector<std::string> read() { return std::exchange(notes_, {}); }

    net::AnswerHead answer;
    int drained = 0;
    std::function<bool()> at_head = [] { return true; };
    std::function<void()> at_loss = [] {};

private:
    static std::string show(const Piece& piece) {
        return ' ' + std::string(piece.bytes) + (piece.state == Piece::State::End ? " end" : "");
    }
    static std::string code_of(const http::Result<Piece>& piece) {
        return ' ' + std::string(base::row(piece.error().code).name);
    }
    void note(const std::string& text) { notes_.push_back(text); }

    std::vector<std::string> notes_;
};

using Notes = std::vector<std::string>;

/// An exchange and the backend that it talks to.
struct Talk {
    Talk() {
        loop.nothing_percent = 0;
        loop.connects = [this](const std::string&, std::uint16_t) {
            line = std::make_shared<Line>(loop, testing::LineNature{}, Line::Start::Connecting);
            ++connections;
            return line;
        };
        open();
    }
    ~Talk() {
        exchange.reset();
        pools.close_idle();
        loop.settle();
        CHECK(loop.violations.empty());
        ::close(nowhere);
    }
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;

    /// Begins on a fresh connection, and waits until it is there.
    void open() {
        REQUIRE_FALSE(exchange->begin(pool, Pool::Wanted::Fresh, nullptr));
        loop.settle();
        REQUIRE(diary.read() == Notes{"open"});
    }
    void send(const http::Request& request, std::string_view begun = {}) {
        exchange->send({.request = request, .authority = "b.test", .prefix = {}, .begun = begun});
        loop.settle();
    }
    void ask(std::string_view method = "GET") {
        http::Request request;
        request.method = method;
        request.target = "/t";
        send(request);
    }
    http::Request streamed(SentBody& source) {
        http::Request request;
        request.method = "POST";
        request.target = "/t";
        request.stream = &source;
        return request;
    }
    /// The backend says this at once; what came of it.
    Notes say(std::string_view bytes) {
        line->say(bytes);
        loop.settle();
        return diary.read();
    }
    Notes hang_up() {
        line->end();
        loop.settle();
        return diary.read();
    }
    /// All that the backend has heard.
    std::string hear() {
        loop.settle();
        return line->hear();
    }
    /// Of that, what is behind the head.
    std::string heard_body() {
        const std::string heard = hear();
        const auto end = heard.find("\r\n\r\n");
        REQUIRE(end != std::string::npos);
        return heard.substr(end + 4);
    }
    /// Whether the connection was kept.
    bool finish() {
        exchange->finish();
        CHECK_FALSE(exchange->is_live());
        loop.settle();
        return pools.idle() == 1;
    }

    int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    int connections = 0;
    testing::FakeWireLoop loop{1};
    base::Log log{{.level = base::LogLevel::Error, .descriptor = nowhere}};
    base::Counters counters;
    net::Resolver resolver{1};
    net::NameCache names{resolver, loop, std::chrono::seconds(30)};
    net::Pools pools{{loop, names, counters, log}, {}};
    Pool& pool = pools.hold({.name = "192.0.2.7", .authority = "b.test", .prefix = {}}, "test");
    Diary diary;
    std::shared_ptr<Line> line;
    std::unique_ptr<Http1Exchange> exchange = std::make_unique<Http1Exchange>(pools, diary);
};

}  // namespace

TEST_CASE_FIXTURE(Talk, "http1 exchange: an answer that is there at once is handed out once") {
    ask();
    CHECK(hear() == "GET /t HTTP/1.1\r\nHost: b.test\r\n\r\n");
    CHECK(say(kTrue) == Notes{"head 200 true end"});
    CHECK(diary.answer.length == 4);
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: of a head that drips in, no byte is lost") {
    ask();
    const std::string_view head = kTrue.substr(0, kTrue.size() - 4);
    std::size_t held = 0;
    for (const char byte : head.substr(0, head.size() - 1)) {
        REQUIRE(say({&byte, 1}) == Notes{"held"});
        REQUIRE(exchange->held_bytes() == ++held);
    }
    CHECK(say("\n") == Notes{"head 200 "});
    CHECK(exchange->held_bytes() == 0);
    CHECK(say("tr") == Notes{"body tr"});
    CHECK(say("ue") == Notes{"body ue end"});
    CHECK(diary.answer.fields.front().name == "Content-Length");
    CHECK(diary.answer.fields.front().value == "4");
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a head stays valid while its body is read") {
    ask();
    CHECK(say("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n") == Notes{"head 200 "});
    const std::string body(200, 'x');
    CHECK(say(body) == Notes{"body " + body + " end"});
    CHECK(diary.answer.fields.front().name == "Content-Length");
    CHECK(diary.answer.fields.front().value == "200");
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: of a half head nothing is left for the next exchange") {
    ask();
    CHECK(say("HTTP/1.1 200 OK\r\nX: ") == Notes{"held"});
    exchange->cancel();
    open();
    CHECK(exchange->held_bytes() == 0);
    ask();
    CHECK(say(kTrue) == Notes{"head 200 true end"});
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: chunks that come together are one piece") {
    ask();
    CHECK(say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n") ==
          Notes{"head 200 ab"});
    CHECK_FALSE(diary.answer.length);
    CHECK(say("1\r\nc\r\n1\r\nd\r\n0\r\n\r\n") == Notes{"body cd end"});
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: interim answers are dropped, and one wants the body") {
    ask();
    CHECK(say("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" +
              std::string(kTrue)) == Notes{"continue", "head 200 true end"});
    CHECK(diary.answer.fields.size() == 1);
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: more than sixteen interim answers are too many") {
    ask();
    for (int i = 0; i < 16; ++i) {
        REQUIRE(say("HTTP/1.1 102 Processing\r\n\r\n") == Notes{"held"});
        REQUIRE(exchange->held_bytes() == 0);
    }
    CHECK(say("HTTP/1.1 102 Processing\r\n\r\n") == Notes{"lost bad_response"});
    exchange->cancel();
    open();
    ask();
    CHECK(say("HTTP/1.1 102 Processing\r\n\r\n") == Notes{"held"});  // counted for each exchange
    CHECK(say(kTrue) == Notes{"head 200 true end"});
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: protocols are not switched") {
    ask();
    CHECK(say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") ==
          Notes{"lost bad_response"});
    CHECK(exchange->is_live());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: an answer to HEAD has no body, whatever comes before it") {
    ask("HEAD");
    CHECK(say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n") == Notes{"head 200  end"});
    REQUIRE(finish());
    REQUIRE(exchange->begin(pool, Pool::Wanted::Any, nullptr));
    ask("HEAD");
    CHECK(say("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n") ==
          Notes{"head 200  end"});
    CHECK(finish());
    REQUIRE(exchange->begin(pool, Pool::Wanted::Any, nullptr));
    ask("GET");
    CHECK(say(kTrue) == Notes{"head 200 true end"});
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a malformed body is known with its head, or is a loss") {
    ask();
    CHECK(say("HTTP/1.1 203 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n") ==
          Notes{"head 203 bad_response"});
    exchange->cancel();
    open();
    ask();
    CHECK(say("HTTP/1.1 203 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na") ==
          Notes{"head 203 a"});
    CHECK(say("\r\nx\r\n") == Notes{"lost bad_response"});
    CHECK(diary.answer.fields.front().value == "chunked");
    CHECK_FALSE(exchange->is_untouched());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a body without a length ends with its connection") {
    ask();
    CHECK(say("HTTP/1.1 200 OK\r\n\r\ntr") == Notes{"head 200 tr"});
    CHECK(say("ue") == Notes{"body ue"});
    CHECK(hang_up() == Notes{"body  end"});
    CHECK_FALSE(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a connection that ends too early is a loss") {
    ask();
    CHECK(say(kTrue.substr(0, kTrue.size() - 1)) == Notes{"head 200 tru"});
    CHECK(hang_up() == Notes{"lost closed"});
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: only a kept connection that said nothing is untouched") {
    ask();
    CHECK(say(kTrue) == Notes{"head 200 true end"});
    REQUIRE(finish());
    REQUIRE(exchange->begin(pool, Pool::Wanted::Any, nullptr));
    CHECK(connections == 1);
    ask();
    bool untouched = false;
    diary.at_loss = [&] { untouched = exchange->is_untouched(); };
    CHECK(hang_up() == Notes{"lost closed"});
    CHECK(untouched);
    exchange->cancel();
    open();
    ask();
    CHECK(hang_up() == Notes{"lost closed"});
    CHECK_FALSE(untouched);
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: another may begin from within the report of a loss") {
    ask();
    diary.at_loss = [&] {
        exchange->cancel();
        (void)exchange->begin(pool, Pool::Wanted::Fresh, nullptr);
    };
    CHECK(say("HTTP/1.1 nonsense\r\n\r\n") == Notes{"lost bad_response", "open"});
    CHECK(connections == 2);
    ask();
    CHECK(say(kTrue) == Notes{"head 200 true end"});
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: the report of a head may destroy it") {
    ask();
    diary.at_head = [&] {
        exchange.reset();
        return false;
    };
    CHECK(say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntr") == Notes{"head 200 tr"});
    CHECK(line->left());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: bytes behind an answer end its connection") {
    ask();
    CHECK(say(std::string(kTrue) + "HTTP/1.1 200 OK") == Notes{"head 200 true end"});
    CHECK_FALSE(finish());
    CHECK(line->left());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: an answer that says so ends its connection") {
    ask();
    CHECK(say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ntrue") ==
          Notes{"head 200 true end"});
    CHECK_FALSE(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: what has not come to its end is not kept") {
    ask();
    CHECK(say(kTrue.substr(0, kTrue.size() - 1)) == Notes{"head 200 tru"});
    CHECK_FALSE(finish());
    open();
    SentBody source(std::nullopt);
    send(streamed(source));
    CHECK(say(kTrue) == Notes{"head 200 true end"});
    CHECK_FALSE(finish());  // its request's body was not sent to the end
    open();
    ask();
    CHECK(say(kTrue) == Notes{"head 200 true end"});
    exchange->cancel();
    CHECK(pools.idle() == 0);
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a body of unknown length is sent in chunks") {
    SentBody source(std::nullopt);
    send(streamed(source), "begun");
    CHECK(heard_body() == "5\r\nbegun\r\n");
    exchange->send_piece("more");
    CHECK(hear() == "4\r\nmore\r\n");
    exchange->send_end();
    CHECK(hear() == "0\r\n\r\n");
    CHECK(say(kTrue) == Notes{"head 200 true end"});
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a body of a known length is sent as it is") {
    SentBody source(8);
    send(streamed(source));
    exchange->send_piece("true");
    exchange->send_piece("true");
    exchange->send_end();
    const std::string heard = hear();
    CHECK(heard.find("Content-Length: 8\r\n") != std::string::npos);
    CHECK(heard.ends_with("\r\n\r\ntruetrue"));
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a body in memory follows its head, long or short") {
    for (const std::size_t bytes : {1u, 4096u, 4097u, 32768u}) {
        const std::string body(bytes, 'x');
        http::Request request;
        request.method = "PUT";
        request.target = "/t";
        request.body = body;
        send(request);
        CHECK(heard_body() == body);
        REQUIRE(say(kTrue) == Notes{"head 200 true end"});
        REQUIRE(finish());
        REQUIRE(exchange->begin(pool, Pool::Wanted::Any, nullptr));
    }
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a POST without a body says so, a GET does not") {
    ask("POST");
    CHECK(hear().find("Content-Length: 0\r\n") != std::string::npos);
    exchange->cancel();
    open();
    ask("GET");
    CHECK(hear().find("Content-Length") == std::string::npos);
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a backend that takes no more is waited for") {
    SentBody source(1u << 20);
    send(streamed(source));
    while (!exchange->is_sending()) {
        exchange->send_piece(std::string(1u << 14, 'x'));
    }
    CHECK(diary.drained == 0);
    while (line->audible() > 0) {
        (void)hear();
    }
    loop.settle();
    CHECK_FALSE(exchange->is_sending());
    CHECK(diary.drained == 1);
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a streamed answer is read when it is asked for") {
    ask();
    diary.at_head = [&] {
        exchange->stream_rest();
        return false;
    };
    CHECK(say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nt") == Notes{"head 200 t"});
    CHECK(exchange->next_piece()->state == Piece::State::Wait);
    CHECK(say("ru") == Notes{"more"});
    CHECK(line->unread() == 2);
    const auto more = exchange->next_piece();
    REQUIRE(more);
    CHECK(more->bytes == "ru");
    CHECK(more->state == Piece::State::More);
    CHECK(say("e") == Notes{"more"});
    const auto last = exchange->next_piece();
    REQUIRE(last);
    CHECK(last->bytes == "e");
    CHECK(last->state == Piece::State::End);
    CHECK(finish());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a streamed answer that is cut says why") {
    ask();
    diary.at_head = [&] {
        exchange->stream_rest();
        return false;
    };
    CHECK(say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nt") == Notes{"head 200 t"});
    CHECK(hang_up() == Notes{"more"});
    const auto cut = exchange->next_piece();
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Code::Closed);
    CHECK_FALSE(finish());
    open();
    ask();
    CHECK(say(kTrue) == Notes{"head 200 true end"});  // this one is not streamed
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a request that is broken off is reported later") {
    SentBody source(std::nullopt);
    send(streamed(source));
    exchange->break_off({Code::ClientClosed, "the client left"});
    CHECK(diary.read().empty());
    loop.settle();
    CHECK(diary.read() == Notes{"broken " + std::string(base::row(Code::ClientClosed).name)});
    CHECK_FALSE(exchange->is_live());
}

TEST_CASE_FIXTURE(Talk, "http1 exchange: a connection that cannot be made is reported") {
    exchange->cancel();
    loop.connects = [](const std::string&, std::uint16_t) { return nullptr; };
    REQUIRE_FALSE(exchange->begin(pool, Pool::Wanted::Any, nullptr));
    CHECK(exchange->is_live());
    loop.settle();
    CHECK(diary.read() == Notes{"broken connect"});
    CHECK_FALSE(exchange->is_live());
}
