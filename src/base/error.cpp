#include <aggregator/base/error.hpp>

#include <array>

#include <aggregator/base/assert.hpp>

namespace aggregator::base {
namespace {

using enum Fault;

constexpr std::array<CodeRow, kCodes> kTable{{
    {Code::BadRequest, "bad_request", 400, Client},
    {Code::BadTarget, "bad_target", 400, Client},
    {Code::EncodedParams, "encoded_params", 400, Client},
    {Code::HeadTooLarge, "head_too_large", 431, Client},
    {Code::TooManyHeaders, "too_many_headers", 431, Client},
    {Code::TooManyParameters, "too_many_parameters", 400, Client},
    {Code::BodyTooLarge, "body_too_large", 413, Client},
    {Code::BadBody, "bad_body", 400, Client},
    {Code::RequestTimeout, "request_timeout", 408, Client},
    {Code::ClientStalled, "client_stalled", 408, Client},
    {Code::UnsupportedVersion, "unsupported_version", 505, Client},
    {Code::UnsupportedCoding, "unsupported_coding", 501, Client},
    {Code::ExpectationFailed, "expectation_failed", 417, Client},
    {Code::NotFound, "not_found", 404, Client},
    {Code::MethodNotAllowed, "method_not_allowed", 405, Client},
    {Code::ClientClosed, "client_closed", 499, Client},
    {Code::BadHost, "bad_host", 421, Client},
    {Code::Bot, "bot", 403, Client},
    {Code::AddressDenied, "address_denied", 403, Client},
    {Code::RateLimited, "rate_limited", 429, Client},
    {Code::RateKeyMissing, "rate_key_missing", 429, Client},
    {Code::OnlyIfCached, "only_if_cached", 504, Client},
    {Code::TokenMissing, "token_missing", 401, Client},
    {Code::TokenInvalid, "token_invalid", 401, Client},
    {Code::TokenExpired, "token_expired", 401, Client},
    {Code::TokenRevoked, "token_revoked", 401, Client},
    {Code::TokenForbidden, "token_forbidden", 403, Client},
    {Code::ScopeMissing, "scope_missing", 403, Client},
    {Code::KeyMissing, "key_missing", 401, Client},
    {Code::KeyInvalid, "key_invalid", 401, Client},
    {Code::KeyForbidden, "key_forbidden", 403, Client},
    {Code::LoginMissing, "login_missing", 401, Client},
    {Code::LoginInvalid, "login_invalid", 401, Client},
    {Code::Resolve, "resolve", 500, Backend},
    {Code::Connect, "connect", 500, Backend},
    {Code::TlsHandshake, "tls_handshake", 500, Backend},
    {Code::TlsUntrusted, "tls_untrusted", 500, Backend},
    {Code::TlsExpired, "tls_expired", 500, Backend},
    {Code::TlsWrongName, "tls_wrong_name", 500, Backend},
    {Code::TlsNotSpoken, "tls_not_spoken", 500, Backend},
    {Code::Reset, "reset", 500, Backend},
    {Code::Closed, "closed", 500, Backend},
    {Code::BadResponse, "bad_response", 500, Backend},
    {Code::AnswerTooLarge, "answer_too_large", 500, Backend},
    {Code::AnswerTooCostly, "answer_too_costly", 500, Backend},
    {Code::BadStatus, "bad_status", 500, Backend},
    {Code::BadJson, "bad_json", 500, Backend},
    {Code::BadXml, "bad_xml", 500, Backend},
    {Code::BadFeed, "bad_feed", 500, Backend},
    {Code::WrongShape, "wrong_shape", 500, Backend},
    {Code::BadEncoding, "bad_encoding", 500, Backend},
    {Code::BadPlaceholder, "bad_placeholder", 500, Backend},
    {Code::BadRedirect, "bad_redirect", 500, Backend},
    {Code::TooManyRedirects, "too_many_redirects", 500, Backend},
    {Code::Timeout, "timeout", 500, Backend},
    {Code::Stalled, "stalled", 500, Backend},
    {Code::BreakerOpen, "breaker_open", 500, Backend},
    {Code::CredentialsUnavailable, "credentials_unavailable", 500, Backend},
    {Code::NoHosts, "no_hosts", 500, Operator},
    {Code::EndpointLimited, "endpoint_limited", 503, Gateway},
    {Code::ServiceLimited, "service_limited", 503, Gateway},
    {Code::BackendLimited, "backend_limited", 500, Gateway},
    {Code::TooManyConnections, "too_many_connections", 503, Gateway},
    {Code::TooManyCalls, "too_many_calls", 503, Gateway},
    {Code::Lagging, "lagging", 500, Gateway},
    {Code::MemoryFull, "memory_full", 503, Gateway},
    {Code::RateStoreDown, "rate_store_down", 503, Gateway},
    {Code::KeysUnavailable, "keys_unavailable", 503, Gateway},
    {Code::AuthBusy, "auth_busy", 503, Gateway},
    {Code::Internal, "internal", 500, Gateway},
    {Code::SigningFailed, "signing_failed", 500, Operator},
    {Code::BadConfiguration, "bad_configuration", 500, Operator},
    {Code::CannotListen, "cannot_listen", 500, Operator},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (static_cast<std::size_t>(kTable[i].code) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order(), "the table's lines stand in the order of the codes");

}  // namespace

const CodeRow& row(Code code) { return kTable[static_cast<std::size_t>(code)]; }

}  // namespace aggregator::base
