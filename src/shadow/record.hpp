#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/ledger.hpp>

namespace aggregator::shadow {

/// What the log tells of one copy, or of several that were not sent. No header and no body: they
/// may hold secrets.
struct Record {
    const plan::Endpoint& endpoint;
    std::string_view shadow;  ///< its name
    std::string_view id{};    ///< of the client's request; empty for several copies
    std::string_view path{};  ///< of the same
    int status = 0;           ///< of the answer, if there was one
    int live_status = 0;      ///< of the reply that the client got; 0: it is not known
    std::optional<Reason> reason{};
    std::string_view detail{};
    std::uint64_t sent_bytes = 0;      ///< of the request's body
    std::uint64_t received_bytes = 0;  ///< of the answer's
    std::uint64_t copies = 1;
    base::Duration queued{};
    base::Duration took{};  ///< from when the copy was made to its end
};

void write(base::Log& log, const Record& record);

/// The path that a request asked for.
[[nodiscard]] std::string path_of(const http::Request& request);

/// What the client of copies got, for the lines that tell of them. Shared by the live call, which
/// goes on when it has its reply, and the copies.
class LiveReply {
public:
    explicit LiveReply(base::Log& log);
    ~LiveReply();  ///< the client left before
    LiveReply(const LiveReply&) = delete;
    LiveReply& operator=(const LiveReply&) = delete;

    /// A Done that tells `reply`, if it is not null, what it gets.
    [[nodiscard]] static http::Done told_by(const std::shared_ptr<LiveReply>& reply,
                                            http::Done done);

    void answered(int status);
    /// Writes the line of a copy that has ended: at once, or when the client's reply is known.
    void tell(const Record& record);

private:
    struct Waiting;

    base::Log& log_;
    int status_ = 0;
    std::vector<std::unique_ptr<Waiting>> waiting_;
};

/// Whether a shadow's `log` asks for this record.
[[nodiscard]] bool is_asked_for(config::ShadowLog wanted, const Record& record);

}  // namespace aggregator::shadow
