#include <memory>
#include <string>

#include <zlib.h>

#include <aggregator/http/body.hpp>
#include <aggregator/http/gzip.hpp>
#include <aggregator/http/hops.hpp>
#include <aggregator/http/serializer.hpp>
#include <aggregator/http/tee.hpp>

#include "growth/subject.hpp"
#include "support/fake_loop.hpp"
#include "support/fake_stream.hpp"

namespace aggregator::growth {

namespace {

constexpr http::HeadLimits kNoLimits{.bytes_max = 1u << 30, .fields_max = 1u << 30};

/// A request whose parts come in pieces of that many bytes, read as a connection reads it: what is
/// not taken is offered again with more behind it.
void read_in_pieces(const std::string& text, std::size_t piece) {
    http::Parser parser(http::Parser::Role::Request, kNoLimits);
    std::string held;
    std::string head;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        held.append(text, at, piece);
        const auto step = parser.step(held);
        require(step.has_value(), "a request was refused");
        if (head.empty() && parser.head_done()) {
            head = held;  // the parser's views stay valid
        }
        held.erase(0, step->consumed);
    }
    require(parser.complete(), "a request was not whole");
}

std::string chunked(const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

std::string fields(std::size_t n) {
    return joined(n, "", [](std::size_t i) { return "X-" + std::to_string(i) + ": v\r\n"; });
}

void add_parsing(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size, std::size_t piece,
                         const std::function<std::string(std::size_t)>& message) {
        subjects.push_back({name, size, [message, piece](std::size_t n) {
                                return [text = message(n), piece] {
                                    read_in_pieces(text, piece == 0 ? text.size() : piece);
                                };
                            }});
    };
    const auto head = [](std::size_t n) {
        return "GET / HTTP/1.1\r\nHost: h\r\n" + fields(n) + "\r\n";
    };
    add("head of many fields", 500, 0, head);
    add("head in single bytes", 50, 1, head);
    add("head with one long field", 40'000, 0, [](std::size_t n) {
        return "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(n, 'x') + "\r\n\r\n";
    });
    add("long target in pieces", 5'000, 16, [](std::size_t n) {
        return "GET /" + std::string(n, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    });
}

void add_bodies(Subjects& subjects) {
    const auto dripped = [&subjects](const std::string& name, std::size_t size,
                                     const std::function<std::string(std::size_t)>& body) {
        subjects.push_back({name + " in single bytes", size, [body](std::size_t n) {
                                return [text = chunked(body(n))] { read_in_pieces(text, 1); };
                            }});
    };
    dripped("chunk line", 500,
            [](std::size_t n) { return "1;" + std::string(n, 'a') + "\r\nx\r\n0\r\n\r\n"; });
    dripped("trailers", 60, [](std::size_t n) { return "0\r\n" + fields(n) + "\r\n"; });
    dripped("one long trailer", 800,
            [](std::size_t n) { return "0\r\nX: " + std::string(n, 'a') + "\r\n\r\n"; });
    subjects.push_back({"chunks of one byte", 500, [](std::size_t n) {
                            const auto one = [](std::size_t) { return "1\r\nx\r\n"; };
                            return [text = chunked(joined(n, "", one) + "0\r\n\r\n")] {
                                http::Parser parser(http::Parser::Role::Request, kNoLimits);
                                std::string store;
                                const auto head = parser.step(text);
                                require(head.has_value(), "a head was refused");
                                const auto batch = http::take_body(
                                    parser, std::string_view(text).substr(head->consumed), store);
                                require(batch && parser.complete(), "a body was not whole");
                            };
                        }});
    subjects.push_back({"body read by eight readers", 100, [](std::size_t n) {
                            return [n] {
                                testing::FakeLoop loop;
                                std::size_t live = 0;
                                testing::FakeStream source(
                                    loop, {.pieces = std::vector<std::string>(n, "0123456789")},
                                    live);
                                http::Tee tee(loop, source, 1u << 30);
                                std::vector<std::unique_ptr<http::BodyStream>> readers;
                                for (int i = 0; i < 8; ++i) {
                                    readers.push_back(tee.lagging_reader({}));
                                }
                                for (const auto& reader : readers) {
                                    auto piece = reader->next();
                                    while (piece && piece->state == http::Piece::State::More) {
                                        piece = reader->next();
                                    }
                                    require(piece.has_value(), "a reader failed");
                                }
                            };
                        }});
}

std::string gzipped(const std::string& text) {
    std::string out(compressBound(text.size()) + 64, '\0');
    z_stream stream{};
    require(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    require(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib");
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

void add_coding(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size,
                         const std::function<std::string(std::size_t)>& body) {
        subjects.push_back({name, size, [body](std::size_t n) {
                                return [text = body(n)] {
                                    require(http::gunzip(text, 1u << 30).has_value(), "gzip");
                                };
                            }});
    };
    add("gzip", 100'000, [](std::size_t n) {
        const auto one = [](std::size_t i) { return std::to_string(i * 7919); };
        return gzipped(joined(n / 8, ",", one));
    });
    add("gzip of many empty members", 500,
        [](std::size_t n) { return joined(n, "", [](std::size_t) { return gzipped(""); }); });
}

void add_writing(Subjects& subjects) {
    subjects.push_back({"reply's head", 300, [](std::size_t n) {
                            return [n] {
                                const std::vector<http::Field> fields(n, {"X-Some", "value"});
                                std::string out;
                                http::append_reply_head(out, {.fields = fields});
                            };
                        }});
    subjects.push_back({"hops among the fields of a head", 500, [](std::size_t n) {
                            const auto name = [](std::size_t i) { return "X" + std::to_string(i); };
                            return [names = joined(n, ",", name)] {
                                constexpr std::size_t kFields = 50;
                                std::vector<http::Field> fields(kFields, {"X-Some", "value"});
                                fields.push_back({"Connection", names});
                                for (const http::Field& field : fields) {
                                    require(http::is_named_hop(fields, field.name), "a hop");
                                }
                            };
                        }});
}

}  // namespace

void add_http(Subjects& subjects) {
    add_parsing(subjects);
    add_bodies(subjects);
    add_coding(subjects);
    add_writing(subjects);
}

}  // namespace aggregator::growth
