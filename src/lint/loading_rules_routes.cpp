#include "lint/all_rules.hpp"

namespace aggregator::lint {

constinit const Rule kBadRoute = {
    .name = "bad-route",
    .severity = Severity::Error,
    .summary = "a path that cannot be routed",
    .explanation =
        R"(A parameter is a whole segment of the path, `/{name}`, and a path has no more than
256 segments. The message says what is wrong with this one.

Bad:
    "endpoint": "/shop/{}"

Good:
    "endpoint": "/shop/{id}")",
};

constinit const Rule kForbiddenPath = {
    .name = "forbidden-path",
    .severity = Severity::Error,
    .summary = "a path with `*`, or one that belongs to the program",
    .explanation = R"(There are no wildcards in the paths of endpoints, and /__health, /__debug and
/__echo are the program's own.

Bad:
    "endpoint": "/shop/*"

Good:
    "endpoint": "/shop/{page}")",
};

constinit const Rule kNoBackends = {
    .name = "no-backends",
    .severity = Severity::Error,
    .summary = "an endpoint that nothing answers",
    .explanation = R"(An endpoint consists of its backends; without one there is nothing to send.

Bad:
    { "endpoint": "/shop", "backend": [] }

Good:
    { "endpoint": "/shop", "backend": [{ "host": ["http://shop"] }] })",
};

constinit const Rule kNoHosts = {
    .name = "no-hosts",
    .severity = Severity::Warning,
    .summary = "a backend that has no hosts",
    .explanation = R"(A backend without `host` uses those of the service. If the service has none
either, every request to the backend fails.

Bad:
    "backend": [{ "url_pattern": "/items" }]

Good:
    "backend": [{ "host": ["http://shop.internal"], "url_pattern": "/items" }])",
};

constinit const Rule kNoOpBackends = {
    .name = "no-op-backends",
    .severity = Severity::Error,
    .summary = "a no-op endpoint with several backends that answer",
    .explanation =
        R"(With `no-op` the answer of one backend passes through untouched, so there has to be
exactly one. Any number of shadow backends may stand beside it.

Bad:
    "output_encoding": "no-op",
    "backend": [{ "url_pattern": "/old" }, { "url_pattern": "/new" }]

Good:
    "output_encoding": "no-op",
    "backend": [
      { "url_pattern": "/old" },
      { "url_pattern": "/new", "extra_config": { "proxy": { "shadow": true } } } ])",
};

constinit const Rule kParamsMismatch = {
    .name = "params-mismatch",
    .severity = Severity::Error,
    .summary = "a backend that needs more values than the path has",
    .explanation =
        R"(Every `{name}` in a `url_pattern` is filled with what the endpoint's path captures
under that name.

Bad:
    "endpoint": "/shop/{id}",
    "backend": [{ "url_pattern": "/{town}/{shop}/{id}" }]

Good:
    "endpoint": "/{town}/{shop}/{id}",
    "backend": [{ "url_pattern": "/{town}/{shop}/{id}" }])",
};

constinit const Rule kRouteConflict = {
    .name = "route-conflict",
    .severity = Severity::Error,
    .summary = "two endpoints that the router cannot tell apart",
    .explanation =
        R"(Two endpoints have the same method and the same path, or give one place of a path
two names, as in /shop/{id} and /shop/{name}/stock. The message names both places.

Bad:
    { "endpoint": "/shop/{id}" }, { "endpoint": "/shop/{name}/stock" }

Good:
    { "endpoint": "/shop/{id}" }, { "endpoint": "/shop/{id}/stock" })",
};

constinit const Rule kShadowOnly = {
    .name = "shadow-only",
    .severity = Severity::Error,
    .summary = "an endpoint whose backends are all shadows",
    .explanation =
        R"(What a shadow answers never reaches a client, so at least one backend has to be a
regular one.

Bad:
    "backend": [{ "extra_config": { "proxy": { "shadow": true } } }]

Good:
    "backend": [
      { "url_pattern": "/old" },
      { "url_pattern": "/new", "extra_config": { "proxy": { "shadow": true } } } ])",
};

constinit const Rule kUndefinedParam = {
    .name = "undefined-param",
    .severity = Severity::Error,
    .summary = "a placeholder that the endpoint does not define",
    .explanation =
        R"(Every `{name}` in a `url_pattern` is filled with what the endpoint's path captures
under that name, letter by letter: upper and lower case are not the same.

Bad:
    "endpoint": "/shop/{id}",
    "backend": [{ "url_pattern": "/items/{item}" }]

Good:
    "endpoint": "/shop/{item}",
    "backend": [{ "url_pattern": "/items/{item}" }])",
};

constinit const Rule kUnfilledParam = {
    .name = "unfilled-param",
    .severity = Severity::Warning,
    .summary = "a placeholder that is never filled",
    .explanation =
        R"(The endpoint's path has the name in it, but a parameter runs to the next slash and
takes all of it into its name: `/{id}.json` captures `id.json`, and `{id}` is sent
to the backend as it is written.

Bad:
    "endpoint": "/shop/{id}.json",
    "backend": [{ "url_pattern": "/items/{id}" }]

Good:
    "endpoint": "/shop/{id}",
    "backend": [{ "url_pattern": "/items/{id}" }])",
};

constinit const Rule kUnsupportedMethod = {
    .name = "unsupported-method",
    .severity = Severity::Error,
    .summary = "a method that endpoints cannot have",
    .explanation =
        R"(Endpoints are served for GET, POST, PUT, PATCH, DELETE and OPTIONS, one method each:
a path with two methods is two endpoints. A backend may be asked with any method
whose name is well formed.

Bad:
    { "endpoint": "/items", "method": "GET,POST" }

Good:
    { "endpoint": "/items", "method": "GET" },
    { "endpoint": "/items", "method": "POST" })",
};

}  // namespace aggregator::lint
