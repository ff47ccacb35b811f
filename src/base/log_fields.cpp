#include <aggregator/base/log_fields.hpp>

#include <algorithm>
#include <iterator>

namespace aggregator::base {
namespace {

constexpr LogFieldRow kFields[] = {
    {"address", "Where the program listens, as address:port."},
    {"allowed", "Whether CORS grants what the page of another origin asks for."},
    {"backend", "A backend, by its `url_pattern`."},
    {"backends",
     "Access log: for each backend in the order of the configuration what it answered, how many "
     "milliseconds it took, which host was asked, what a cache did, and how many calls were made "
     "for "
     "it if it has `backend/retry` or `backend/hedge`, as `200/1.234/a.internal:8000`, "
     "`bad_status:503/0.9/b.internal/tries=2` or `200/0.01/cache:hit`. In JSON a list of objects "
     "with `status`, `failure`, `duration_ms`, `host`, `tries` and `cache`."},
    {"body", "Debug endpoint: the beginning of the request's body."},
    {"bytes", "Access log: bytes of the reply's body. Elsewhere: bytes of memory that are held."},
    {"caller", "The address of who called the management interface."},
    {"calls", "Calls to backends that are in flight."},
    {"client", "The client's address, by `router.trusted_proxies`."},
    {"completed",
     "Access log: whether the reply was whole: every backend contributed, and nothing broke off."},
    {"components", "Components that are not supported and were allowed to be left out."},
    {"connections", "Open connections of clients; at the start, the number that is allowed."},
    {"copies", "How many copies of a shadow were lost for this reason since the last such line."},
    {"denied_by", "Access log: the component that refused the request."},
    {"descriptors", "File descriptors that the event loop watches."},
    {"detail", "What exactly was seen."},
    {"duration_ms",
     "Milliseconds from the request's head to the reply's end; of a backend, from its call to its "
     "answer."},
    {"endpoint", "The endpoint: its method and path, or in the access log its path."},
    {"endpoints", "How many endpoints are served."},
    {"error", "The name of a failure; `aggregator explain NAME` says what it means."},
    {"errors", "How often each failure happened, as `timeout:3`."},
    {"event", "In JSON: what happened; the access log's is `access`."},
    {"failure",
     "Access log: the name of the failure that the reply was made for; of a backend, its failure."},
    {"failures", "How many failures in a row there were."},
    {"for_ms", "How many milliseconds a host is not called."},
    {"from", "The value of a setting before a change."},
    {"given_up", "What was given up to make room in memory, by kind."},
    {"headers", "Debug endpoint: the request's headers, without credentials."},
    {"held_by", "The process that has the port already."},
    {"hint", "What to do about it."},
    {"host",
     "Access log: the host that the client asked for. Elsewhere: the host that was called."},
    {"http_proxy", "The proxy for hosts with http."},
    {"https_proxy", "The proxy for hosts with https."},
    {"id",
     "Access log: the id of the request, as `router.request_id` has it. Elsewhere: the id of a "
     "shadow in the management interface."},
    {"in_seconds", "How many seconds are left until a shadow stops."},
    {"kept", "Whether the hosts that a name had before stay in use."},
    {"kind", "What the held memory is for: heads, replies or bodies."},
    {"level", "In JSON: `error`, `warning`, `info` or `debug`."},
    {"limit", "The limit of open files."},
    {"live_status", "The status of the reply that the client of a copied request got."},
    {"log_lines_dropped", "Lines of the log that were lost because nobody read them in time."},
    {"max_held_bytes", "The limit `router.max_held_bytes`."},
    {"method", "The request's method."},
    {"name", "A name that was looked up, or that of a circuit breaker."},
    {"no_proxy", "The hosts that are called without a proxy."},
    {"open", "How many connections are open."},
    {"origin", "The origin of the page that asks, as a browser sends it."},
    {"params", "Debug endpoint: the parameters of the path."},
    {"path", "The path of the request, without its query."},
    {"percentage", "Percentage of requests that a shadow gets a copy of."},
    {"places", "At how many places something is left out."},
    {"query", "Debug endpoint: the query, without credentials."},
    {"queued_ms", "How many milliseconds a copy waited before it was sent."},
    {"reason", "Why, in words or as a name; of a shadow copy a drop reason."},
    {"received_bytes", "Bytes of a shadow's answer."},
    {"request_id", "The id of a request; its copies have the same one."},
    {"requests", "How many requests were answered."},
    {"resent", "Calls that were made again because a kept connection had been closed."},
    {"sent_bytes", "Bytes of a copy's body."},
    {"setting", "The setting of a shadow that was changed."},
    {"shadow", "The shadow, by its name."},
    {"shadow_dropped", "Copies that were not sent or not answered."},
    {"shadow_eligible", "Requests that a shadow might have had a copy of."},
    {"shadow_finished", "Copies that were answered."},
    {"shadow_in_flight", "Copies that have not ended."},
    {"shadow_losses", "How often each drop reason occurred, as `timeout:3`."},
    {"signal", "The signal that ends the program."},
    {"source", "Where keys of tokens are fetched."},
    {"status", "The HTTP status of a reply, or of a backend's or shadow's answer."},
    {"subject",
     "Access log: the claim of the token that `log_claim` of `auth/validator` names. Elsewhere: "
     "what "
     "an entry of the state file is about."},
    {"target", "The request's target: path and query."},
    {"targets", "How many hosts a name stands for."},
    {"time", "In JSON: when it happened, in UTC."},
    {"timers", "Timers that are running."},
    {"to", "The value of a setting after a change."},
    {"took_ms", "Milliseconds from a copy's start to its end."},
    {"trace", "Access log: the trace id of the request's `traceparent`."},
    {"upstream", "Open connections to backends."},
    {"upstream_idle", "Open connections to backends that no call uses."},
    {"url", "Debug endpoint: the request's target."},
    {"user_agent", "Access log: the client's `User-Agent`."},
    {"variables", "Variables of the environment that stand for keys of the configuration."},
    {"version", "The program's version."},
    {"worker", "The number of a worker, from 0."},
    {"workers", "How many workers serve."},
};

}  // namespace

std::span<const LogFieldRow> log_fields() { return kFields; }

const LogFieldRow* find_log_field(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kFields), std::end(kFields),
                     [name](const LogFieldRow& one) { return one.name == name; });
    return found == std::end(kFields) ? nullptr : found;
}

}  // namespace aggregator::base
