#include "components/api_keys/settings.hpp"

#include <algorithm>
#include <set>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/files.hpp>
#include <aggregator/reading/secret.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;
namespace strict = reading::strict;

constexpr std::string_view kWhat = "`auth/api-keys`";
constexpr std::string_view kAny = "ANY";
constexpr double kRateMax = 1e6;
constexpr std::size_t kKeyBytesMax = 4096;

constexpr strict::Word<KeyHash> kHashes[] = {{"plain", KeyHash::Plain},
                                             {"sha256", KeyHash::Sha256},
                                             {"sha1", KeyHash::Sha1},
                                             {"fnv128", KeyHash::Fnv128}};
constexpr strict::Word<KeyPlace> kPlaces[] = {{"header", KeyPlace::Header},
                                              {"query_string", KeyPlace::Query}};

/// A key with its place, so that what is wrong with it can be told once the hash is known.
struct KeyDraft {
    reading::Secret key;
    std::vector<std::string> roles;
};

/// The service's section while it is read.
struct Draft {
    DeclaredKeys settings;
    std::optional<Value> keys{};
    std::optional<Value> file{};
    reading::Secret salt;
};

constexpr reading::Field<KeyDraft> kKeyFields[] = {
    {"key", [](const Value& value, KeyDraft& one) { strict::read(value, one.key); }},
    {"roles", [](const Value& value, KeyDraft& one) { strict::read(value, one.roles); }},
    {"@description", reading::ignore<KeyDraft>},
};

void read_identifier(const Value& value, std::string& identifier) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    const bool sound = std::ranges::all_of(value.node.text, [](char c) {
        return c > ' ' && c < '\x7F' && c != '&' && c != '=' && c != '#';
    });
    if (value.node.text.empty() || !sound) {
        return value.error("bad-value", value.label() +
                                            "expected the name of a header or query string, "
                                            "found " +
                                            reading::described(value.node));
    }
    identifier = value.node.text;
}

constexpr reading::Field<Draft> kServiceFields[] = {
    {"keys", [](const Value& value, Draft& draft) { draft.keys.emplace(value); }},
    {"keys_file", [](const Value& value, Draft& draft) { draft.file.emplace(value); }},
    {"hash", [](const Value& value,
                Draft& draft) { strict::read_word(value, kHashes, draft.settings.hash); }},
    {"salt",
     [](const Value& value, Draft& draft) {
         if (value.node.kind != json::Kind::String || !value.node.text.empty()) {
             strict::read(value, draft.salt);
         }
     }},
    {"strategy", [](const Value& value,
                    Draft& draft) { strict::read_word(value, kPlaces, draft.settings.place); }},
    {"identifier",
     [](const Value& value, Draft& draft) { read_identifier(value, draft.settings.identifier); }},
    {"propagate_role",
     [](const Value& value, Draft& draft) {
         if (value.node.kind != json::Kind::String || !value.node.text.empty()) {
             strict::read_header_name(value, draft.settings.propagate_role);
         }
     }},
};

/// Why a key cannot be one; empty if it can. Never has it in it.
std::string fault_of_key(std::string_view key, KeyHash hash) {
    const std::size_t length = stored_length(hash);
    const bool digits = std::ranges::all_of(key, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (length != 0 && (key.size() != length || !digits)) {
        return "has not the " + std::to_string(length) + " hexadecimal digits of its `hash`";
    }
    const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; });
    return visible && key.size() <= kKeyBytesMax
               ? std::string()
               : "cannot be sent: it has white space or other characters than ASCII's, or more "
                 "than 4096";
}

void read_keys(const Value& list, Draft& draft, std::set<std::string>& known) {
    if (!strict::expect(list, json::Kind::Array, "a list of keys")) {
        return;
    }
    for (const std::uint32_t index : list.node.elements) {
        const Value element = list.element(index);
        KeyDraft one;
        reading::read_fields(
            element, {.what = "a key", .keys = reading::Keys::Exact, .fields = kKeyFields}, one);
        if (element.node.kind == json::Kind::Object && !reading::member_of(element, "key")) {
            element.error("bad-value", "a key has no `key`");
        }
        if (one.key.empty()) {
            continue;
        }
        const KeyHash hash = draft.settings.hash;
        const std::string& written = one.key.reveal();
        const std::string fault = fault_of_key(written, hash);
        std::string stored = hash == KeyHash::Plain ? written : base::to_lower(written);
        if (!fault.empty()) {
            element.error("bad-value", "`key`: what is written " + fault);
        } else if (!known.insert(stored).second) {
            element.error("bad-value", "the same key stands there twice",
                          "put the roles of both into one");
        } else if (known.size() > DeclaredKeys::kKeysMax) {
            return element.error("bad-value", "there are more than 100000 keys");
        } else {
            draft.settings.keys.push_back({std::move(stored), std::move(one.roles)});
        }
    }
}

