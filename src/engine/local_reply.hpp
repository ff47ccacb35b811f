#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::engine {

/// A reply that the gateway makes without asking a backend. Owns its text, but for the names of its
/// headers.
struct LocalReply {
    int status = 200;
    std::vector<std::pair<std::string_view, std::string>> headers;
    std::string body;

    void add(const http::Field& field) { headers.emplace_back(field.name, field.value); }
};

/// The refusal of a request, as text: counted, named in the header and in the record, if there is
/// one.
[[nodiscard]] LocalReply refusal(Workspace& workspace, http::AccessRecord* record, base::Code code,
                                 std::string text);

/// Runs `done` with the reply. Neither may be what `done` destroys.
void give(const LocalReply& reply, const http::Done& done);

/// A call that is answered already: `done` runs with the reply in a later turn of the loop.
[[nodiscard]] std::unique_ptr<http::Call> answer_later(base::Loop& loop, LocalReply reply,
                                                       http::Done done);

}  // namespace aggregator::engine
