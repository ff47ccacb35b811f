#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

std::string_view flagless_encoding(config::Encoding encoding) {
    switch (encoding) {
        case config::Encoding::SafeJson:
            return "safejson";
        case config::Encoding::String:
            return "string";
        case config::Encoding::Rss:
            return "rss";
        default:
            return {};
    }
}

void check_ignored_collection_flag(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        const std::string_view encoding = flagless_encoding(backend.encoding);
        if (backend.is_collection && !encoding.empty()) {
            findings.at(backend.source, "is_collection",
                        "the encoding " + std::string(encoding) + " of " + title_of(backend) +
                            " does not look at `is_collection`",
                        "remove it");
        }
    });
}

}  // namespace

constinit const Rule kIgnoredCollectionFlag = {
    .name = "ignored-collection-flag",
    .severity = Severity::Advice,
    .summary = "`is_collection` with an encoding that does not look at it",
    .explanation = R"(`is_collection` is for the encodings json and xml. The encoding safejson finds
out for itself what an answer is; string and rss always make an object.

Bad:
    "encoding": "safejson", "is_collection": true

Good:
    "encoding": "safejson")",
    .check = check_ignored_collection_flag,
};

}  // namespace aggregator::lint
