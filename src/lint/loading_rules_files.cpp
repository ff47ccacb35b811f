#include "lint/all_rules.hpp"

namespace aggregator::lint {

constinit const Rule kBadVariable = {
    .name = "bad-variable",
    .severity = Severity::Error,
    .summary = "an environment variable that names no key of the service",
    .explanation = R"(A variable AGGREGATOR_<KEY> stands for the key of that name at the root of the
service. One that names no such key is a misspelling, or was put there by
something else, so nothing starts until that is settled. In Kubernetes a service
called `aggregator` makes such variables for every pod.

Bad:
    AGGREGATOR_PROT=9000

Good:
    AGGREGATOR_PORT=9000
    enableServiceLinks: false      # in the pod, against those of Kubernetes)",
};

constinit const Rule kDuplicateKey = {
    .name = "duplicate-key",
    .severity = Severity::Error,
    .summary = "a key that stands twice in one object",
    .explanation =
        R"(Readers of JSON disagree about which of two equal keys counts, and whoever edits
the file next may change the one that does not. Keys that the format knows are
the same key in whatever case they are written.

Bad:
    { "timeout": "2s", "port": 8080, "timeout": "5s" }

Good:
    { "timeout": "5s", "port": 8080 })",
};

constinit const Rule kFileElsewhere = {
    .name = "file-elsewhere",
    .severity = Severity::Warning,
    .summary = "a file that the configuration names is not beside it",
    .explanation =
        R"(Files that a configuration names are looked for in its folder, and only then in
the working directory, which is another one for a service that is started by the
system.

Bad:
    "files": { "deny": ["conf/drop.txt"] }     (in /etc/aggregator/aggregator.json)

Good:
    "files": { "deny": ["drop.txt"] })",
};

constinit const Rule kLinkLoop = {
    .name = "link-loop",
    .severity = Severity::Error,
    .summary = "a symbolic link that leads back to a folder around it",
    .explanation =
        R"(The files below `endpoints/` are found by walking down its folders, and links are
followed. A link that leads to a folder in which it stands has no end.

Bad:
    endpoints/all -> ..

Good:
    endpoints/shop -> ../../shop/endpoints)",
};

constinit const Rule kNoService = {
    .name = "no-service",
    .severity = Severity::Error,
    .summary = "a folder without a file that holds the service",
    .explanation = R"(A folder is a configuration if it holds `service.json`, `service.yaml`,
`service.yml` or `service.toml`. Its endpoints may stand there or in files below
`endpoints/`.

Bad:
    shop/endpoints/cart.json

Good:
    shop/service.json
    shop/endpoints/cart.json)",
};

constinit const Rule kSecondService = {
    .name = "second-service",
    .severity = Severity::Error,
    .summary = "a folder with two files that hold the service",
    .explanation = R"(A folder has one service. Which of two files should count cannot be told.

Bad:
    shop/service.json
    shop/service.yaml

Good:
    shop/service.yaml)",
};

constinit const Rule kSyntax = {
    .name = "syntax",
    .severity = Severity::Error,
    .summary = "a file that is not what its name says",
    .explanation =
        R"(The file cannot be read as JSON, or as YAML or TOML if its name ends in `.yaml`,
`.yml` or `.toml`. Comments and a trailing comma are accepted in JSON; missing
commas, single quotes and keys without quotes are not.

Bad:
    { "port": 8080 "timeout": "2s" }

Good:
    { "port": 8080, "timeout": "2s" })",
};

constinit const Rule kTooMany = {
    .name = "too-many",
    .severity = Severity::Warning,
    .summary = "more findings than are listed one by one",
    .explanation =
        R"(What exceeds the limits is counted and reported in one line: ten thousand findings of
loading, a thousand of every rule. Most often one mistake stands behind them.

Bad:
    a file that was generated with one wrong key in every endpoint

Good:
    the same file after the generator was mended)",
};

constinit const Rule kUnreadableFile = {
    .name = "unreadable-file",
    .severity = Severity::Error,
    .summary = "a file or folder that cannot be read",
    .explanation =
        R"(It is not there, is not allowed to be read, is a link to nothing, or has more than
256 MiB. The rest of the configuration is looked at all the same.

Bad:
    aggregator lint shpo.json

Good:
    aggregator lint shop.json)",
};

constinit const Rule kUnsupportedVersion = {
    .name = "unsupported-version",
    .severity = Severity::Error,
    .summary = "a service without `\"version\": 3`",
    .explanation = R"(The format has had three versions, which differ in the names of keys. Only the
third one is read, and it has to be named.

Bad:
    { "endpoints": [] }

Good:
    { "version": 3, "endpoints": [] })",
};

}  // namespace aggregator::lint