void read_file(const Value& value, Draft& draft, std::set<std::string>& known) {
    if (!strict::expect(value, json::Kind::String, "the path of a file")) {
        return;
    }
    const std::string path = reading::located_file(value);
    auto text = reading::read_file(path);
    if (!text) {
        return value.error("unreadable-file",
                           "cannot read " + reading::quoted(path) + ": " + text.error().detail);
    }
    auto document = reading::parse_file(path, *std::move(text));
    if (!document) {
        return value.error("bad-value", reading::quoted(path) + " cannot be read, in line " +
                                            std::to_string(document.error().position.line) + ": " +
                                            document.error().message);
    }
    const reading::File file{path, *std::move(document)};
    read_keys(Value{file, file.document.root(), {}, value.report}, draft, known);
}

void read_roles(const Value& value, AskedKeys& asked) {
    strict::read(value, asked.roles);
    asked.any = std::ranges::any_of(
        asked.roles, [](const std::string& role) { return role == kAny || role == "*"; });
    if (value.node.kind == json::Kind::Array && value.node.elements.empty()) {
        value.error("bad-value", "`roles`: an empty list lets nobody in",
                    "\"roles\": [\"ANY\"] lets every key in");
    }
}

void read_rate(const Value& value, AskedKeys& asked) {
    asked.client_max_rate = strict::real(value, 0, kRateMax).value_or(0);
}

constexpr reading::Field<AskedKeys> kEndpointFields[] = {
    {"roles", read_roles},
    {"client_max_rate", read_rate},
    {"strategy",
     [](const Value& value, AskedKeys& asked) {
         KeyPlace place = KeyPlace::Header;
         strict::read_word(value, kPlaces, place);
         asked.place = place;
     }},
    {"identifier",
     [](const Value& value, AskedKeys& asked) { read_identifier(value, asked.identifier); }},
};

}  // namespace

bool DeclaredKeys::has_role(std::string_view role) const {
    return std::ranges::any_of(keys, [role](const Key& key) {
        return std::ranges::find(key.roles, role) != key.roles.end();
    });
}

KeyPlace AskedKeys::place_beside(const DeclaredKeys& declared) const {
    return place.value_or(declared.place);
}

std::string AskedKeys::identifier_beside(const DeclaredKeys& declared) const {
    const KeyPlace own = place_beside(declared);
    if (!identifier.empty()) {
        return identifier;
    }
    if (own == declared.place && !declared.identifier.empty()) {
        return declared.identifier;
    }
    return own == KeyPlace::Header ? "Authorization" : "key";
}

std::shared_ptr<const reading::Settings> read_declared_keys(const Value& value) {
    Draft draft;
    reading::read_fields(
        value, {.what = kWhat, .keys = reading::Keys::Exact, .fields = kServiceFields}, draft);
    if (value.node.kind != json::Kind::Object) {
        return nullptr;
    }
    draft.settings.salt = draft.salt.reveal();
    std::set<std::string> known;
    if (draft.keys) {
        read_keys(*draft.keys, draft, known);
    }
    if (draft.file) {
        read_file(*draft.file, draft, known);
    }
    if (!draft.keys && !draft.file) {
        value.error("bad-value", std::string(kWhat) + " of the service declares no `keys`",
                    "for instance \"keys\": [{\"key\": {\"file\": \"key\"}, \"roles\": [\"a\"]}]");
    }
    return std::make_shared<const DeclaredKeys>(std::move(draft.settings));
}

std::shared_ptr<const reading::Settings> read_asked_keys(const Value& value) {
    auto asked = std::make_shared<AskedKeys>();
    reading::read_fields(
        value, {.what = kWhat, .keys = reading::Keys::Exact, .fields = kEndpointFields}, *asked);
    if (value.node.kind == json::Kind::Object && !reading::member_of(value, "roles")) {
        value.error("bad-value", std::string(kWhat) + " of an endpoint has no `roles`",
                    "\"roles\": [\"ANY\"] lets every key in");
    }
    return asked;
}

}  // namespace aggregator::components
