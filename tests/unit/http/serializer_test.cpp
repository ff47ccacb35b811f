#include <doctest/doctest.h>

#include <array>
#include <string>

#include <aggregator/http/serializer.hpp>

using namespace aggregator::http;

TEST_CASE("serializer: a request's head has its host, fields and framing") {
    const std::array<Field, 1> fields{{{"X-A", "1"}}};
    Request request;
    request.method = "POST";
    request.target = "/t?q=1";
    request.headers = fields;
    std::string out;
    append_request_head(out, request, {.authority = "h:81", .prefix = "/p"},
                        {Framing::Kind::Length, 3});
    CHECK(out == "POST /p/t?q=1 HTTP/1.1\r\nHost: h:81\r\nX-A: 1\r\nContent-Length: 3\r\n\r\n");
    out.clear();
    append_request_head(out, request, {.authority = "h", .prefix = "", .close = true},
                        {Framing::Kind::Chunked, 0});
    CHECK(out ==
          "POST /t?q=1 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\nConnection: "
          "close\r\n\r\n");
}

TEST_CASE("serializer: a reply's head leaves out the framing of others and dates itself once") {
    const std::array<Field, 5> fields{{{"content-length", "99"},
                                       {"Transfer-Encoding", "chunked"},
                                       {"CONNECTION", "close"},
                                       {"date", "theirs"},
                                       {"X-A", "1"}}};
    std::string out;
    append_reply_head(
        out,
        {.status = 404, .fields = fields, .framing = {Framing::Kind::Length, 2}, .date = "ours"});
    CHECK(out == "HTTP/1.1 404 Not Found\r\ndate: theirs\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n");
    out.clear();
    append_reply_head(out, {.status = 200, .framing = {Framing::Kind::Chunked, 0}, .date = "ours"});
    CHECK(out == "HTTP/1.1 200 OK\r\nDate: ours\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST_CASE("serializer: an unknown status has an empty reason") {
    std::string out;
    append_reply_head(out, {.status = 799, .connection = ReplyHead::Connection::Close});
    CHECK(out == "HTTP/1.1 799 \r\nConnection: close\r\n\r\n");
}

TEST_CASE("serializer: chunks are framed in hexadecimal") {
    std::string out;
    append_chunk(out, std::string(26, 'x'));
    CHECK(out == "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST_CASE("serializer: dates are IMF-fixdates") {
    CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("serializer: a request whose body waits for it says so") {
    Request request;
    request.method = "PUT";
    request.target = "/";
    std::string out;
    append_request_head(out, request, {.authority = "h", .expect_continue = true},
                        {Framing::Kind::Length, 1});
    CHECK(out == "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
}

TEST_CASE("serializer: a head has room for parts of any length") {
    const std::string word(9000, 'w');
    const std::array<Field, 1> fields{{{word, word}}};
    Request request;
    request.method = word;
    request.target = word;
    request.headers = fields;
    std::string out = "before ";
    append_request_head(out, request, {.authority = word, .prefix = word}, {});
    CHECK(out == "before " + word + " " + word + word + " HTTP/1.1\r\nHost: " + word + "\r\n" +
                     word + ": " + word + "\r\n\r\n");
    out.clear();
    append_reply_head(out, {.status = 431, .fields = fields, .date = word});
    CHECK(out == "HTTP/1.1 431 Request Header Fields Too Large\r\n" + word + ": " + word +
                     "\r\nDate: " + word + "\r\n\r\n");
}

TEST_CASE("serializer: a reply says that its connection stays where the client would not know") {
    std::string out;
    append_reply_head(out, {.connection = ReplyHead::Connection::KeepAlive});
    CHECK(out == "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
}
