#include <aggregator/shadow/reason_text.hpp>

#include <array>

namespace aggregator::shadow {
namespace {

using enum Reason;

constexpr std::array<ReasonText, kReasons> kTexts{{
    {Disabled, "The shadow is switched off.",
     "Set `enabled` to true in `proxy/shadow`, or by the management interface."},
    {Expired, "The time in `expires` has passed.",
     "Set a later `expires` if the shadow is still needed."},
    {Method, "The request's method is not among `sample.methods`.",
     "Add the method if it is to be copied."},
    {Condition, "A condition of `sample.when` does not hold.",
     "Compare the request with the conditions."},
    {Loop, "The request is a copy itself: it has the shadow's marker header.",
     "Intended: a copy is never copied again."},
    {Sampling, "The request is not in the sample.", "Raise `sample.percentage` for more copies."},
    {Rate, "There were more copies in a second than `sample.max_rate`.",
     "Raise `sample.max_rate`."},
    {Breaker, "So many copies failed that none is sent for `limits.breaker.cooldown`.",
     "Look at the reasons of the copies before: connect, timeout, reset."},
    {BodyTooLarge, "The request's body is larger than `limits.max_body`.",
     "Raise `limits.max_body`."},
    {BodyError, "The body that the client sent broke off.", "Nothing is wrong with the shadow."},
    {Budget, "The copies of the process are too many, or hold too much memory.",
     "Raise `budget` in the service's `proxy/shadow`, or make the shadow faster."},
    {QueueFull,
     "Too many copies of this shadow wait, or one waited for a quarter of `shadow_timeout`.",
     "Raise `limits.concurrency` or `limits.queue`, or lower the percentage: the shadow is too "
     "slow."},
    {Resolve, "The name of the shadow's host cannot be resolved, or no host is known.",
     "Check `host` of the shadow."},
    {Connect, "No connection to the shadow's host could be made.",
     "Check that the shadow runs on this port."},
    {Tls, "The TLS handshake with the shadow's host failed.",
     "Check its certificate and `client_tls`."},
    {Timeout, "The shadow did not answer within `shadow_timeout`.",
     "Raise `shadow_timeout`, or make the shadow faster."},
    {Reset, "The shadow closed or reset the connection before its answer was complete.",
     "Look into the shadow's log."},
    {BadResponse, "The shadow's answer is not valid HTTP, or redirects to where copies do not go.",
     "Look at `detail` in the log."},
    {Lagging, "The copy of a streamed body fell further behind than `limits.max_body`.",
     "Raise `limits.max_body`, or make the shadow faster."},
    {Shutdown, "The gateway ended before the copy did.", "Nothing is wrong with the shadow."},
    {Internal, "A fault in the gateway.", "Report it with the log's lines of that time."},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (static_cast<std::size_t>(kTexts[i].reason) != i || kTexts[i].meaning.empty()) {
            return false;
        }
    }
    return true;
}
static_assert(in_order(), "every reason has a text, in the order of the reasons");

}  // namespace

const ReasonText& text_of(Reason reason) { return kTexts[static_cast<std::size_t>(reason)]; }

}  // namespace aggregator::shadow
