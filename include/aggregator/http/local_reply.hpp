#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/http/error_style.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::http {

/// A reply that the gateway makes by itself. Owns its text, but for the names of its headers.
struct LocalReply {
    int status = 200;
    std::vector<std::pair<std::string_view, std::string>> headers = {};
    std::string body = {};

    void add(const Field& field) { headers.emplace_back(field.name, field.value); }
};

/// A reply of that type.
[[nodiscard]] LocalReply local_reply(int status, std::string_view type, std::string body);

/// The refusal of a request: with the status of `code`, its name in the style's header, and `text`
/// as plain text, or as the detail of a format that has one; without a body it has no type. `id` is
/// the request's. The style
/// outlives the reply.
[[nodiscard]] LocalReply refusal(const ErrorStyle& style, Code code, std::string text,
                                 std::string_view id = {});

/// Runs `done` with the reply. Neither may be what `done` destroys.
void give(const LocalReply& reply, const Done& done);

/// A call that is answered already: `done` runs with the reply in a later turn of the loop.
[[nodiscard]] std::unique_ptr<Call> answer_later(base::Loop& loop, LocalReply reply, Done done);

}  // namespace aggregator::http
