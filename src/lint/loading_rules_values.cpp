#include "lint/all_rules.hpp"

namespace aggregator::lint {

constinit const Rule kBadAddress = {
    .name = "bad-address",
    .severity = Severity::Error,
    .summary = "a name or a typing error where an IP address belongs",
    .explanation =
        R"(Addresses to listen on, of trusted proxies and of DNS servers are literal: they
are not looked up. Networks are written with their number of bits.

Bad:
    "listen_ip": "localhost"

Good:
    "listen_ip": "127.0.0.1")",
};

constinit const Rule kBadDuration = {
    .name = "bad-duration",
    .severity = Severity::Error,
    .summary = "a duration without a unit, or that is none",
    .explanation = R"(Some programs read a bare number as nanoseconds, some as milliseconds, some as
seconds, so a number alone is refused. The units are ns, us, ms, s, m and h, and
they may be put together: "1m30s".

Bad:
    "timeout": 3000

Good:
    "timeout": "3s")",
};

constinit const Rule kBadHost = {
    .name = "bad-host",
    .severity = Severity::Error,
    .summary = "a host that no connection can be made to",
    .explanation =
        R"(A host is a scheme, a name or address, and if need be a port and a path that is
put in front of every target. Without a scheme it is http. An IPv6 address stands
in brackets.

Bad:
    "host": ["http://shop internal:80a"]

Good:
    "host": ["http://shop.internal:8080"])",
};

constinit const Rule kBadValue = {
    .name = "bad-value",
    .severity = Severity::Error,
    .summary = "a value that is not one of those that are expected",
    .explanation =
        R"(Its type is right, but not what it says: a word that is not in the list, a text
that does not have the form, a list with too few elements.

Bad:
    { "type": "mvoe", "args": ["a", "b"] }

Good:
    { "type": "move", "args": ["a", "b"] })",
};

constinit const Rule kCleanedHost = {
    .name = "cleaned-host",
    .severity = Severity::Warning,
    .summary = "a host with something around its name that is left out",
    .explanation = R"(White space around a host and what else cannot belong to it is left out. It
works, and the next program that reads the file may not be as patient.

Bad:
    "host": ["http://shop.internal "]

Good:
    "host": ["http://shop.internal"])",
};

constinit const Rule kFilterIgnored = {
    .name = "filter-ignored",
    .severity = Severity::Error,
    .summary = "a filter that keeps nothing back",
    .explanation =
        R"(The format ignores some filters, and clients get what those were to keep back:
`allow` and `deny` beside a flatmap_filter of the same backend; `deny` of what
`allow` lets through; a flatmap_filter of an endpoint with one backend; all of them
with the output encoding no-op; a `del` without paths. `run` warns of it and starts;
here it is an error.

Bad:
    "deny": ["password"],
    "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "move", "args": ["name", "title"] } ] } }

Good:
    "extra_config": { "proxy": { "flatmap_filter": [
      { "type": "del", "args": ["password"] },
      { "type": "move", "args": ["name", "title"] } ] } })",
};

constinit const Rule kMisplacedKey = {
    .name = "misplaced-key",
    .severity = Severity::Warning,
    .summary = "a key that belongs to another object",
    .explanation = R"(The key is known, but not in this object, where it does nothing. Most often it
stands one level too high or too low: what concerns the whole endpoint belongs to
the endpoint, what concerns one backend to that backend.

Bad:
    "backend": [{ "extra_config": { "proxy": { "sequential": true } } }]

Good:
    "backend": [ ... ],
    "extra_config": { "proxy": { "sequential": true } })",
};

constinit const Rule kNoEffect = {
    .name = "no-effect",
    .severity = Severity::Warning,
    .summary = "a key that is known and does nothing here",
    .explanation =
        R"(Something else that is written takes its place, or what it needs is not there. A
reader of the file will believe that it works.

Bad:
    "mapping": { "name": "title" },
    "extra_config": { "proxy": { "flatmap_filter": [ ... ] } }

Good:
    "extra_config": { "proxy": { "flatmap_filter": [ ... ] } })",
};

constinit const Rule kOlderName = {
    .name = "older-name",
    .severity = Severity::Advice,
    .summary = "a component of extra_config under the name that it had long ago",
    .explanation = R"(Components once had names that look like addresses of source code. Those are
still understood, but only where the short name does not stand beside them, and
editors with the schema of the format do not know them.

Bad:
    "extra_config": { "github.com/devopsfaith/krakend/proxy": { "shadow": true } }

Good:
    "extra_config": { "proxy": { "shadow": true } }

The repair writes the short name.)",
};

constinit const Rule kOutOfRange = {
    .name = "out-of-range",
    .severity = Severity::Error,
    .summary = "a number that is too small or too large",
    .explanation = R"(The message says from where to where the number may go.

Bad:
    "port": 80800

Good:
    "port": 8080)",
};

constinit const Rule kTlsKeys = {
    .name = "tls-keys",
    .severity = Severity::Error,
    .summary = "a certificate without its private key, or the reverse",
    .explanation =
        R"(A pair is two paths of PEM files. Without both of them no handshake can succeed.

Bad:
    "tls": { "keys": [{ "public_key": "shop.pem" }] }

Good:
    "tls": { "keys": [{ "public_key": "shop.pem", "private_key": "shop.key" }] })",
};

