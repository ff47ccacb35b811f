#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

#include <aggregator/reading/components.hpp>
#include "config/key_tables.hpp"
#include "unit/config/loading.hpp"

using namespace aggregator;
using namespace aggregator::config;
using namespace aggregator::config::testing;
using json::Document;
using json::Node;
using Keys = std::set<std::string>;

namespace {

std::string read(const std::string& path) {
    std::ifstream file(std::string(TESTS_DIR) + "/../" + path);
    REQUIRE_MESSAGE(file, path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Document schema(const std::string& name) {
    auto document = Document::parse(read("schemas/" + name + ".json"));
    REQUIRE_MESSAGE(document.has_value(), name);
    CHECK(document->leniencies().empty());
    return *std::move(document);
}

/// Follows member names from the root.
const Node& at(const Document& document, const std::vector<std::string>& path) {
    const Node* node = &document.root();
    for (const std::string& key : path) {
        node = document.member(*node, key);
        REQUIRE_MESSAGE(node != nullptr, key);
    }
    return *node;
}

Keys keys_of(const Node& object) {
    Keys keys;
    for (const auto& entry : object.members) {
        keys.insert(entry.key);
    }
    return keys;
}

/// The keys of the object of that name, as they are read.
Keys keys_read(std::string_view name) {
    Keys keys;
    for (const KeyTable& table : key_tables()) {
        if (table.name == name) {
            keys.insert(table.keys.begin(), table.keys.end());
        }
    }
    REQUIRE_MESSAGE(!keys.empty(), name);
    return keys;
}

/// The texts of a property's default and examples.
std::vector<std::string> samples(const Document& document, const Node& property) {
    std::vector<std::string> texts;
    if (const Node* const fallback = document.member(property, "default")) {
        texts.push_back(document.compact(*fallback));
    }
    for (const std::uint32_t example : document.member(property, "examples")->elements) {
        texts.push_back(document.compact(document.at(example)));
    }
    return texts;
}

/// Keys that have nothing where they are not written: what needs them says which.
const Keys kWithoutDefault = {
    "version", "backend", "type",  "args",   "public_key", "private_key",     "certificate",
    "header",  "query",   "param", "cookie", "equals",     "prefix",          "matches",
    "present", "value",   "admin", "token",  "token_file", "max_connections", "path"};

void check_described(const Document& document, const Node& properties) {
    for (const auto& entry : properties.members) {
        CAPTURE(entry.key);
        const Node& property = document.at(entry.node);
        REQUIRE(document.member(property, "description") != nullptr);
        CHECK(document.member(property, "description")->text.size() > 10);
        REQUIRE(document.member(property, "examples") != nullptr);
        CHECK(!document.member(property, "examples")->elements.empty());
        // A header has to have a name, a shadow has one of its own.
        const bool without = kWithoutDefault.count(entry.key) == 1 || entry.key == "name";
        CHECK((without || document.member(property, "default") != nullptr));
    }
}

/// Looks at the keys of all objects that a schema describes.
void check_all_described(const Document& document, const Node& node) {
    // A branch without a type says more about keys that are described already.
    const bool whole = document.member(node, "type") != nullptr;
    for (const auto& entry : node.members) {
        const Node& member = document.at(entry.node);
        if (entry.key == "properties" && whole) {
            check_described(document, member);
        }
        if (entry.key != "default" && entry.key != "examples") {
            check_all_described(document, member);
        }
    }
    for (const std::uint32_t element : node.elements) {
        check_all_described(document, document.at(element));
    }
}

/// A default that is written out has to mean what it means to leave the key out.
template <typename Wrap>
void check_default(const std::string& key, const std::string& fallback, Wrap wrap) {
    const Loaded with = wrap(key, '"' + key + "\": " + fallback);
    const Loaded without = wrap(key, R"("@nothing": 0)");
    INFO(key, " = ", fallback);
    REQUIRE(with.service.has_value());
    REQUIRE(without.service.has_value());
    CHECK(*with.service == *without.service);
}

/// Every default and example of the properties has to load without an error where `wrap` puts it,
/// and a default has to say nothing new.
template <typename Wrap>
void check_samples(const Document& document, const Node& properties, Wrap wrap) {
    for (const auto& entry : properties.members) {
        if (const Node* const fallback = document.member(document.at(entry.node), "default")) {
            check_default(entry.key, document.compact(*fallback), wrap);
        }
        for (const std::string& sample : samples(document, document.at(entry.node))) {
            const Loaded loaded = wrap(entry.key, '"' + entry.key + "\": " + sample);
            INFO(entry.key, " = ", sample, "\n", listed(loaded));
            CHECK(loaded.service.has_value());
            CHECK(std::none_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                               [](const Diagnostic& one) { return one.rule == "unknown-key"; }));
        }
    }
}

/// The same for an object of a component: what stands before and behind its members.
struct Place {
    const char* schema;
    std::vector<std::string> object;  ///< in the schema
    const char* before;
    const char* behind;
};

/// Where the objects of `proxy/shadow` stand below a component.
std::vector<Place> shadow_places() {
    const auto object = [](const char* name) {
        return std::vector<std::string>{"definitions", name, "properties"};
    };
    return {{"proxy-shadow", object("backend"), "", ""},
            {"proxy-shadow", object("sample"), R"("sample": {)", "}"},
            {"proxy-shadow", object("request"), R"("request": {)", "}"},
            {"proxy-shadow", object("limits"), R"("limits": {)", "}"}};
}

/// The names of a pattern `^(a|b)$`.
Keys alternatives(const std::string& pattern) {
    Keys names;
    std::string name;
    for (std::size_t i = pattern.find('(') + 1; i < pattern.size(); ++i) {
        if (pattern[i] == '|' || pattern[i] == ')') {
            names.insert(std::exchange(name, {}));
        } else if (pattern[i] != '[' && pattern[i] != ']') {
            name += pattern[i];
        }
    }
    names.erase("");
    return names;
}

/// All names of components that have a meaning at a level, or change no answer anywhere, and are
/// not in force there.
Keys idle_beside(const Keys& in_force, std::uint8_t level) {
    Keys names;
    for (const KnownComponent& one : components()) {
        const bool known = (one.levels & level) != 0 || one.without.empty();
        if (known && in_force.count(std::string(one.name)) == 0) {
            names.emplace(one.name);
            names.emplace(one.older);
        }
    }
    names.erase("");
    return names;
}

}  // namespace

TEST_CASE("schemas: every key has a description, a default and an example") {
    for (const char* name :
         {"service", "endpoint", "backend", "router", "proxy", "proxy-shadow", "admin", "tls",
          "backend-http", "backend-http-client", "backend-health"}) {
        CAPTURE(name);
        const Document document = schema(name);
        check_all_described(document, document.root());
    }
}

TEST_CASE("schemas: each part is an object, as draft 4 has it and the validator needs it") {
    const std::set<std::string> kHolders = {"properties", "patternProperties", "definitions"};
    for (const char* name :
         {"service", "endpoint", "backend", "router", "proxy", "proxy-shadow", "admin", "tls",
          "backend-http", "backend-http-client", "backend-health", "types"}) {
        const Document document = schema(name);
        const std::function<void(const Node&)> look = [&](const Node& node) {
            for (const auto& entry : node.members) {
                const Node& member = document.at(entry.node);
                for (const auto& part : member.members) {
                    CAPTURE(entry.key + "/" + part.key);
                    CHECK((kHolders.count(entry.key) == 0 ||
                           document.at(part.node).kind == json::Kind::Object));
                }
                look(member);
            }
            for (const std::uint32_t element : node.elements) {
                look(document.at(element));
            }
        };
        look(document.root());
    }
}

TEST_CASE("schemas: they name the keys of the tables, all and no others") {
    Keys service = keys_of(at(schema("service"), {"properties"}));
    CHECK(service.erase("@lint") == 1);
    CHECK(service.erase("@allow_unsupported") == 1);
    CHECK(service == keys_read("service"));
    CHECK(keys_of(at(schema("endpoint"), {"properties"})) == keys_read("endpoint"));
    CHECK(keys_of(at(schema("backend"), {"properties"})) == keys_read("backend"));
    CHECK(keys_of(at(schema("router"), {"properties"})) == keys_read("router"));
    CHECK(keys_of(at(schema("admin"), {"properties"})) == keys_read("admin"));
    CHECK(keys_of(at(schema("backend-http"), {"properties"})) == keys_read("backend.http"));
    CHECK(keys_of(at(schema("backend-http-client"), {"properties"})) ==
          keys_read("backend.http_client"));
    const Document health = schema("backend-health");
    CHECK(keys_of(at(health, {"properties"})) == keys_read("health"));
    CHECK(keys_of(at(health, {"properties", "passive", "properties"})) ==
          keys_read("health.passive"));
    CHECK(keys_of(at(health, {"properties", "passive", "properties", "slow", "properties"})) ==
          keys_read("health.passive.slow"));
    CHECK(keys_of(at(health, {"properties", "active", "properties"})) ==
          keys_read("health.active"));
    const Document tls = schema("tls");
    const auto of_tls = [&tls](const char* name) {
        return keys_of(at(tls, {"definitions", name, "properties"}));
    };
    CHECK(of_tls("listener") == keys_read("tls.listener"));
    CHECK(of_tls("client") == keys_read("tls.client"));
    CHECK(of_tls("key_pair") == keys_read("tls.key_pair"));
    CHECK(of_tls("client_pair") == keys_read("tls.client_pair"));
}

TEST_CASE("schemas: they name the keys of objects within the router and proxy/shadow") {
    const Document router = schema("router");
    CHECK(keys_of(at(router, {"properties", "error_body", "properties"})) ==
          keys_read("router.error_body"));
    const Node& id = at(router, {"properties", "request_id", "anyOf"});
    CHECK(keys_of(*router.member(router.at(id.elements.at(1)), "properties")) ==
          keys_read("router.request_id"));
    const Document shadow = schema("proxy-shadow");
    for (const char* name :
         {"condition", "sample", "header", "request", "limits", "service", "defaults"}) {
        CAPTURE(name);
        CHECK(keys_of(at(shadow, {"definitions", name, "properties"})) ==
              keys_read(std::string("shadow.") + name));
    }
    CHECK(keys_of(at(shadow, {"definitions", "backend", "properties"})) == keys_read("shadow"));
    const Node& breaker = at(shadow, {"definitions", "limits", "properties", "breaker", "anyOf"});
    CHECK(keys_of(*shadow.member(shadow.at(breaker.elements.at(0)), "properties")) ==
          keys_read("shadow.breaker"));
    const std::vector<std::string> service{"definitions", "service", "properties", "budget"};
    CHECK(keys_of(*shadow.member(at(shadow, service), "properties")) == keys_read("shadow.budget"));
}

TEST_CASE("schemas: they name the components that are in force, and those that are not") {
    constexpr std::pair<const char*, Levels> kLevels[] = {
        {"service", InService}, {"endpoint", InEndpoint}, {"backend", InBackend}};
    for (const auto& [name, bit] : kLevels) {
        const char* const level = name;
        CAPTURE(level);
        const Document document = schema(level);
        const Node& extra = at(document, {"properties", "extra_config"});
        const Keys in_force = keys_of(*document.member(extra, "properties"));
        CHECK(in_force == keys_read(std::string(level) + ".extra_config"));
        const Node& patterns = *document.member(extra, "patternProperties");
        CHECK(alternatives(patterns.members.back().key) == idle_beside(in_force, bit));
    }
}

TEST_CASE("schemas: what proxy has in them is what has an effect there") {
    Keys endpoint = keys_read("proxy");
    endpoint.erase("shadow");
    endpoint.erase("shadow_timeout");
    const Document proxy = schema("proxy");
    CHECK(keys_of(at(proxy, {"definitions", "endpoint", "properties"})) == endpoint);
    CHECK(keys_of(at(proxy, {"definitions", "backend", "properties"})) ==
          Keys{"shadow", "shadow_timeout", "flatmap_filter"});
    CHECK(keys_of(at(proxy, {"definitions", "operation", "properties"})) == keys_read("flatmap"));
    CHECK(keys_of(at(proxy, {"definitions", "endpoint", "properties", "static", "properties"})) ==
          keys_read("proxy.static"));
}

TEST_CASE("schemas: every default and example of the service and its components loads") {
    const Document service = schema("service");
    check_samples(service, at(service, {"properties"}),
                  [](const std::string& key, const std::string& member) {
                      return key == "version" ? load_text("{" + member + "}", "t")
                                              : load_service(member);
                  });
    for (const char* component : {"router", "admin"}) {
        const Document document = schema(component);
        check_samples(document, at(document, {"properties"}),
                      [component](const std::string& key, const std::string& member) {
                          // No path of an example has a file on every machine.
                          const std::string read = key == "token_file" ? "" : member;
                          return load_service(R"("extra_config": {")" + std::string(component) +
                                              "\": {" + read + "}}");
                      });
    }
}

