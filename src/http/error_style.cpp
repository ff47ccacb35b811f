#include <aggregator/http/error_style.hpp>

#include <array>

#include <aggregator/base/log.hpp>
#include <aggregator/http/serializer.hpp>

namespace aggregator::http {
namespace {

using base::Code;

constexpr int kBadGateway = 502;
constexpr int kUnavailable = 503;
constexpr int kGatewayTimeout = 504;

void member(std::string& out, std::string_view name, std::string_view value) {
    out.append(out.size() > 1 ? "," : "").append("\"").append(name).append("\":");
    base::append_json_string(out, value);
}

void member(std::string& out, std::string_view name, int value) {
    out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

}  // namespace

int status_of(const ErrorStyle& style, Code code) {
    const base::CodeRow& row = base::row(code);
    if (style.statuses == ErrorStyle::Statuses::Compat) {
        return row.status;
    }
    switch (code) {
        case Code::Timeout:
            return kGatewayTimeout;
        case Code::NoHosts:
        case Code::BreakerOpen:
        case Code::BackendLimited:
            return kUnavailable;
        default:
            return row.fault == base::Fault::Backend ? kBadGateway : row.status;
    }
}

ErrorBody error_body(const ErrorStyle& style, const ErrorFacts& facts) {
    const std::string_view name = base::row(facts.code).name;
    std::string_view told = style.shows_detail ? facts.detail : std::string_view();
    told.remove_suffix(told.ends_with('\n') ? 1 : 0);
    std::string text = "{";
    if (style.format == ErrorStyle::Format::Problem) {
        member(text, "type",
               style.type_base.empty() ? "about:blank" : style.type_base + std::string(name));
        member(text, "title", reason_of(facts.status));
    } else {
        member(text, "error", name);
    }
    member(text, "status", facts.status);
    if (!told.empty()) {
        member(text, style.format == ErrorStyle::Format::Problem ? "detail" : "message", told);
    }
    const bool problem = style.format == ErrorStyle::Format::Problem;
    if (problem) {
        member(text, "code", name);
    }
    if (style.tells_id && !facts.request_id.empty()) {
        member(text, "request_id", facts.request_id);
    }
    if (problem) {
        return {"application/problem+json", text + "}"};
    }
    return {"application/json; charset=utf-8", text + "}"};
}

Fields cautions(int status) {
    static constexpr std::array<Field, 2> kCautions{
        {{"Cache-Control", "no-store"}, {"Retry-After", "1"}}};
    switch (status) {
        case 401:
        case 403:
        case 421:
            return Fields(kCautions).first(1);
        case 429:
        case kUnavailable:
            return kCautions;
        default:
            return {};
    }
}

}  // namespace aggregator::http
