#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// A JSON value that stands where a list was wanted. Not `{}`, which means an empty list, and not
/// an empty text, which is told as an empty name.
bool is_bare(const json::Node& node) {
    const bool nothing = node.kind == json::Kind::Object
                             ? node.members.empty()
                             : node.kind == json::Kind::String && node.text.empty();
    return node.kind != json::Kind::Array && node.size != 0 && !nothing;
}

void check_keys(const Source& object, std::initializer_list<std::string_view> keys,
                Findings& findings) {
    for (const std::string_view key : keys) {
        const json::Node* const node = written(object, key);
        if (node == nullptr || !is_bare(*node)) {
            continue;
        }
        const std::size_t end = std::size_t{node->offset} + node->size;
        findings.repair_at({object.file, node}, "",
                           quoted(key) + " is a list: this is taken as its only element",
                           {{.offset = node->offset, .size = 0, .text = "["},
                            {.offset = end, .size = 0, .text = "]"}});
    }
}

void check_tls(const config::ServiceConfig& service, Findings& findings) {
    if (service.places.tls.node != nullptr) {
        check_keys(service.places.tls, {"keys", "ca_certs", "curve_preferences", "cipher_suites"},
                   findings);
    }
    const Source client = part_of(service.source, "client_tls");
    if (client.node != nullptr) {
        check_keys(client, {"client_certs", "ca_certs", "curve_preferences", "cipher_suites"},
                   findings);
    }
}

void check_value_instead_of_list(const Subject& subject, Findings& findings) {
    check_keys(subject.service.source, {"host", "endpoints"}, findings);
    check_tls(subject.service, findings);
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        check_keys(endpoint.source, {"backend", kInputHeaders, kInputQueries}, findings);
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        check_keys(backend.source, {"host", "allow", "deny", kInputHeaders, kInputQueries},
                   findings);
    });
}

}  // namespace

constinit const Rule kValueInsteadOfList = {
    .name = "value-instead-of-list",
    .severity = Severity::Advice,
    .summary = "a list of one element is written as the bare element",
    .explanation = R"(Where a list is wanted, a single value is taken as a list with that element.
Others who read the file, the JSON Schema in an editor among them, insist on the
list; and whoever adds a second element easily writes `"a, b"`.

Bad:
    "host": "http://users.internal"

Good:
    "host": ["http://users.internal"]

The repair adds the brackets. In YAML and TOML it is not told.)",
    .check = check_value_instead_of_list,
};

}  // namespace aggregator::lint