constinit const Rule kTlsVersion = {
    .name = "tls-version",
    .severity = Severity::Error,
    .summary = "versions of TLS that are not known or leave nothing",
    .explanation =
        R"(The names are TLS10, TLS11, TLS12 and TLS13, and the lowest must not be above the
highest. The defaults, TLS12 and TLS13, are what almost everybody wants.

Bad:
    "tls": { "min_version": "1.2" }

Good:
    "tls": { "min_version": "TLS12" })",
};

constinit const Rule kUnknownEncoding = {
    .name = "unknown-encoding",
    .severity = Severity::Warning,
    .summary = "an encoding that is not known",
    .explanation =
        R"(A backend's `encoding` says how its answer is read: json, safejson, string, no-op,
xml or rss. An endpoint's `output_encoding` says what is sent: json,
json-collection, string, xml, yaml, negotiate or no-op. Anything else is taken for
json.

Bad:
    "output_encoding": "jsno-collection"

Good:
    "output_encoding": "json-collection")",
};

constinit const Rule kUnknownKey = {
    .name = "unknown-key",
    .severity = Severity::Error,
    .summary = "a key that nothing reads, most often a misspelt one",
    .explanation =
        R"(The object has no such key, so what was meant does not happen. `run` warns of it
and starts; here it is an error. A key that begins with `$`, `@`, `_` or `#` is a
comment.

Bad:
    "timeuot": "5s"

Good:
    "timeout": "5s",
    "#note": "the stock is slow on Mondays")",
};

constinit const Rule kUnknownRule = {
    .name = "unknown-rule",
    .severity = Severity::Error,
    .summary = "a choice for a rule that does not exist",
    .explanation =
        R"(`@lint` at the root of the service chooses by the names of rules. A misspelt name
chooses nothing. `aggregator lint --list-rules` lists all names.

Bad:
    "@lint": { "unkown-key": "off" }

Good:
    "@lint": { "unknown-key": "off" })",
};

constinit const Rule kUnknownValue = {
    .name = "unknown-value",
    .severity = Severity::Warning,
    .summary = "a word that is not known, so the default is used",
    .explanation =
        R"(The format passes over words that it does not know, and uses the default instead.
That is hardly what was meant.

Bad:
    "sd": "consul"

Good:
    "sd": "dns")",
};

constinit const Rule kWrongType = {
    .name = "wrong-type",
    .severity = Severity::Error,
    .summary = "a list, object, text or number where another is expected",
    .explanation =
        R"(Values are read with some patience: a number may stand in quotes, and one element
may stand for a list of one. What cannot be read that way is refused. Inside of
`extra_config` every type has to be right, because a shadow that is not one would
answer clients.

Bad:
    "extra_config": { "proxy": { "shadow": "true" } }

Good:
    "extra_config": { "proxy": { "shadow": true } })",
};

constinit const Rule kBadExpression = {
    .name = "bad-expression",
    .severity = Severity::Error,
    .summary = "an expression of a shadow that cannot be read",
    .explanation =
        R"(A header's value may have names in braces, and `{{` is a brace; they are checked
before anything is served. `matches` is an expression of RE2, which has no
references back and no looking around, and is as fast as it is long.

Bad:
    "headers": [{ "name": "X-Request-Id", "value": "{request.idd}" }]

Good:
    "headers": [{ "name": "X-Request-Id", "value": "{request.id}" }])",
};

constinit const Rule kNameTaken = {
    .name = "name-taken",
    .severity = Severity::Error,
    .summary = "two shadows or endpoints with one name",
    .explanation =
        R"(Logs, metrics and the management interface know a shadow by the name that it has in
its endpoint, and an endpoint by `router.name`. `mirror` is the shadow that the
management interface makes.

Bad:
    { "proxy/shadow": { "name": "v2" } }, { "proxy/shadow": { "name": "v2" } }

Good:
    { "proxy/shadow": { "name": "v2" } }, { "proxy/shadow": { "name": "v3" } })",
};

constinit const Rule kOpenAdmin = {
    .name = "open-admin",
    .severity = Severity::Error,
    .summary = "a management interface that anybody on the network can use",
    .explanation =
        R"(It switches shadows and sends copies of all requests elsewhere. Without a token it
may listen on a loopback address alone.

Bad:
    "admin": { "listen": "0.0.0.0:8090" }

Good:
    "admin": { "listen": "10.0.0.5:8090", "token_file": "/run/secrets/token" })",
};

constinit const Rule kPortTaken = {
    .name = "port-taken",
    .severity = Severity::Error,
    .summary = "clients and the management interface on one port",
    .explanation = R"(Both would be served on the same address, and a client's request could end at
either.

Bad:
    "port": 8090, ... "admin": { "listen": "127.0.0.1:8090" }

Good:
    "port": 8080, ... "admin": { "listen": "127.0.0.1:8090" })",
};

constinit const Rule kShortToken = {
    .name = "short-token",
    .severity = Severity::Warning,
    .summary = "a token of the management interface that can be guessed",
    .explanation = R"(Nothing stops a program from trying tokens one after the other. Fewer than 16
characters are too few; `openssl rand -hex 32` makes a good one.

Bad:
    "admin": { "token": "secret" }

Good:
    "admin": { "token_file": "/run/secrets/aggregator-token" })",
};

}  // namespace aggregator::lint
