#include "config/tls.hpp"

#include <aggregator/reading/files.hpp>

#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

/// What is read besides the model: the switch, and the single pair of older files.
struct ListenerDraft : ListenerTlsConfig {
    bool disabled = false;
    KeyPair single;
};

struct VersionName {
    std::string_view name;
    TlsVersion version;
};

constexpr VersionName kVersions[] = {{"TLS10", TlsVersion::Tls10},
                                     {"TLS11", TlsVersion::Tls11},
                                     {"TLS12", TlsVersion::Tls12},
                                     {"TLS13", TlsVersion::Tls13}};

void read_version(const Value& value, TlsVersion& out) {
    std::string name;
    weak::read(value, name);
    if (name.empty()) {
        return;
    }
    for (const VersionName& known : kVersions) {
        if (known.name == name) {
            out = known.version;
            return;
        }
    }
    if (name == "SSL3.0") {
        out = TlsVersion::Tls10;
        value.warn("tls-version", value.label() + "SSL 3.0 is not supported, TLS 1.0 is used");
        return;
    }
    value.error("tls-version", value.label() + "expected TLS10, TLS11, TLS12 or TLS13, found " +
                                   described(value.node));
}

/// The path of a file: relative to the configuration.
void read_path(const Value& value, std::string& path) {
    weak::read(value, path);
    if (value.node.kind == json::Kind::String && !path.empty()) {
        path = reading::located_file(value);
    }
}

template <auto Member, typename T>
void set_path(const Value& value, T& object) {
    read_path(value, object.*Member);
}

template <auto Member, typename T>
void set_paths(const Value& value, T& object) {
    std::vector<std::string> paths;
    for (const Value& element : weak::elements(value)) {
        read_path(element, paths.emplace_back());
    }
    object.*Member = std::move(paths);
}

template <auto Member, typename T>
void set_version(const Value& value, T& object) {
    read_version(value, object.*Member);
}

/// A list of numbers that the IANA assigns, two bytes each.
template <auto Member, typename T>
void set_codes(const Value& value, T& object) {
    std::vector<int> codes;
    for (const Value& element : weak::elements(value)) {
        std::uint16_t code = 0;
        weak::read(element, code);
        codes.push_back(code);
    }
    object.*Member = std::move(codes);
}

constexpr Field<KeyPair> kListenerPairFields[] = {
    {"public_key", set_path<&KeyPair::public_key>},
    {"private_key", set_path<&KeyPair::private_key>},
};

constexpr Field<KeyPair> kClientPairFields[] = {
    {"certificate", set_path<&KeyPair::public_key>},
    {"private_key", set_path<&KeyPair::private_key>},
};

/// Tells what a pair lacks, in the words of the keys that were wanted.
bool is_whole(const Value& value, const KeyPair& pair, std::string_view public_name) {
    for (const auto& [path, name] :
         {std::pair<const std::string&, std::string_view>(pair.public_key, public_name),
          {pair.private_key, "private key"}}) {
        if (path.empty()) {
            value.error("tls-keys", std::string(name) + " not defined",
                        "a pair is two paths of PEM files: the certificate and its private key");
            return false;
        }
    }
    return true;
}

std::vector<KeyPair> read_pairs(const Value& value, const Table<KeyPair>& table,
                                std::string_view public_name) {
    std::vector<KeyPair> pairs;
    for (const Value& element : weak::elements(value)) {
        KeyPair pair;
        read_fields(element, table, pair);
        if (element.node.kind == json::Kind::Object && is_whole(element, pair, public_name)) {
            pairs.push_back(std::move(pair));
        }
    }
    return pairs;
}

void read_keys(const Value& value, ListenerDraft& tls) {
    tls.keys =
        read_pairs(value, {.what = "a key pair", .fields = kListenerPairFields}, "public key");
}

void read_client_certs(const Value& value, ClientTlsConfig& tls) {
    tls.client_certs = read_pairs(
        value, {.what = "a client certificate", .fields = kClientPairFields}, "certificate");
}

/// The keys that both sides have.
template <typename T>
constexpr Field<T> kTlsFields[] = {
    {"ca_certs", set_paths<&T::ca_certs>},
    {"disable_system_ca_pool", weak::set<&T::disable_system_ca_pool>},
    {"min_version", set_version<&T::min_version>},
    {"max_version", set_version<&T::max_version>},
    {"curve_preferences", set_codes<&T::curve_preferences>},
    {"cipher_suites", set_codes<&T::cipher_suites>},
};

void check_flag(const Value& value, ListenerDraft&) {
    bool ignored = false;
    weak::read(value, ignored);
}

constexpr Field<ListenerDraft> kListenerFields[] = {
    {"disabled", weak::set<&ListenerDraft::disabled>},
    {"keys", read_keys},
    {"public_key", [](const Value& v, ListenerDraft& tls) { read_path(v, tls.single.public_key); }},
    {"private_key",
     [](const Value& v, ListenerDraft& tls) { read_path(v, tls.single.private_key); }},
    {"enable_mtls", weak::set<&ListenerDraft::enable_mtls>},
    {"prefer_server_cipher_suites", check_flag},
};

constexpr Field<ClientTlsConfig> kClientTlsFields[] = {
    {"allow_insecure_connections", weak::set<&ClientTlsConfig::allow_insecure_connections>},
    {"client_certs", read_client_certs},
};

template <typename T>
void check_versions(const Value& value, const T& tls) {
    if (tls.min_version > tls.max_version) {
        value.error("tls-version",
                    "`min_version` is above `max_version`: no handshake could succeed",
                    "the defaults are TLS12 and TLS13");
    }
}

/// Whether keys were written, whole or not: what is wrong with them has been told then.
bool has_keys(const Value& value) {
    const json::Node* const keys = value.file.document.member(value.node, "keys");
    return keys != nullptr && !(keys->elements.empty() && keys->members.empty());
}

void check_listener(const Value& value, ListenerDraft& tls) {
    const bool single = !tls.single.public_key.empty() || !tls.single.private_key.empty();
    if (single || (tls.keys.empty() && !has_keys(value))) {
        if (is_whole(value, tls.single, "public key")) {
            tls.keys.push_back(tls.single);
        }
    }
    check_versions(value, tls);
}

}  // namespace

void read_listener_tls(const Value& value, std::optional<ListenerTlsConfig>& out) {
    ListenerDraft tls;
    read_fields(value,
                {.what = "`tls`", .fields = kListenerFields, .more = kTlsFields<ListenerDraft>},
                tls);
    if (!tls.disabled && value.node.kind == json::Kind::Object) {
        check_listener(value, tls);
    }
    out = tls.disabled ? std::nullopt : std::optional<ListenerTlsConfig>(std::move(tls));
}

void read_client_tls(const Value& value, ClientTlsConfig& tls) {
    // The service's older `allow_insecure_connections` may have been read before.
    read_fields(
        value,
        {.what = "`client_tls`", .fields = kClientTlsFields, .more = kTlsFields<ClientTlsConfig>},
        tls);
    check_versions(value, tls);
}

void add_tls_keys(KeyTables& all) {
    add_keys(all, "tls.listener", kTlsFields<ListenerDraft>);
    add_keys(all, "tls.listener", kListenerFields);
    add_keys(all, "tls.client", kTlsFields<ClientTlsConfig>);
    add_keys(all, "tls.client", kClientTlsFields);
    add_keys(all, "tls.key_pair", kListenerPairFields);
    add_keys(all, "tls.client_pair", kClientPairFields);
}

}  // namespace aggregator::config
