#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/http/message.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::plan {

/// A request to a backend under construction; one object is used again and again, so that its
/// memory is kept. Not to be copied or moved while `request` is in use: it views the others.
struct Outgoing {
    /// A parameter of the client's query string that is forwarded.
    struct Pair {
        std::string_view key;
        std::string_view value;  ///< both decoded
    };
    std::string target;
    std::vector<http::Field> fields;
    std::vector<Pair> pairs;
    std::string scratch;      ///< bytes that pairs view
    bool added_gzip = false;  ///< gzip is asked for, and the client did not
    http::Request request;    ///< views the target, the fields, the plan and the client's request
};

/// What every request shares before its backends are told apart: computed once for each client
/// request.
struct ClientFacts {
    std::string_view client;  ///< the client's address
    std::string_view user_agent;
    std::string_view via;
    const http::Field* trace = nullptr;        ///< the request's `traceparent`
    const http::Field* trace_state = nullptr;  ///< its `tracestate`; null without the other
    const http::Field* redirects = nullptr;    ///< its mark that a redirect led to it
    std::string_view id_name{};                ///< the header that tells its id; empty: none
    bool names_hops = false;  ///< a Connection field names fields of this request that may not pass
};

/// The client's address: the peer's, unless the peer is a trusted proxy. Then `app_engine` reads it
/// from X-Appengine-Remote-Addr; else the first of `remote_ip_headers` that helps is read from its
/// end, unless `forwarded_by_client_ip` is off, and the first address that is no trusted proxy's is
/// the client's, the very first one if all are.
[[nodiscard]] std::string_view client_of(const Plan& plan, const http::Request& request);

/// The same, by the first of `headers` that helps, for other proxies than the plan's.
[[nodiscard]] std::string_view client_of(const AddressSet& trusted,
                                         std::span<const std::string> headers,
                                         const http::Request& request);

/// Views the plan and the request.
[[nodiscard]] ClientFacts client_facts_of(const Plan& plan, const http::Request& request);

/// Fills `out` with what `backend` is to be sent for `request` : target, method, headers and body.
/// Host is left to the client that sends it, and so is its part of the path (Host::prefix); the
/// body, whole or streamed, is the client's. A trace goes on whatever the filters say (W3C Trace
/// Context: `traceparent` and `tracestate`), and so does the mark of a request to which a redirect
/// led (http::kRedirectsField). Never forwarded (RFC 9110 7.6.1): Connection and what it names,
/// Keep-Alive, Proxy-Connection, TE, Trailer, Transfer-Encoding and Upgrade; Proxy-Authorization
/// and Proxy-Authenticate, which are between a client and its own proxy (RFC 9110 11.7); and
/// Content-Length and Expect, which speak of framing.
void forward(const Backend& backend, const http::Request& request, const ClientFacts& facts,
             Outgoing& out);

/// Reads all parameters of a query string into `out.pairs`, in their order. Those with a `;` or a
/// malformed escape are dropped.
void read_query(std::string_view query, Outgoing& out);

}  // namespace aggregator::plan
