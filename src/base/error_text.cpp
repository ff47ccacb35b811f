#include <aggregator/base/error_text.hpp>

#include <array>

namespace aggregator::base {
namespace {

using enum Code;

constexpr std::array<ErrorText, kCodes> kTexts{{
    {BadRequest,
     "The request is not valid HTTP, or is ambiguous (RFC 9112). The connection is closed.",
     "Look at `reason` in the access log; mend the client or the proxy in front of the gateway."},
    {BadTarget,
     "The request's target is not a valid path, or a parameter is `.` or `..` in some spelling.",
     "Mend the client: it has to percent-encode what it puts into a path."},
    {EncodedParams, "A parameter of the path is percent-encoded twice.",
     "Mend the client, or set `router.disable_path_decoding` to accept it."},
    {HeadTooLarge, "The head of a message is larger than `max_header_bytes`.",
     "Look for a growing cookie or token; raise `max_header_bytes` if the size is intended."},
    {TooManyHeaders, "A message has more header lines than `router.max_header_count`.",
     "Raise `router.max_header_count` if the number is intended."},
    {TooManyParameters, "A request's query has more parameters than `router.max_query_parameters`.",
     "Send them in a body; raise `router.max_query_parameters` if the number is intended."},
    {BodyTooLarge,
     "The body of a request has to be held in memory and is larger than `router.max_body_bytes`.",
     "Raise `router.max_body_bytes`, or serve uploads with one backend: then the body is streamed "
     "and has no limit."},
    {BadBody, "The body of a request is not valid, as a chunk with a wrong size.",
     "Mend the client or the proxy in front of the gateway."},
    {RequestTimeout,
     "The head or the body of a request did not come within `read_header_timeout` or "
     "`read_timeout`.",
     "Raise the limit if clients with slow connections are expected."},
    {ClientStalled,
     "A client sent nothing of a body, or took nothing of a reply, for `router.stall_timeout`.",
     "Usually a client that has gone; raise `router.stall_timeout` if clients may pause for "
     "longer."},
    {UnsupportedVersion, "The request's version of HTTP is not 1.0 or 1.1.",
     "Put a proxy that speaks HTTP/2 in front of the gateway."},
    {UnsupportedCoding, "The request's `Transfer-Encoding` is another one than `chunked`.",
     "Mend the client: compressed bodies have a `Content-Encoding`, which is passed on."},
    {ExpectationFailed, "The request's `Expect` is another one than `100-continue`.",
     "Mend the client."},
    {NotFound, "No endpoint has this path.",
     "`aggregator routes PATH` lists the endpoints; the letters' case and a trailing slash count."},
    {MethodNotAllowed, "The path has endpoints, but none for this method.",
     "Add an endpoint with this `method`; each method is an endpoint of its own."},
    {ClientClosed, "The client closed its connection before its reply was complete.",
     "Nothing is wrong here; if it happens often, compare the client's timeout with the "
     "endpoint's."},
    {BadHost, "The request names a host that `security/http` does not list in `allowed_hosts`.",
     "Add the host to `allowed_hosts` if clients are to use it; behind a proxy see "
     "`host_proxy_headers`."},
    {Bot, "`security/bot-detector` takes the client for a bot, by its User-Agent.",
     "Add the User-Agent to `allow` if the client is welcome."},
    {AddressDenied, "`security/ip-filter` does not let the client's address in.",
     "Compare `client` in the access log with the lists; behind a proxy set "
     "`router.trusted_proxies`."},
    {RateLimited, "The client sent more requests than a limit for each client allows.",
     "Nothing is wrong here if the client is too fast: its reply has `Retry-After`. Raise "
     "`client_max_rate` or `client_capacity` if it is not; behind a proxy set "
     "`router.trusted_proxies`, or all clients of the proxy are one."},
    {RateKeyMissing,
     "A limit for each client tells clients apart by what this request does not have.",
     "Send the header, cookie, parameter or claim that `key` names; or set `on_missing_key`."},
    {OnlyIfCached,
     "The request has `Cache-Control: only-if-cached`, and `qos/http-cache` has no answer for it.",
     "Nothing is wrong here; the client asks for what is stored alone."},
    {TokenMissing, "The request has no token, and the endpoint has `auth/validator`.",
     "Send the token as `Authorization: Bearer ...`, or in the cookie that `cookie_key` names."},
    {TokenInvalid,
     "The token cannot be used: it is malformed, signed with another algorithm or another key, or "
     "for another issuer or audience.",
     "`operation_debug` of `auth/validator` logs the reason of each refusal."},
    {TokenExpired, "The token has expired, or is not valid yet.",
     "Get a new one; compare the clocks of both machines, and see `leeway` of `auth/validator`."},
    {TokenRevoked, "The token, or all tokens of its bearer, were revoked.",
     "Get a new one; `GET /api/v1/revocations` of the management interface counts revocations."},
    {TokenForbidden, "The token is good, but has none of the `roles` that the endpoint asks for.",
     "Compare the claim that `roles_key` names with `roles`."},
    {ScopeMissing, "The token is good, but lacks `scopes` that the endpoint asks for.",
     "Ask the identity server for a token with the scopes that `WWW-Authenticate` lists."},
    {KeyMissing, "The request has no API key, and the endpoint has `auth/api-keys`.",
     "Send the key where `strategy` and `identifier` expect it."},
    {KeyInvalid, "The API key is not among those of the service.",
     "Add the key to `keys` of the service's `auth/api-keys` if the client is welcome."},
    {KeyForbidden, "The API key is good, but has none of the `roles` that the endpoint asks for.",
     "Compare the roles of the key with `roles` of the endpoint."},
    {LoginMissing, "The request has no user and password, and the endpoint has `auth/basic`.",
     "Send them as `Authorization: Basic ...` (RFC 7617)."},
    {LoginInvalid, "There is no such user, or the password is another one.",
     "Compare with `users` and the file of `htpasswd_path`."},
    {Resolve, "The name of the backend's host cannot be resolved.",
     "Check the spelling of `host`, and ask the name server from the gateway's machine."},
    {Connect,
     "No connection to the backend could be made: refused, unreachable or not within "
     "`dialer_timeout`.",
     "Check that the backend runs and that `host` has the right port."},
    {TlsHandshake, "The TLS handshake with the backend failed.",
     "Compare versions and ciphers of both sides (`client_tls`); the backend may want a client "
     "certificate."},
    {TlsUntrusted, "The backend's certificate is signed by an authority that is not trusted.",
     "Add the authority to `client_tls.ca_certs`."},
    {TlsExpired, "The backend's certificate has expired or is not valid yet.",
     "Renew the backend's certificate; check the clocks of both machines."},
    {TlsWrongName, "The backend's certificate is for another name.",
     "Write the name that the certificate has into `host`."},
    {TlsNotSpoken, "The backend answered something other than TLS on a host with `https://`.",
     "Write `http://` into `host`, or the port on which the backend speaks TLS."},
    {Reset, "The backend reset the connection before its answer was complete.",
     "Look into the backend's log: it crashed, restarted, or closed an idle connection."},
    {Closed, "The backend closed the connection before its answer was complete.",
     "Look into the backend's log: it crashed, restarted, or sent fewer bytes than "
     "`Content-Length`."},
    {BadResponse, "The backend's answer is not valid HTTP, or is ambiguous (RFC 9112).",
     "The `detail` in the log names the fault; mend the backend."},
    {AnswerTooLarge,
     "The backend's answer has to be held in memory and is larger than `router.max_answer_bytes`.",
     "Raise `router.max_answer_bytes`, and `router.max_answer_work` to at least the same number; "
     "or use `\"output_encoding\": \"no-op\"`, which streams answers of any size."},
    {AnswerTooCostly,
     "Reading the answer or making the reply takes more operations than `router.max_answer_work`. "
     "A byte of JSON takes one at least, whatever `router.max_answer_bytes` allows.",
     "Make the answer smaller, simplify `flatmap_filter`, or raise `router.max_answer_work`."},
    {BadStatus, "The backend answered with another status than 200 and 201.",
     "Look into the backend's log. `backend/http` passes its status (`return_error_code`) or its "
     "error (`return_error_details`) on."},
    {BadJson, "The backend's answer is not valid JSON.",
     "Set the backend's `encoding` (`xml`, `rss`, `string`) if it is no JSON; else mend the "
     "backend."},
    {BadXml, "The backend's answer is not valid XML.",
     "Set the backend's `encoding` to what it answers; else mend the backend."},
    {BadFeed, "The backend's answer is no RSS, Atom or JSON feed.",
     "Set the backend's `encoding` to what it answers; else mend the backend."},
    {WrongShape,
     "The backend answered with a list where an object was expected, or the other way round.",
     "For a list write `\"is_collection\": true` into the backend: the list becomes "
     "`{\"collection\": [...]}`, and `mapping` or `group` give it another name. For an object "
     "remove `is_collection`."},
    {BadEncoding, "The gzip coding of a body is damaged or cut short.",
     "Mend the backend, or set `disable_compression` so that no compressed answers are asked for."},
    {BadPlaceholder,
     "A value that an earlier backend answered cannot be put into the `url_pattern` of a later "
     "one.",
     "Look at what `{resp0_...}` stands for: it is missing, no single value, or would change the "
     "path."},
    {BadRedirect, "The backend redirects to where the gateway does not follow.",
     "`Location` is not valid, leads from outside to this machine, or to the management interface. "
     "Set `no_redirect` to pass redirects on."},
    {TooManyRedirects, "The backend redirected more than 10 times.",
     "Look for a circle of redirects in the backend."},
    {Timeout, "The backend did not answer within the endpoint's `timeout`.",
     "Raise the endpoint's `timeout`, or make the backend faster. The durations are in the access "
     "log."},
    {Stalled,
     "The backend took nothing of a request, or sent nothing more of its answer, for "
     "`router.stall_timeout`.",
     "Look into the backend's log; raise `router.stall_timeout` if it may pause for longer."},
    {BreakerOpen,
     "The circuit breaker is open: the backend failed too often and is not called for a while.",
     "Look for the failures that opened it. It closes by itself after one good answer."},
    {CredentialsUnavailable, "The gateway could not get a token to call the backend with.",
     "Look for the reason in the log; check `token_url`, `client_id` and `client_secret` of "
     "`auth/client-credentials`."},
    {NoHosts, "No host of the backend is known.",
     "With `sd: dns` the name has no SRV records now; else write `host` into the backend or the "
     "service."},
    {EndpointLimited, "All clients together sent more requests than the endpoint's limit allows.",
     "Raise `max_rate` or `capacity` of `qos/ratelimit/router` if the backends can take more."},
    {ServiceLimited, "All clients together sent more requests than the service's limit allows.",
     "Raise `max_rate` or `capacity` of `qos/ratelimit/service` if the backends can take more."},
    {BackendLimited, "The backend would be called more often than its limit allows.",
     "Raise `max_rate` or `capacity` of `qos/ratelimit/proxy` if the backend can take more; each "
     "concurrent call and each retry counts."},
    {TooManyConnections, "`router.max_connections` client connections are open and busy.",
     "Raise `router.max_connections` and the limit of open files, or run more instances."},
    {TooManyCalls, "There is no room for the bytes of a body that a reader has not read yet.",
     "Raise `budget.max_bytes` of `proxy/shadow` if shadows are to copy more at a time."},
    {Lagging, "A reader fell too far behind the sender of a streamed body.",
     "Raise `limits.max_body` of the shadow, or make its backend faster."},
    {MemoryFull,
     "`router.max_held_bytes` is used up; what waited longest for its peer was given up.",
     "Look for slow clients or very large answers; raise `router.max_held_bytes` if there is "
     "memory."},
    {RateStoreDown, "Redis, which counts a limit for all instances, could not be asked.",
     "Look for the reason in the log; with `on_failure_allow` the limit is counted here "
     "meanwhile."},
    {KeysUnavailable, "The keys of tokens could not be fetched yet, so no token can be verified.",
     "Look for the reason in the log; check `jwk_url` and the server behind it."},
    {AuthBusy, "Too many passwords wait to be verified.",
     "Look for an attack by guessing; a limit for each client in front of it helps."},
    {Internal, "A fault in the gateway.", "Report it with the log's lines of that time."},
    {SigningFailed, "A reply could not be signed.",
     "The log names the reason; look at the key of `auth/signer`."},
    {BadConfiguration, "A file that the configuration names cannot be used.",
     "The message names the file and what is wrong; `aggregator check PATH` finds it before the "
     "start."},
    {CannotListen, "The gateway cannot listen on its address and port.",
     "Another program has the port (the log names it), or the address is none of this machine's."},
}};

constexpr bool texts_in_order() {
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (static_cast<std::size_t>(kTexts[i].code) != i || kTexts[i].meaning.empty()) {
            return false;
        }
    }
    return true;
}
static_assert(texts_in_order(), "every code has a text, in the order of the codes");

}  // namespace

const ErrorText& text_of(Code code) { return kTexts[static_cast<std::size_t>(code)]; }

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::Client:
            return "client";
        case Fault::Backend:
            return "backend";
        case Fault::Gateway:
            return "gateway";
        case Fault::Operator:
            return "operator";
    }
    return {};
}

}  // namespace aggregator::base