TEST_CASE("schemas: every default and example of endpoints, backends and their proxy loads") {
    const Document endpoint = schema("endpoint");
    check_samples(
        endpoint, at(endpoint, {"properties"}),
        [](const std::string& key, const std::string& member) {
            return load_endpoint(key == "backend" ? member : R"("backend": [{}], )" + member);
        });
    const Document backend = schema("backend");
    check_samples(backend, at(backend, {"properties"}),
                  [](const std::string& key, const std::string& member) {
                      const bool verbatim = key == "disable_host_sanitize";
                      return load_backend(verbatim ? R"("host": ["http://a"], )" + member : member);
                  });
    for (const char* component : {"backend/http", "backend/http/client"}) {
        std::string name = component;
        std::replace(name.begin(), name.end(), '/', '-');
        const Document document = schema(name);
        check_samples(document, at(document, {"properties"}),
                      [component](const std::string&, const std::string& member) {
                          return load_backend(R"("extra_config": {")" + std::string(component) +
                                              R"(": {)" + member + "}}");
                      });
    }
    const Document proxy = schema("proxy");
    check_samples(
        proxy, at(proxy, {"definitions", "endpoint", "properties"}),
        [](const std::string&, const std::string& member) {
            return load_endpoint(R"("backend": [{}], "extra_config": {"proxy": {)" + member + "}}");
        });
    check_samples(proxy, at(proxy, {"definitions", "backend", "properties"}),
                  [](const std::string&, const std::string& member) {
                      return load_endpoint(R"("backend": [{}, {"extra_config": {"proxy": {)" +
                                           member + "}}}]");
                  });
}

