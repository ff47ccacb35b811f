#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/http/service.hpp>
#include "shadow/breaker.hpp"
#include "shadow/record.hpp"

namespace aggregator::shadow {

class Shadow;

/// Waits for copies of one client request that were asked to be waited for. Shared with them.
struct Waiters {
    std::uint32_t copies = 0;
    std::function<void()> over;  ///< the last has ended; empty once nobody waits

    void one_ended() {
        if (--copies == 0 && over) {
            const auto tell = over;  // it may be replaced while it runs
            tell();
        }
    }
};

/// One copy on its way: waits in its shadow's queue, is sent, ends. Owned by its Shadow, which it
/// tells its end.
class Copy {
public:
    /// What comes with a copy besides its request.
    struct Extras {
        std::unique_ptr<http::BodyStream> body{};  ///< null if the body is in the request
        std::shared_ptr<Waiters> waiters{};        ///< null if nobody waits
        std::string id{};                          ///< of the client's request
        std::string path{};                        ///< of the same
        std::shared_ptr<LiveReply> live{};         ///< null if nothing is told of the copy
        Breaker::Verdict verdict = Breaker::Verdict::Pass;
    };

    Copy(Shadow& shadow, Extras extras, std::uint64_t body_bytes);

    /// Keeps the request until send_kept().
    void keep(const http::Request& request);
    void send(const http::Request& request);
    void send_kept();
    [[nodiscard]] bool waits() const { return kept_ != nullptr; }
    [[nodiscard]] std::uint64_t kept_bytes() const { return kept_ ? kept_->bytes() : 0; }

    Extras extras;
    const std::uint64_t body_bytes;  ///< as far as it was known when the copy was made
    const base::Time made;
    base::Time sent{};     ///< while it waits: not yet
    std::size_t slot = 0;  ///< in its shadow's list

private:
    void expire();

    Shadow& shadow_;
    base::Timer deadline_;
    std::unique_ptr<http::OwnedRequest> kept_;
    std::unique_ptr<http::Call> call_;  // last: it reads the body
};

}  // namespace aggregator::shadow
