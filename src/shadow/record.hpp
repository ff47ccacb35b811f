#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/ledger.hpp>

namespace aggregator::shadow {

/// What the log tells of one copy, or of several that were not sent. No header and no body: they
/// may hold secrets.
struct Record {
    const plan::Endpoint& endpoint;
    std::string_view shadow;  ///< its name
    std::string_view id{};    ///< of the client's request; empty for several copies
    int status = 0;           ///< of the answer, if there was one
    std::optional<Reason> reason{};
    std::string_view detail{};
    std::uint64_t sent_bytes = 0;      ///< of the request's body
    std::uint64_t received_bytes = 0;  ///< of the answer's
    std::uint64_t copies = 1;
    base::Duration queued{};
    base::Duration took{};  ///< from when the copy was made to its end
};

void write(base::Log& log, const Record& record);

/// Whether a shadow's `log` asks for this record.
[[nodiscard]] bool is_asked_for(config::ShadowLog wanted, const Record& record);

}  // namespace aggregator::shadow
