#include "components/basic_auth/settings.hpp"

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/files.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;
namespace strict = reading::strict;

constexpr std::string_view kHint = "`htpasswd -B FILE NAME` writes a line by bcrypt";

struct Draft {
    Users of_file;
    Users of_section;
};

void read_path(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::String, "the path of a file")) {
        return;
    }
    const std::string path = reading::located_file(value);
    const auto text = reading::read_file(path);
    if (!text) {
        return value.error("unreadable-file",
                           "cannot read " + reading::quoted(path) + ": " + text.error().detail);
    }
    Htpasswd file = read_htpasswd(*text);
    for (const HtpasswdFault& fault : file.faults) {
        value.error("bad-value",
                    "line " + std::to_string(fault.line) + " of " + reading::quoted(path) + ": " +
                        fault.why,
                    std::string(kHint));
    }
    if (file.users.empty() && file.faults.empty()) {
        value.error("bad-value", reading::quoted(path) + " has no users", std::string(kHint));
    }
    draft.of_file = std::move(file.users);
}

void read_user(const Value& value, Draft& draft) {
    if (!is_user_name(value.key)) {
        return value.error("bad-value", reading::quoted(value.key) +
                                            " is no name of a user: it is empty, or has a colon or "
                                            "a control character");
    }
    // What was written may be a password: it is never repeated.
    const std::string why = value.node.kind == json::Kind::String ? fault_of_hash(value.node.text)
                                                                  : "is no text with a hash";
    if (!why.empty()) {
        return value.error("bad-value", value.label() + "what is written " + why,
                           std::string(kHint));
    }
    draft.of_section.emplace(value.key, value.node.text);
}

void read_users(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::Object, "an object of names and hashes")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        if (!reading::is_comment(entry.key)) {
            read_user(value.member(entry), draft);
        }
    }
}

constexpr reading::Field<Draft> kFields[] = {
    {"htpasswd_path", read_path},
    {"users", read_users},
};

}  // namespace

std::shared_ptr<const reading::Settings> read_basic_auth(const Value& value) {
    Draft draft;
    reading::read_fields(
        value, {.what = "`auth/basic`", .keys = reading::Keys::Exact, .fields = kFields}, draft);
    auto settings = std::make_shared<BasicAuthSettings>();
    settings->users = std::move(draft.of_section);
    settings->users.merge(draft.of_file);
    return settings;
}

}  // namespace aggregator::components
