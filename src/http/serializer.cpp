#include <aggregator/http/serializer.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <aggregator/base/text.hpp>

namespace aggregator::http {
namespace {

using base::equal_ignoring_case;

/// More than all that a head has besides its fields and what stands in its first line.
constexpr std::size_t kFixedBytesMax = 256;
constexpr std::size_t kFieldMarks = std::string_view(": \r\n").size();

std::size_t size_of(Fields fields) {
    std::size_t bytes = 0;
    for (const Field& field : fields) {
        bytes += field.name.size() + field.value.size() + kFieldMarks;
    }
    return bytes;
}

/// Appends to a text whose room is made once: heads are written for every request.
class Writer {
public:
    Writer(std::string& out, std::size_t room) : out_(out) {
        const std::size_t at = out.size();
        out.resize(at + room);
        to_ = out.data() + at;
    }
    ~Writer() { out_.resize(static_cast<std::size_t>(to_ - out_.data())); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void text(std::string_view bytes) { to_ = std::copy(bytes.begin(), bytes.end(), to_); }
    void number(std::uint64_t value) { to_ = std::to_chars(to_, to_ + kDigitsMax, value).ptr; }
    void field(std::string_view name, std::string_view value) {
        text(name);
        text(": ");
        text(value);
        text("\r\n");
    }

private:
    static constexpr std::size_t kDigitsMax = 20;

    std::string& out_;
    char* to_;
};

void write_framing(Writer& out, const Framing& framing) {
    if (framing.kind == Framing::Kind::Length) {
        out.text("Content-Length: ");
        out.number(framing.length);
        out.text("\r\n");
    } else if (framing.kind == Framing::Kind::Chunked) {
        out.text("Transfer-Encoding: chunked\r\n");
    }
}

/// Content-Length, Transfer-Encoding, Connection: told apart by length before any comparison.
bool is_framing(std::string_view name) {
    switch (name.size()) {
        case 10:
            return equal_ignoring_case(name, "Connection");
        case 14:
            return equal_ignoring_case(name, "Content-Length");
        case 17:
            return equal_ignoring_case(name, "Transfer-Encoding");
        default:
            return false;
    }
}

struct Reason {
    int status;
    std::string_view line;
};

constexpr std::array<Reason, 42> kReasons{{
    {200, "OK"},
    {100, "Continue"},
    {101, "Switching Protocols"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

}  // namespace

std::string_view reason_of(int status) {
    for (const auto& reason : kReasons) {
        if (reason.status == status) {
            return reason.line;
        }
    }
    return {};
}

void append_request_head(std::string& out, const Request& request, const Destination& destination,
                         const Framing& framing) {
    Writer head(out, kFixedBytesMax + request.method.size() + destination.front.size() +
                         destination.prefix.size() + destination.proxy_authorization.size() +
                         request.target.size() + destination.authority.size() +
                         size_of(request.headers));
    head.text(request.method);
    head.text(" ");
    head.text(destination.front);
    head.text(destination.prefix);
    head.text(request.target);
    head.text(" HTTP/1.1\r\n");
    head.field("Host", destination.authority);
    if (!destination.proxy_authorization.empty()) {
        head.field("Proxy-Authorization", destination.proxy_authorization);
    }
    for (const Field& field : request.headers) {
        head.field(field.name, field.value);
    }
    write_framing(head, framing);
    if (destination.expect_continue) {
        head.text("Expect: 100-continue\r\n");
    }
    if (destination.close) {
        head.text("Connection: close\r\n");
    }
    head.text("\r\n");
}

void append_reply_head(std::string& out, const ReplyHead& reply) {
    Writer head(out, kFixedBytesMax + reply.date.size() + size_of(reply.fields));
    if (reply.status == 200) {
        head.text("HTTP/1.1 200 OK\r\n");
    } else {
        head.text("HTTP/1.1 ");
        head.number(static_cast<std::uint64_t>(reply.status));
        head.text(" ");
        head.text(reason_of(reply.status));
        head.text("\r\n");
    }
    bool dated = reply.date.empty();
    for (const Field& field : reply.fields) {
        if (is_framing(field.name)) {
            continue;
        }
        dated = dated || (field.name.size() == 4 && equal_ignoring_case(field.name, "Date"));
        head.field(field.name, field.value);
    }
    if (!dated) {
        head.field("Date", reply.date);
    }
    write_framing(head, reply.framing);
    if (reply.connection == ReplyHead::Connection::Close) {
        head.text("Connection: close\r\n");
    } else if (reply.connection == ReplyHead::Connection::KeepAlive) {
        head.text("Connection: keep-alive\r\n");
    }
    head.text("\r\n");
}

void append_chunk(std::string& out, std::string_view bytes) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    out.append(size.data(), end).append("\r\n").append(bytes).append("\r\n");
}

std::string http_date(std::int64_t unix_seconds) {
    const auto seconds = static_cast<std::time_t>(unix_seconds);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return std::string(text.data(), size);
}

}  // namespace aggregator::http
