#include <aggregator/http/serializer.hpp>

#include <array>
#include <charconv>
#include <ctime>

#include <aggregator/base/text.hpp>

namespace aggregator::http {
namespace {

using base::append_decimal;
using base::equal_ignoring_case;

void append_field(std::string& out, std::string_view name, std::string_view value) {
    // One growth, then plain copies: heads are written for every request.
    const std::size_t at = out.size();
    out.resize(at + name.size() + value.size() + 4);
    char* to = out.data() + at;
    to = std::copy(name.begin(), name.end(), to);
    *to++ = ':';
    *to++ = ' ';
    to = std::copy(value.begin(), value.end(), to);
    *to++ = '\r';
    *to = '\n';
}

void append_framing(std::string& out, const Framing& framing) {
    if (framing.kind == Framing::Kind::Length) {
        out.append("Content-Length: ");
        append_decimal(out, framing.length);
        out.append("\r\n");
    } else if (framing.kind == Framing::Kind::Chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
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
    std::string_view line;  // the whole status line, so that usual replies are one copy
};

constexpr std::string_view kVersion = "HTTP/1.1 ";

constexpr std::array<Reason, 41> kReasons{{
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
    out.append(request.method).append(" ");
    out.append(destination.prefix).append(request.target).append(" HTTP/1.1\r\n");
    append_field(out, "Host", destination.authority);
    for (const Field& field : request.headers) {
        append_field(out, field.name, field.value);
    }
    append_framing(out, framing);
    if (destination.expect_continue) {
        out.append("Expect: 100-continue\r\n");
    }
    if (destination.close) {
        out.append("Connection: close\r\n");
    }
    out.append("\r\n");
}

void append_reply_head(std::string& out, const ReplyHead& head) {
    if (head.status == 200) {
        out.append("HTTP/1.1 200 OK\r\n");
    } else {
        out.append(kVersion);
        append_decimal(out, static_cast<std::uint64_t>(head.status));
        out.append(" ").append(reason_of(head.status)).append("\r\n");
    }
    bool dated = head.date.empty();
    for (const Field& field : head.fields) {
        if (is_framing(field.name)) {
            continue;
        }
        dated = dated || (field.name.size() == 4 && equal_ignoring_case(field.name, "Date"));
        append_field(out, field.name, field.value);
    }
    if (!dated) {
        append_field(out, "Date", head.date);
    }
    append_framing(out, head.framing);
    if (head.connection == ReplyHead::Connection::Close) {
        out.append("Connection: close\r\n");
    } else if (head.connection == ReplyHead::Connection::KeepAlive) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
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