TEST_CASE("schemas: every default and example of tls and of hosts' health loads") {
    const Document tls = schema("tls");
    check_samples(tls, at(tls, {"definitions", "listener", "properties"}),
                  [](const std::string& key, const std::string& member) {
                      // The single pair of older files is whole or is not there.
                      const bool half =
                          key.ends_with("_key") && member.find("server") != std::string::npos;
                      const std::string other = key == "public_key" ? "private_key" : "public_key";
                      const std::string pair =
                          key == "keys" ? R"("public_key": "c.pem", "private_key": "k.pem", )"
                          : half        ? '"' + other + R"(": "a.pem", )"
                                 : R"("keys": {"public_key": "c.pem", "private_key": "k.pem"}, )";
                      return load_service(R"("tls": {)" + pair + member + "}");
                  });
    check_samples(tls, at(tls, {"definitions", "client", "properties"}),
                  [](const std::string&, const std::string& member) {
                      return load_service(R"("client_tls": {)" + member + "}");
                  });
    const Document health = schema("backend-health");
    check_samples(health, at(health, {"properties", "passive", "properties"}),
                  [](const std::string&, const std::string& member) {
                      return load_backend(R"("extra_config": {"backend/health": {"passive": {)" +
                                          member + "}}}");
                  });
    check_samples(health, at(health, {"properties", "active", "properties"}),
                  [](const std::string& key, const std::string& member) {
                      const std::string path = key == "path" ? "" : R"("path": "/", )";
                      return load_backend(R"("extra_config": {"backend/health": {"active": {)" +
                                          path + member + "}}}");
                  });
}

TEST_CASE("schemas: every default and example of shadows loads") {
    for (const Place& place : shadow_places()) {
        const Document document = schema(place.schema);
        check_samples(
            document, at(document, place.object),
            [&place](const std::string&, const std::string& member) {
                return load_endpoint(
                    std::string(R"("backend": [{}, {"extra_config": {"proxy": {"shadow": true},
                                             "proxy/shadow": {)") +
                    place.before + member + place.behind + "}}}]");
            });
    }
    const Document document = schema("proxy-shadow");
    check_samples(document, at(document, {"definitions", "service", "properties"}),
                  [](const std::string&, const std::string& member) {
                      return load_service(R"("extra_config": {"proxy/shadow": {)" + member + "}}");
                  });
}
