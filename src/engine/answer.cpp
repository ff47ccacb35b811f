#include "engine/answer.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/http/gzip.hpp>

#include "engine/cost.hpp"
#include "engine/decode.hpp"

namespace aggregator::engine {

namespace {

using base::Code;
using base::Result;
using http::Response;

std::string_view type_of(const Response& answer) {
    const http::Field* const type = http::find(answer.headers, "Content-Type");
    return type == nullptr ? std::string_view() : type->value;
}

Result<std::string_view> plain_body(const Response& answer, const Reading& into) {
    if (!http::is_gzip(answer.headers)) {
        return answer.body;
    }
    auto text = inflate(answer.body, into.bytes_max, into.resources);
    if (!text) {
        return base::fail(std::move(text.error()));
    }
    into.plain = std::move(*text);
    return std::string_view(into.plain);
}

base::Error bad_status(const plan::Backend& backend, const Response& answer) {
    std::string detail = "invalid status code " + std::to_string(answer.status);
    detail.append(" [")
        .append(backend.written_method)
        .append(" ")
        .append(backend.pattern)
        .append("]");
    if (!answer.from.authority.empty()) {
        detail.append(answer.from.tls ? ": https://" : ": http://");
        detail.append(answer.from.authority).append(answer.from.target);
    }
    return {Code::BadStatus, std::move(detail)};
}

void tell_details(const plan::Backend& backend, const Response& answer, std::string_view body,
                  const Reading& into) {
    std::string text = "{\"http_status_code\":" + std::to_string(answer.status);
    if (!body.empty()) {
        json::append_string(text.append(",\"http_body\":"), body);
    }
    if (const std::string_view type = type_of(answer); !type.empty()) {
        json::append_string(text.append(",\"http_body_encoding\":"), type);
    }
    text += '}';
    const auto key = std::string_view(backend.error_key).substr(1, backend.error_key.size() - 2);
    const bool escaped = key.find('\\') != std::string_view::npos;
    into.part.members.assign(1, Member{key, into.resources.arena.keep(text), escaped});
    into.part.text = {};
    into.part.null = false;
    into.part.incomplete = true;
}

Result<void> read_refusal(const plan::Backend& backend, const Response& answer,
                          const Reading& into) {
    if (backend.error_key.empty() && !backend.returns_error_code) {
        return base::fail(bad_status(backend, answer));
    }
    const auto body = plain_body(answer, into);
    if (!into.resources.spend(body.value_or(answer.body).size())) {
        return base::fail(into.resources.work.error());
    }
    if (!backend.error_key.empty()) {
        tell_details(backend, answer, body.value_or(answer.body), into);
        return {};
    }
    into.refusal.status = answer.status;
    into.refusal.body = body.value_or(answer.body);
    into.refusal.type = type_of(answer);
    return base::fail(bad_status(backend, answer));
}

}  // namespace

Result<std::string> inflate(std::string_view body, std::uint64_t bytes_max, const Resources& with) {
    if (!with.spend(body.size() * cost::kDeflatedByte)) {
        return base::fail(with.work.error());
    }
    const std::uint64_t affordable = with.work.left() / cost::kInflatedByte;
    auto text = http::gunzip(body, std::min(bytes_max, affordable));
    const bool too_long = !text && text.error().code == Code::AnswerTooLarge;
    const std::uint64_t bytes = too_long ? affordable + 1 : text ? text->size() : 0;
    if (affordable < bytes_max && !with.spend(bytes * cost::kInflatedByte)) {
        return base::fail(with.work.error());
    }
    return text;
}

bool is_success(int status) { return status == 200 || status == 201; }

Result<void> read_answer(const plan::Backend& backend, const Response& answer,
                         const Reading& into) {
    if (backend.encoding == config::Encoding::NoOp) {
        return decode(backend, {}, into.part, into.resources);
    }
    if (answer.stream) {
        return base::fail(Code::Internal, "a streamed answer where a whole one is needed");
    }
    if (!is_success(answer.status)) {
        return read_refusal(backend, answer, into);
    }
    if (answer.cut) {
        return base::fail(*answer.cut);
    }
    const auto body = plain_body(answer, into);
    if (!body) {
        return base::fail(body.error());
    }
    Result<void> decoded = decode(backend, *body, into.part, into.resources);
    return decoded ? into.shaper.reshape(backend.shape, into.part, into.resources) : decoded;
}

}  // namespace aggregator::engine
