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
