#include <optional>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"
#include "lint/rules/secrets.hpp"

namespace aggregator::lint {

namespace {

/// A value on the way down the tree of a file.
struct Step {
    const json::Node* node;
    std::string_view key;  ///< under which it stands; empty in a list
};

/// One walk through a file.
class Search {
public:
    Search(const config::File& file, Findings& findings) : file_(file), findings_(findings) {}

    void run() {
        steps_.push_back({&file_.document.root(), {}});
        while (!steps_.empty()) {
            const Step step = steps_.back();
            steps_.pop_back();
            visit(step);
        }
    }

private:
    void visit(const Step& step) {
        const json::Node& node = *step.node;
        if (node.kind == json::Kind::String) {
            tell(node, describe_secret(step.key, node.text));
            return;
        }
        const bool renames = step.key == "mapping";  // its values are names of keys
        for (const json::Node::Entry& entry : node.members) {
            const std::string_view key = renames ? std::string_view() : entry.key;
            steps_.push_back({&file_.document.at(entry.node), key});
        }
        for (const std::uint32_t element : node.elements) {
            steps_.push_back({&file_.document.at(element), {}});
        }
        look_at_pair(node);
    }

    /// `{"name": "Authorization", "value": "..."}`, as components have headers.
    void look_at_pair(const json::Node& object) {
        const json::Node* const name = file_.document.member(object, "name");
        const json::Node* const value = file_.document.member(object, "value");
        if (name != nullptr && value != nullptr && value->kind == json::Kind::String &&
            describe_secret({}, value->text).empty()) {
            tell(*value, describe_secret(name->text, value->text));
        }
    }

    void tell(const json::Node& node, const std::string& what) {
        if (!what.empty()) {
            findings_.at({&file_, &node}, "",
                         what + " stands in the file: whoever can read it can use it",
                         "keep secrets out of configuration files, and replace this one: it has "
                         "been written down");
        }
    }

    const config::File& file_;
    Findings& findings_;
    std::vector<Step> steps_;
};

void check(const Subject& subject, Findings& findings) {
    for (const auto& file : subject.loaded.files) {
        if (!file->is_environment) {
            Search(*file, findings).run();
        }
    }
}

}  // namespace

constinit const Rule kSecretInFile = {
    .name = "secret-in-file",
    .severity = Severity::Warning,
    .summary = "a password, token or key stands in the file",
    .explanation = R"(Configuration files are kept in version control, copied into images and sent
around; a secret in them is soon known to many, and stays in the history after it
has been removed. Told are keys such as `password`, `token`, `secret`, `api_key`
and `Authorization` with a literal value, credentials in URLs, private keys, JSON
Web Tokens and the access keys of well-known services. The value itself is never
repeated.

Bad:
    "client_secret": "q7Jx...Vb2"

Good:
    "client_secret": "${CLIENT_SECRET}", filled in when the service is deployed)",
    .check = check,
};

}  // namespace aggregator::lint
