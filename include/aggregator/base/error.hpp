#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace aggregator::base {

/// Who has to act on an error. Breakers and ejection count a backend's alone.
enum class Fault : std::uint8_t { Client, Backend, Gateway, Operator };

/// Every error of the data path. The table in error.cpp gives each its stable name, HTTP status and
/// fault, and base/error_text says what each means and what to do.
enum class Code : std::uint8_t {
    // the client's
    BadRequest,
    BadTarget,
    EncodedParams,
    HeadTooLarge,
    TooManyHeaders,
    TooManyParameters,
    BodyTooLarge,
    BadBody,
    RequestTimeout,
    ClientStalled,
    UnsupportedVersion,
    UnsupportedCoding,
    ExpectationFailed,
    NotFound,
    MethodNotAllowed,
    ClientClosed,
    BadHost,
    Bot,
    AddressDenied,
    RateLimited,
    RateKeyMissing,
    OnlyIfCached,
    TokenMissing,  ///< and what follows: refusals of who the client is, or may do
    TokenInvalid,
    TokenExpired,
    TokenRevoked,
    TokenForbidden,
    ScopeMissing,
    KeyMissing,
    KeyInvalid,
    KeyForbidden,
    LoginMissing,
    LoginInvalid,
    // a backend's
    Resolve,
    Connect,
    TlsHandshake,
    TlsUntrusted,
    TlsExpired,
    TlsWrongName,
    TlsNotSpoken,
    Reset,
    Closed,
    BadResponse,
    AnswerTooLarge,
    AnswerTooCostly,
    BadStatus,
    BadJson,
    BadXml,
    BadFeed,
    WrongShape,
    BadEncoding,
    BadPlaceholder,
    BadRedirect,
    TooManyRedirects,
    Timeout,
    Stalled,
    BreakerOpen,
    CredentialsUnavailable,  ///< a token for the backend could not be got
    // the gateway's
    NoHosts,
    EndpointLimited,
    ServiceLimited,
    BackendLimited,
    TooManyConnections,
    TooManyCalls,
    Lagging,
    MemoryFull,
    RateStoreDown,    ///< what instances share of a limit
    KeysUnavailable,  ///< those of tokens were never fetched
    AuthBusy,         ///< passwords wait for threads that verify them
    Internal,
    // the operator's
    SigningFailed,  ///< a reply that had to be signed
    BadConfiguration,
    CannotListen,
};

/// One line of the table.
struct CodeRow {
    Code code;
    std::string_view
        name;    ///< stable, lower case with underscores; what logs, headers and counters show
    int status;  ///< HTTP status of a reply that the gateway makes for it
    Fault fault;
};

/// The table's line of a code.
[[nodiscard]] const CodeRow& row(Code code);

/// How many codes there are, for counters indexed by code.
inline constexpr std::size_t kCodes = static_cast<std::size_t>(Code::CannotListen) + 1;

/// An expected failure, as a value.
struct Error {
    Code code = Code::Internal;
    std::string detail;  ///< for people: what was seen, and what was expected
    /// Whole seconds until it is worth asking again; 0: nobody knows.
    std::uint32_t retry_after = 0;
};

/// What a function gives that can fail in ways its caller has to expect. Nothing on the way of a
/// request throws.
template <typename T>
using Result = tl::expected<T, Error>;

/// `return fail(Code::Reset, "...")` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::string detail = {}) {
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

/// `return fail(other.error())`: hands a failure on.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace aggregator::base
