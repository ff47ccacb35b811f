#include "lint/all_rules.hpp"
#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

void check_xml_collection(const Subject& subject, Findings& findings) {
    for_each_read(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (backend.is_collection && backend.encoding == config::Encoding::Xml) {
            findings.at(backend.source, "is_collection",
                        "`collection` of " + title_of(backend) +
                            " is no list but an object, the root element of its XML",
                        "remove `is_collection`");
        }
    });
}

}  // namespace

constinit const Rule kXmlCollection = {
    .name = "xml-collection",
    .severity = Severity::Warning,
    .summary = "`is_collection` of an XML backend wraps an object, not a list",
    .explanation = R"(A document in XML is one element, so it is an object whatever `is_collection`
says: the flag puts that object under `collection`. Lists are inside of it,
where an element repeats.

Bad:
    "encoding": "xml", "is_collection": true

Good:
    "encoding": "xml")",
    .check = check_xml_collection,
};

}  // namespace aggregator::lint
