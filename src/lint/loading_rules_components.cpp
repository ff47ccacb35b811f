#include "lint/all_rules.hpp"

namespace aggregator::lint {

constinit const Rule kMisplacedComponent = {
    .name = "misplaced-component",
    .severity = Severity::Error,
    .summary = "a component where it has no meaning, so that it is not in force",
    .explanation =
        R"(Components stand in `extra_config`, each at the service, at an endpoint or at a
backend. Elsewhere nothing reads it: a limit that stands at the wrong level limits
nothing, and nothing in the answers says so. So the program does not start.

Bad:
    { "endpoint": "/me", "extra_config": { "backend/http": { "return_error_code": true } },
      "backend": [{ "url_pattern": "/me" }] }

Good:
    { "endpoint": "/me", "backend": [{ "url_pattern": "/me",
      "extra_config": { "backend/http": { "return_error_code": true } } }] })",
};

constinit const Rule kNoCounterpart = {
    .name = "no-counterpart",
    .severity = Severity::Advice,
    .summary = "components and keys that do nothing here and change no answer",
    .explanation =
        R"(Telemetry, documentation and the folder of plugins change nothing of what clients
get, so a configuration is served without them. Logs are on standard error, one
event a line, and counters are read at `GET /metrics` of the management interface.
All of them are reported in one advice, at the first place.

Bad:
    "extra_config": { "telemetry/logging": { "level": "INFO" } }

Good:
    "extra_config": { "admin": {} })",
};

constinit const Rule kUnknownComponent = {
    .name = "unknown-component",
    .severity = Severity::Error,
    .summary = "a component of extra_config that does not exist, misspelt or invented",
    .explanation =
        R"(A component that nothing reads protects nothing. One whose name is close to a
component of the format, or that begins as those which protect or answer do (auth/,
security/, qos/, validation/, plugin/, governance/, modifier/, backend/, server/,
ai/), keeps the program from starting. Any other name is a warning: it may be meant
for another program. A key that begins with `$`, `@`, `_` or `#` is a comment.

Bad:
    "extra_config": { "security/secure-headers": {} }

Good:
    "extra_config": { "#acme/audit": { "sink": "kafka" } })",
};

constinit const Rule kUnsupportedComponent = {
    .name = "unsupported-component",
    .severity = Severity::Error,
    .summary = "a component that this program does not have",
    .explanation =
        R"(The format has it, and this program does not do it: an endpoint whose tokens should
be checked would be open to everybody. So it does not start. If something else does
it, such as a gateway in front, the component may be left out by its name, in the
file or with `--allow-unsupported NAME`; each place is then a warning. Names are
written out, `*` is none.

Bad:
    "extra_config": { "auth/ntlm": {} }

Good:
    "@allow_unsupported": ["auth/ntlm"])",
};

constinit const Rule kUnsupportedKey = {
    .name = "unsupported-key",
    .severity = Severity::Error,
    .summary = "a key that the format has and this program does not",
    .explanation =
        R"(It is served as if it were not written. If it limits or protects something, or
changes where requests go, that is an error and nothing starts; it may be left out
by its name, as `component.key`. Otherwise it is a warning.

Bad:
    "extra_config": { "router": { "max_payload": 1024 } }

Good:
    "@allow_unsupported": ["router.max_payload"])",
};

constinit const Rule kUnusedAllowance = {
    .name = "unused-allowance",
    .severity = Severity::Warning,
    .summary = "an entry of `@allow_unsupported` that nothing needs",
    .explanation =
        R"(The component is not written, is supported, or is called otherwise. An entry that
stays would leave it out without a word on the day on which it is written.

Bad:
    "@allow_unsupported": ["auth/validater"]

Good:
    "@allow_unsupported": ["auth/validator"])",
};

}  // namespace aggregator::lint
