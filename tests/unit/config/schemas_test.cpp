#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

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

/// The first column of the table that is called `table` in a source of this room.
Keys table_of(const std::string& file, const std::string& table) {
    std::istringstream lines(read("src/config/" + file + ".cpp"));
    Keys keys;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        inside = inside ? line != "};" : line.find(" " + table + "[] = {") != std::string::npos;
        const std::size_t begin = line.find("    {\"");
        if (inside && begin == 0) {
            keys.insert(line.substr(6, line.find('"', 6) - 6));
        }
    }
    REQUIRE_MESSAGE(!keys.empty(), table);
    return keys;
}

Keys together(Keys a, const Keys& b) {
    a.insert(b.begin(), b.end());
    return a;
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

void check_described(const Document& document, const Node& properties) {
    for (const auto& entry : properties.members) {
        CAPTURE(entry.key);
        const Node& property = document.at(entry.node);
        REQUIRE(document.member(property, "description") != nullptr);
        CHECK(document.member(property, "description")->text.size() > 10);
        REQUIRE(document.member(property, "examples") != nullptr);
        const bool required = entry.key == "version" || entry.key == "backend";
        CHECK((required || document.member(property, "default") != nullptr));
        if (const Node* const below = document.member(property, "properties")) {
            check_described(document, *below);
        }
    }
}

/// Every default and example of the properties has to load without an error where `wrap` puts it.
template <typename Wrap>
void check_samples(const Document& document, const Node& properties, Wrap wrap) {
    check_described(document, properties);
    for (const auto& entry : properties.members) {
        for (const std::string& sample : samples(document, document.at(entry.node))) {
            const Loaded loaded = wrap(entry.key, '"' + entry.key + "\": " + sample);
            INFO(entry.key, " = ", sample, "\n", listed(loaded));
            CHECK(loaded.service.has_value());
            CHECK(std::none_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                               [](const Diagnostic& one) { return one.rule == "unknown-key"; }));
        }
    }
}

}  // namespace

TEST_CASE("schemas: they name the keys of the tables, all and no others") {
    CHECK(keys_of(at(schema("service"), {"properties"})) == table_of("service", "kFields"));
    CHECK(keys_of(at(schema("endpoint"), {"properties"})) == table_of("endpoint", "kFields"));
    CHECK(keys_of(at(schema("backend"), {"properties"})) == table_of("backend", "kFields"));
    CHECK(keys_of(at(schema("router"), {"properties"})) == table_of("router", "kRouterFields"));
    const Keys common = table_of("tls", "kCommonFields");
    CHECK(keys_of(at(schema("service"), {"properties", "tls", "properties"})) ==
          together(common, table_of("tls", "kListenerFields")));
    CHECK(keys_of(at(schema("service"), {"properties", "client_tls", "properties"})) ==
          together(common, table_of("tls", "kClientFields")));
}

TEST_CASE("schemas: they name the components that are in force") {
    const std::vector<std::string> extra = {"properties", "extra_config", "properties"};
    for (const char* level : {"service", "endpoint", "backend"}) {
        CAPTURE(level);
        CHECK(keys_of(at(schema(level), extra)) == table_of(level, "kComponents"));
    }
    const Document backend = schema("backend");
    const Node& components = at(backend, extra);
    const auto keys_below = [&](const char* component) {
        return keys_of(*backend.member(*backend.member(components, component), "properties"));
    };
    CHECK(keys_below("backend/http") == table_of("backend", "kHttpFields"));
    CHECK(keys_below("backend/http/client") == table_of("backend", "kClientFields"));
}

TEST_CASE("schemas: what proxy has in them is what has an effect there") {
    Keys endpoint = table_of("proxy", "kProxyFields");
    endpoint.erase("shadow");
    endpoint.erase("shadow_timeout");
    CHECK(keys_of(at(schema("proxy"), {"definitions", "endpoint", "properties"})) == endpoint);
    CHECK(keys_of(at(schema("proxy"), {"definitions", "backend", "properties"})) ==
          Keys{"shadow", "shadow_timeout", "flatmap_filter"});
    CHECK(keys_of(at(schema("proxy"), {"definitions", "operation", "properties"})) ==
          table_of("flatmap", "kFields"));
    CHECK(keys_of(at(schema("proxy"), {"definitions", "endpoint", "properties", "static",
                                       "properties"})) == table_of("proxy", "kStaticFields"));
}

TEST_CASE("schemas: every default and example of the service and the router loads") {
    const Document service = schema("service");
    check_samples(service, at(service, {"properties"}),
                  [](const std::string& key, const std::string& member) {
                      return key == "version" ? load_text("{" + member + "}", "t")
                                              : load_service(member);
                  });
    const Document router = schema("router");
    check_samples(router, at(router, {"properties"}),
                  [](const std::string&, const std::string& member) {
                      return load_service(R"("extra_config": {"router": {)" + member + "}}");
                  });
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
        check_samples(
            backend,
            at(backend, {"properties", "extra_config", "properties", component, "properties"}),
            [component](const std::string&, const std::string& member) {
                return load_backend(R"("extra_config": {")" + std::string(component) + R"(": {)" +
                                    member + "}}");
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
