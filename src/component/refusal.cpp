#include <aggregator/component/refusal.hpp>

#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/http/local_reply.hpp>

namespace aggregator::component {

std::string quotable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(static_cast<unsigned char>(c) < ' ' || c == '\x7F' ? ' ' : c);
    }
    return out;
}

Refusals::Refusals(const Wiring& wiring, std::string_view component, base::Code code)
    : wiring_(wiring),
      component_(component),
      code_(code),
      count_(rejections(wiring, component, code)) {}

std::unique_ptr<http::Call> Refusals::refuse(const http::Request& request, const Refused& refused,
                                             http::Done done) {
    return http::answer_later(wiring_.loop, reply(request, refused), std::move(done));
}

http::LocalReply Refusals::reply(const http::Request& request, const Refused& refused) {
    ++count_;
    wiring_.counters.count(code_);
    if (request.record != nullptr) {
        request.record->failure = code_;
        request.record->denied_by = component_;
        if (wiring_.endpoint != nullptr) {
            request.record->endpoint = wiring_.endpoint->pattern;
            request.record->number = wiring_.endpoint->number;
        }
    }
    const http::ErrorStyle& style = wiring_.plan.errors;
    const bool empty = style.format == http::ErrorStyle::Format::Empty && !style.shows_detail;
    http::LocalReply reply =
        http::refusal(style, code_, std::string(empty ? "" : refused.detail), request.id);
    for (const http::Field& field : refused.headers) {
        std::erase_if(reply.headers, [&field](const auto& header) {
            return base::equal_ignoring_case(header.first, field.name);
        });
        reply.add(field);
    }
    return reply;
}

}  // namespace aggregator::component
