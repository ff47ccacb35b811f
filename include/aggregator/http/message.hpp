#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::http {

using base::Code;
using base::Error;
using base::Result;

/// One header line: views into whoever owns the message's bytes. Names keep the spelling they came
/// in.
struct Field {
    std::string_view name;
    std::string_view value;
};

using Fields = std::span<const Field>;

/// The first field of that name, compared without case; null if there is none.
[[nodiscard]] const Field* find(Fields fields, std::string_view name);

/// One piece of a streamed body.
struct Piece {
    enum class State : std::uint8_t {
        More,  ///< `bytes` are there and more may follow
        Wait,  ///< nothing now; the wake that was given to wake_with() will run
        End,   ///< `bytes` (maybe none) are the last
    };
    /// Valid until control goes back to the loop, or until any stream of this loop is asked again.
    std::string_view bytes;
    State state = State::Wait;
};

/// A body that is still on its way. Pulled: whoever does not ask for the next piece holds its
/// sender back, so a body of any length passes in constant memory. Lives on the loop's thread.
class BodyStream {
public:
    virtual ~BodyStream() = default;

    /// The next piece if one is there. Not called again after End or an error.
    [[nodiscard]] virtual Result<Piece> next() = 0;
    /// `wake` runs on the loop's thread, never from within next(), each time a stream that said
    /// Wait is worth asking again, or is broken. It replaces the one given before; an empty
    /// function ends it.
    virtual void wake_with(std::function<void()> wake) = 0;
    /// Whether next() can only fail: nobody needs to finish first what they do with earlier pieces.
    [[nodiscard]] virtual bool broken() const { return false; }
    /// The length that the sender declared, unless it was chunked.
    [[nodiscard]] virtual std::optional<std::uint64_t> length() const = 0;
};

/// What a cache in front of a backend did with a call. Filled by that cache.
struct CacheUse {
    std::string_view outcome{};                 ///< for the log: `hit`, `miss`; empty: no cache
    std::string status{};                       ///< the same as in Cache-Status (RFC 9211)
    std::optional<base::Duration> age{};        ///< of an answer that was stored (RFC 9111 4.2.3)
    std::optional<base::Duration> fresh_for{};  ///< how long the answer may still be used
};

/// The host that a call went to. Filled by whoever sends the request, until its call is over.
struct Asked {
    /// `name:port` and the path in front of every target, as configured or discovered; empty if no
    /// host was chosen. Lives as long as the Service that was called.
    std::string_view host;
    int status = 0;           ///< of the answer's head; 0: none came
    std::uint32_t tries = 0;  ///< calls that were made for this one; 0: it is never repeated
    CacheUse cache{};
};

/// What the access log tells of one request. Owned by the server's connection, filled on the way.
struct AccessRecord {
    struct Part {
        int status = 0;      ///< of the backend; 0 if it failed before one came
        bool asked = false;  ///< with neither status nor failure: its client left before
        std::optional<Code> failure;
        base::Duration took{};
        Asked at{};  ///< the last host, if several were
    };
    std::string_view endpoint;  ///< the pattern, as configured; lives as long as the plan
    std::uint32_t number = 0;   ///< the endpoint's place in the plan, if `endpoint` is not empty
    bool completed = false;
    std::optional<Code> failure;  ///< of a reply that the gateway made itself
    std::string_view denied_by;   ///< the component that refused it, by its name; else empty
    std::string subject;          ///< who sent it, as far as that is to be logged; else empty
    std::vector<Part> parts;      ///< one a regular backend, in the order of the configuration
};

/// What a verified token says about its bearer.
class Claims {
public:
    virtual ~Claims() = default;
    /// A claim as text: the exact name first, then `a.b` as a path; nothing if there is none.
    [[nodiscard]] virtual std::optional<std::string_view> text(std::string_view name) const = 0;
};

/// Who sent a request, as far as components have found out.
struct Identity {
    const Claims* claims = nullptr;        ///< of its token; null: there was none to verify
    std::optional<std::uint32_t> api_key;  ///< the number of its key among those of the service
    std::string_view role;                 ///< of that key at this endpoint
    std::string_view user;                 ///< that has logged in
};

struct Request;

/// Is told of the steps of an exchange that asks its backends one after the other.
class Follower {
public:
    virtual ~Follower() = default;
    /// Backend `index` of the endpoint is being asked. `request` is the client's with the values
    /// that were found for this step behind its parameters; it lives until this returns.
    virtual void on_step(std::uint32_t index, const Request& request) = 0;
};

/// A request. Everything it views lives until call() returned: whoever needs it later copies it.
/// Only `stream`, `record`, `id`, `follower`, `asked` and `identity` live on, until the Call is
/// destroyed; a call that is over does not touch them.
struct Request {
    std::string_view method;
    std::string_view target;  ///< as on the wire, in origin form: path and query
    /// The authority the client asked for; of a request to a backend what its Host is to say, empty
    /// for the host's own name.
    std::string_view host;
    Fields headers;  ///< without framing rules applied; may hold hop-by-hop ones
    std::span<const std::string_view>
        params;             ///< values captured by the route, decoded, in the pattern's order
    std::string_view body;  ///< the whole body, when it is in memory
    BodyStream* stream = nullptr;    ///< else where it comes from; null if `body` is all
    bool expects_continue = false;   ///< its sender holds the body back until it is asked for it
    std::string_view client;         ///< the peer's address, in text
    bool secure = false;             ///< it came over TLS
    std::string_view id;             ///< names it in logs and to backends; empty: it has none
    AccessRecord* record = nullptr;  ///< null when nobody asks for it
    Follower* follower = nullptr;    ///< null when nobody asks for it
    Asked* asked = nullptr;          ///< null when nobody asks for it
    /// Hosts, named as Asked::host, that are asked only if there is no other one; a call that goes
    /// around them takes no other call's turn. A copy of the request forgets them.
    std::span<const std::string_view> avoid;
    const Identity* identity = nullptr;  ///< null: nobody was asked who they are
    /// When the caller gives the call up, or an endpoint has to have replied; 0: it is not known. A
    /// call that is destroyed before it was given up for another reason than its backend.
    base::Time deadline{};
};

/// Where a response came from, for messages.
struct Sender {
    bool tls = false;
    std::string_view authority;  ///< empty if no backend sent the response
    std::string_view target;     ///< path and query, the origin's prefix included
};

/// A response. Everything it views belongs to the one who calls Done and is valid until Done
/// returns; a stream is handed over and lives on its own.
struct Response {
    int status = 200;
    Fields headers;         ///< without connection and framing headers
    std::string_view body;  ///< the whole body, if there is no stream
    std::unique_ptr<BodyStream> stream;
    std::uint64_t dropped_bytes = 0;  ///< of a body that was read and not kept
    Sender from;
    /// Why the rest of a collected body did not come: what came of it was dropped, and only status
    /// and headers can be used.
    std::optional<Error> cut;
};

}  // namespace aggregator::http
