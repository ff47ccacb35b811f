#include "messages.hpp"

#include <memory>

namespace messages {
namespace {

using aggregator::http::Field;
using Role = Parser::Role;

const std::string kPost = "POST /p?q=1 HTTP/1.1\r\nHost: a\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\n";
const std::string kOkChunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";

void add(std::vector<Example>& all, Example one) {
    one.name += " #" + std::to_string(all.size());
    all.push_back(std::move(one));
}

void add_heads_of_requests(std::vector<Example>& all) {
    const auto good = [&all](const char* name, const std::string& bytes) {
        add(all, {.name = name, .bytes = bytes});
    };
    const auto bad = [&all](const char* name, const std::string& bytes,
                            Code code = Code::BadRequest) {
        add(all, {.name = name, .bytes = bytes, .refusal = code});
    };
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
    good("a request", get + "\r\n");
    good("values", get + "X-Empty:\r\nX-Trim:  v \t w \t\r\nX: \xC3\xA4\r\n\r\n");
    good("an empty line in front", "\r\n" + get + "\r\n");
    good("two empty lines in front", "\r\n\r\n" + get + "\r\n");
    good("version 1.0", "GET / HTTP/1.0\r\n\r\n");
    good("version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n");
    good("version 1.9", "GET / HTTP/1.9\r\nHost: a\r\n\r\n");
    good("all token characters", "G!#$%&'*+-.^_`|~9 / HTTP/1.1\r\nHost: a\r\nx!#_9: 1\r\n\r\n");
    bad("17 empty lines", std::string("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n") +
                              "\r\n\r\n\r\n" + get + "\r\n");
    bad("a bare line feed in front", "\n" + get + "\r\n");
    bad("a bare carriage return in front", "\r" + get + "\r\n");
    bad("version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", Code::UnsupportedVersion);
    bad("version 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", Code::UnsupportedVersion);
    bad("version 1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n");
    bad("no version", "GET /\r\n\r\n");
    bad("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
    bad("a space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n");
    bad("a tab in the target", "GET /\t HTTP/1.1\r\nHost: a\r\n\r\n");
    bad("a small version", "GET / http/1.1\r\nHost: a\r\n\r\n");
    bad("a method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n");
    bad("binary noise", "\x16\x03\x01\x02\x01");
    bad("a bare line feed", "GET / HTTP/1.1\nHost: a\n\n");
    bad("a bare line feed behind a field", "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n");
    bad("a bare line feed at the end", get + "\n");
    bad("a bare carriage return in a value", get + "X: a\rb\r\n\r\n");
    bad("a carriage return twice", get + "X: a\r\r\n\r\n");
    bad("a zero byte", get + std::string("X: a\0b\r\n\r\n", 10));
    bad("a deleted byte", get + "X: a\x7F\r\n\r\n");
    bad("a folded line", get + "X: a\r\n b\r\n\r\n");
    bad("a folded line of tabs", get + "X:\r\n\tb\r\n\r\n");
    bad("a first line that is folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    bad("a space in front of a colon", get + "X : a\r\n\r\n");
    bad("no colon", get + "nothing\r\n\r\n");
    bad("no name", get + ": x\r\n\r\n");
    bad("no host", "GET / HTTP/1.1\r\nX: a\r\n\r\n");
    bad("two hosts", get + "Host: b\r\n\r\n");
    bad("five fields", get + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n\r\n", Code::TooManyHeaders);
    bad("a head of 257 bytes", get + "X: " + std::string(225, 'x') + "\r\n\r\n",
        Code::HeadTooLarge);
    good("a head of 256 bytes", get + "X: " + std::string(224, 'x') + "\r\n\r\n");
}

void add_bodies_of_requests(std::vector<Example>& all) {
    const auto good = [&all](const char* name, const std::string& bytes) {
        add(all, {.name = name, .bytes = bytes});
    };
    const auto bad = [&all](const char* name, const std::string& bytes, Code code = Code::BadBody) {
        add(all, {.name = name, .bytes = bytes, .refusal = code});
    };
    good("a length", kPost + "Content-Length: 5\r\n\r\nhello");
    good("a length of 0", kPost + "Content-Length: 0\r\n\r\n");
    good("another request behind", kPost + "Content-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n");
    good("chunks", kChunked + "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n");
    good("extensions",
         kChunked + "1;a;b=c;d=\"e\\\"\t;f\"\r\nx\r\n1 ; a = b ; c\r\ny\r\n0;z\r\n\r\n");
    good("trailers", kChunked + "1\r\nx\r\n0\r\nHost: b\r\nContent-Length: 7\r\nX:\r\n\r\n");
    good("chunks and another request", kChunked + "0\r\n\r\nGET / HTTP/1.1\r\n");
    bad("two lengths", kPost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", Code::BadRequest);
    bad("a list of lengths", kPost + "Content-Length: 1, 1\r\n\r\nx", Code::BadRequest);
    bad("a signed length", kPost + "Content-Length: +1\r\n\r\nx", Code::BadRequest);
    bad("an empty length", kPost + "Content-Length:\r\n\r\n", Code::BadRequest);
    bad("length and chunks", kPost + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        Code::BadRequest);
    bad("chunks and length", kPost + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        Code::BadRequest);
    bad("another coding", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        Code::UnsupportedCoding);
    bad("chunked not last", kPost + "Transfer-Encoding: chunked, gzip\r\n\r\n", Code::BadRequest);
    bad("chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Code::BadRequest);
    bad("no size", kChunked + "\r\n\r\n");
    bad("a size that is none", kChunked + "x\r\n");
    bad("a negative size", kChunked + "-1\r\nx\r\n");
    bad("a size beyond all numbers", kChunked + "fffffffffffffffff\r\n");
    bad("something behind a size", kChunked + "1 x\r\ny\r\n0\r\n\r\n");
    bad("spaces behind a size", kChunked + "1 \r\ny\r\n0\r\n\r\n");
    bad("a longer chunk", kChunked + "1\r\nxy\r\n0\r\n\r\n");
    bad("a bare line feed behind a size", kChunked + "1\nx\r\n0\r\n\r\n");
    bad("a bare line feed behind a chunk", kChunked + "1\r\nx\n0\r\n\r\n");
    bad("a bare carriage return behind a size", kChunked + "1\rx\r\n0\r\n\r\n");
    bad("a line feed in an extension", kChunked + "1;a=\"\n\"\r\nx\r\n0\r\n\r\n");
    bad("a bare line feed behind an extension", kChunked + "1;a\nx\r\n0\r\n\r\n");
    bad("a carriage return in an extension", kChunked + "1;a=\"\r\"\r\nx\r\n0\r\n\r\n");
    bad("a folded extension", kChunked + "1;a=\"b\r\n c\"\r\nx\r\n0\r\n\r\n");
    bad("an extension without name", kChunked + "1;\r\nx\r\n0\r\n\r\n");
    bad("an extension without value", kChunked + "1;a=\r\nx\r\n0\r\n\r\n");
    bad("a zero byte in an extension", kChunked + std::string("1;a=\"\0\"\r\nx\r\n", 12));
    bad("a folded trailer", kChunked + "0\r\nX: a\r\n b\r\n\r\n");
    bad("a trailer that begins with a space", kChunked + "0\r\n X: a\r\n\r\n");
    bad("a bare line feed in a trailer", kChunked + "0\r\nX: a\nY: b\r\n\r\n");
    bad("a bare line feed behind trailers", kChunked + "0\r\nX: a\r\n\n");
    bad("a bare line feed for trailers", kChunked + "0\r\n\n");
    bad("a bare carriage return in a trailer", kChunked + "0\r\nX: a\rb\r\n\r\n");
    bad("a carriage return for trailers", kChunked + "0\r\n\rX");
    bad("a space in front of a trailer's colon", kChunked + "0\r\nX : a\r\n\r\n");
    bad("a trailer without colon", kChunked + "0\r\nX\r\n\r\n");
    bad("five trailers", kChunked + "0\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n",
        Code::TooManyHeaders);
}

void add_responses(std::vector<Example>& all) {
    const auto good = [&all](const char* name, const std::string& bytes) {
        add(all, {.name = name, .role = Role::Response, .bytes = bytes});
    };
    const auto bad = [&all](const char* name, const std::string& bytes) {
        add(all,
            {.name = name, .role = Role::Response, .bytes = bytes, .refusal = Code::BadResponse});
    };
    good("an answer", kOk + "Content-Length: 5\r\n\r\nhello");
    good("no reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx");
    good("no reason and a space", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx");
    good("a reason above ASCII",
         "HTTP/1.1 404 Nicht gefunden \xC3\xA4\r\nContent-Length: 0\r\n\r\n");
    good("version 1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx");
    good("version 1.2", "HTTP/1.2 200 OK\r\nContent-Length: 1\r\n\r\nx");
    good("an interim answer", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n");
    good("spaces in front of a colon", kOk + "X \t: 1\r\nContent-Length : 1\r\n\r\nx");
    good("equal lengths", kOk + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx");
    good("a list of equal lengths", kOk + "Content-Length: 1, 1 ,01\r\n\r\nx");
    good("chunks", kOkChunked + "5\r\nhello\r\n0\r\n\r\n");
    good("spaces behind sizes", kOkChunked + "5  \r\nhello\r\n0 \r\n\r\n");
    good("any extension", kOkChunked + "5;;=a b \"\xC3\xA4\r\nhello\r\n0;\r\n\r\n");
    good("trailers", kOkChunked + "0\r\nX : 1\r\nContent-Length: 5\r\n\r\n");
    good("bytes behind", kOk + "Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n");
    good("no content", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello");
    good("not modified", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n");
    add(all, {.name = "an answer to HEAD",
              .role = Role::Response,
              .bytes = kOk + "Content-Length: 5\r\n\r\n",
              .refusal = std::nullopt,
              .no_body = true});
    bad("garbage", "garbage\r\n\r\n");
    bad("an empty line in front", "\r\n" + kOk + "\r\n");
    bad("version 2.0", "HTTP/2.0 200 OK\r\n\r\n");
    bad("a status of 099", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n");
    bad("a status of 000", "HTTP/1.1 000 X\r\n\r\n");
    bad("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n");
    bad("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n");
    bad("no status", "HTTP/1.1 \r\n\r\n");
    bad("no space", "HTTP/1.1200 OK\r\n\r\n");
    bad("a reason without a space", "HTTP/1.1 200OK\r\n\r\n");
    bad("lengths that differ", kOk + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx");
    bad("a list of lengths that differ", kOk + "Content-Length: 1, 2\r\n\r\nx");
    bad("a list of lengths with a hole", kOk + "Content-Length: 1,\r\n\r\nx");
    bad("length and chunks",
        kOk + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    bad("chunks and length",
        kOk + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n");
    bad("another coding", kOk + "Transfer-Encoding: gzip\r\n\r\n");
    bad("chunks in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    bad("a folded line", kOk + "X: a\r\n b\r\n\r\n");
    bad("a bare line feed", "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
    bad("a bare carriage return", kOk + "X: a\rb\r\n\r\n");
    bad("a name with a space", kOk + "X Y: a\r\n\r\n");
    bad("a line feed in an extension", kOkChunked + "1;a=\"\n\"\r\nx\r\n0\r\n\r\n");
    bad("a folded trailer", kOkChunked + "0\r\nX: a\r\n b\r\n\r\n");
    bad("a bare line feed in a trailer", kOkChunked + "0\r\nX: a\nY: b\r\n\r\n");
}

void note_head(const Example& example, const Parser& parser, Outcome& outcome) {
    outcome.head = true;
    if (example.role == Role::Request) {
        outcome.line.append(parser.method()).append(" ").append(parser.target());
    } else {
        outcome.line = std::to_string(parser.status());
    }
    outcome.line += parser.http11() ? " 1.1" : " 1.0";
    outcome.line += parser.keep_alive() ? " kept" : " closed";
    for (const Field& field : parser.fields()) {
        outcome.fields.append(field.name).append("=").append(field.value).append("\n");
    }
}

/// Takes what can be taken from the front of `pending`; false once it is known what becomes of it.
bool take(const Example& example, Parser& parser, std::string& pending, Outcome& outcome) {
    for (bool moved = true; moved && !pending.empty() && !parser.complete();) {
        // Memory that ends where the piece ends, and is another one each time.
        const auto copy = std::make_unique<char[]>(pending.size());
        pending.copy(copy.get(), pending.size());
        const auto step = parser.step({copy.get(), pending.size()});
        if (!step) {
            outcome.failure = step.error().code;
            outcome.why = step.error().detail;
            outcome.consumed = 0;
            return false;
        }
        if (parser.head_done() && !outcome.head) {
            note_head(example, parser, outcome);
        }
        outcome.body += step->body;
        outcome.consumed += step->consumed;
        moved = step->consumed > 0;
        pending.erase(0, step->consumed);
    }
    return !parser.complete();
}

}  // namespace

std::vector<Example> examples() {
    std::vector<Example> all;
    add_heads_of_requests(all);
    add_bodies_of_requests(all);
    add_responses(all);
    return all;
}

Outcome feed(const Example& example, const std::vector<std::size_t>& cuts) {
    Parser parser(example.role, {.bytes_max = 256, .fields_max = 4});
    if (example.no_body) {
        parser.expect_no_body();
    }
    Outcome outcome;
    std::string pending;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t to = i < cuts.size() ? cuts[i] : example.bytes.size();
        pending.append(example.bytes, from, to - from);
        from = to;
        if (!take(example, parser, pending, outcome)) {
            break;
        }
    }
    outcome.complete = parser.complete();
    return outcome;
}

}  // namespace messages
