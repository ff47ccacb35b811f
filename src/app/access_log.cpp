#include "app/access_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/forward.hpp>

namespace aggregator::app {
namespace {

constexpr std::size_t kBlockBytes = 16u << 10;
constexpr auto kDelay = std::chrono::milliseconds(20);

using Part = http::AccessRecord::Part;

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

void append_ms(std::string& out, base::Duration took) {
    std::array<char, 32> text{};
    const double ms = std::chrono::duration<double, std::milli>(took).count();
    const int size = std::snprintf(text.data(), text.size(), "%.3f", ms);
    out.append(text.data(), static_cast<std::size_t>(size));
}

/// Of the answer that was taken, or of the head of one that failed later; 0: there was none.
int status_of(const Part& part) { return part.status != 0 ? part.status : part.at.status; }

/// `200`, `connect`, or `bad_status:503`.
void append_outcome(std::string& out, const Part& part) {
    const int status = status_of(part);
    if (part.failure) {
        out.append(base::row(*part.failure).name);
        out.append(status != 0 ? ":" : "");
    }
    if (!part.failure || status != 0) {
        base::append_decimal(out, static_cast<std::uint64_t>(status));
    }
}

/// The value of a request's header; empty if it has none.
std::string_view header_of(const net::AccessEntry& entry, std::string_view name) {
    const http::Field* const field = http::find(entry.request.headers, name);
    return field == nullptr ? std::string_view() : field->value;
}

/// The trace id of a `traceparent` (W3C Trace Context): 32 hexadecimal digits; empty without one.
std::string_view trace_of(const net::AccessEntry& entry) {
    constexpr std::size_t kAt = 3;
    constexpr std::size_t kDigits = 32;
    const std::string_view parent = header_of(entry, "traceparent");
    if (parent.size() < kAt + kDigits + 1 || parent[kAt - 1] != '-' ||
        parent[kAt + kDigits] != '-') {
        return {};
    }
    const std::string_view id = parent.substr(kAt, kDigits);
    return id.find_first_not_of("0123456789abcdef") == std::string_view::npos ? id
                                                                              : std::string_view();
}

/// What is told of a request besides what every line has: pairs of name and value, for `put`.
template <typename Put>
void tell_request(const net::AccessEntry& entry, Put put) {
    const std::pair<std::string_view, std::string_view> told[] = {
        {"subject", entry.record.subject},
        {"host", entry.request.host},
        {"id", entry.request.id},
        {"trace", trace_of(entry)},
        {"user_agent", header_of(entry, "User-Agent")},
    };
    for (const auto& [name, value] : told) {
        if (!value.empty()) {
            put(name, value);
        }
    }
}

void text_value(std::string& out, std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=");
    base::append_text_value(out, value);
}

void text_line(std::string& out, const net::AccessEntry& entry, std::string_view client) {
    base::append_timestamp(out);
    out.append(" info access");
    text_value(out, "client", client);
    text_value(out, "method", entry.request.method);
    text_value(out, "path", path_of(entry.request.target));
    text_value(out, "status", std::to_string(entry.status));
    text_value(out, "bytes", std::to_string(entry.bytes));
    out.append(" duration_ms=");
    append_ms(out, entry.took);
    text_value(out, "endpoint", entry.record.endpoint.empty() ? "-" : entry.record.endpoint);
    text_value(out, "completed", entry.record.completed ? "true" : "false");
    if (entry.record.failure) {
        text_value(out, "failure", base::row(*entry.record.failure).name);
    }
    if (!entry.record.denied_by.empty()) {
        text_value(out, "denied_by", entry.record.denied_by);
    }
    if (!entry.reason.empty()) {
        text_value(out, "reason", entry.reason);
    }
    tell_request(entry, [&out](auto name, auto value) { text_value(out, name, value); });
    if (!entry.record.parts.empty()) {
        out.append(" backends=");
        for (const Part& part : entry.record.parts) {
            out.append(&part == &entry.record.parts.front() ? "" : ",");
            append_outcome(out, part);
            out += '/';
            append_ms(out, part.took);
            if (!part.at.host.empty()) {
                out.append("/").append(part.at.host);
            }
            if (part.at.tries > 0) {
                out.append("/tries=");
                base::append_decimal(out, part.at.tries);
            }
            if (!part.at.cache.outcome.empty()) {
                out.append("/cache:").append(part.at.cache.outcome);
            }
        }
    }
    out += '\n';
}

void json_text(std::string& out, std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":");
    base::append_json_string(out, value);
}

void json_part(std::string& out, const Part& part) {
    out.append("{\"status\":").append(std::to_string(status_of(part)));
    if (part.failure) {
        json_text(out, "failure", base::row(*part.failure).name);
    }
    out.append(",\"duration_ms\":");
    append_ms(out, part.took);
    if (!part.at.host.empty()) {
        json_text(out, "host", part.at.host);
    }
    if (part.at.tries > 0) {
        out.append(",\"tries\":").append(std::to_string(part.at.tries));
    }
    if (!part.at.cache.outcome.empty()) {
        json_text(out, "cache", part.at.cache.outcome);
    }
    out += '}';
}

void json_line(std::string& out, const net::AccessEntry& entry, std::string_view client) {
    out.append("{\"time\":\"");
    base::append_timestamp(out);
    out.append("\",\"level\":\"info\",\"event\":\"access\"");
    json_text(out, "client", client);
    json_text(out, "method", entry.request.method);
    json_text(out, "path", path_of(entry.request.target));
    out.append(",\"status\":").append(std::to_string(entry.status));
    out.append(",\"bytes\":").append(std::to_string(entry.bytes));
    out.append(",\"duration_ms\":");
    append_ms(out, entry.took);
    json_text(out, "endpoint", entry.record.endpoint);
    out.append(",\"completed\":").append(entry.record.completed ? "true" : "false");
    if (entry.record.failure) {
        json_text(out, "failure", base::row(*entry.record.failure).name);
    }
    if (!entry.record.denied_by.empty()) {
        json_text(out, "denied_by", entry.record.denied_by);
    }
    if (!entry.reason.empty()) {
        json_text(out, "reason", entry.reason);
    }
    tell_request(entry, [&out](auto name, auto value) { json_text(out, name, value); });
    out.append(",\"backends\":[");
    for (const Part& part : entry.record.parts) {
        out.append(&part == &entry.record.parts.front() ? "" : ",");
        json_part(out, part);
    }
    out.append("]}\n");
}

}  // namespace

AccessLog::AccessLog(base::Loop& loop, base::Log& log, const plan::Plan& plan)
    : log_(log), plan_(plan), flush_(loop, [this] { flush(); }) {}

AccessLog::~AccessLog() { flush(); }

void AccessLog::note(const net::AccessEntry& entry) {
    const auto& skipped = plan_.service.router.logger_skip_paths;
    if (!skipped.empty() &&
        std::find(skipped.begin(), skipped.end(), path_of(entry.request.target)) != skipped.end()) {
        return;
    }
    const std::string_view client = plan::client_of(plan_, entry.request);
    if (log_.format() == base::LogFormat::Json) {
        json_line(block_, entry, client);
    } else {
        text_line(block_, entry, client);
    }
    ++lines_;
    if (block_.size() >= kBlockBytes) {
        flush();
    } else if (!flush_.armed()) {
        flush_.start(kDelay);
    }
}

void AccessLog::flush() {
    flush_.stop();
    if (!block_.empty()) {
        log_.write_lines(block_, lines_);
        block_.clear();
        lines_ = 0;
    }
}

}  // namespace aggregator::app
