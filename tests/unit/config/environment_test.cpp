#include "unit/config/folder.hpp"
#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

const std::string kKubernetes = "`enableServiceLinks: false`";

/// A service with these further members, under these variables.
Loaded load_under(const Environment& environment, const std::string& members = {}) {
    const Folder folder;
    folder.write("a.json", "{\"version\": 3" + (members.empty() ? "" : ", " + members) + "}");
    return load(folder.at("a.json"), environment);
}

}  // namespace

TEST_CASE(
    "environment: a variable stands for a key of the service, whether the file has it or not") {
    const Loaded loaded = load_under({{"HOME", "/root"},
                                      {"AGGREGATOR_PORT", "9000"},
                                      {"AGGREGATOR_TIMEOUT", "500ms"},
                                      {"AGGREGATOR_NAME", "x"},
                                      {"AGGREGATOR_DEBUG_ENDPOINT", "true"},
                                      {"AGGREGATOR_HOST", "https://b.test:81/"}},
                                     R"("port": 80, "Timeout": "9s", "cache_ttl": "4s")");
    const ServiceConfig& service = service_of(loaded);
    CHECK(service.port == 9000);
    CHECK(service.timeout == 500ms);
    CHECK(service.cache_ttl == 4s);
    CHECK(service.name == "x");
    CHECK(service.debug_endpoint);
    CHECK(service.hosts == Strings{"https://b.test:81"});
    CHECK(loaded.overrides == Strings{"AGGREGATOR_PORT", "AGGREGATOR_TIMEOUT", "AGGREGATOR_NAME",
                                      "AGGREGATOR_DEBUG_ENDPOINT", "AGGREGATOR_HOST"});
    CHECK(is_silent(loaded));
}

TEST_CASE("environment: other variables and none change nothing") {
    const Loaded loaded = load_under(
        {{"PORT", "1"}, {"AGGREGATOR", "2"}, {"aggregator_port", "3"}, {"MY_AGGREGATOR_PORT", "4"}},
        "\"port\": 80");
    CHECK(service_of(loaded).port == 80);
    CHECK(loaded.overrides.empty());
    CHECK(loaded.files.size() == 1);
    CHECK(is_silent(loaded));
}

TEST_CASE("environment: it counts before defaults and inheritance") {
    const std::string members =
        R"("port": 81, "timeout": "9s", "output_encoding": "string", "host": ["a"],
           "endpoints": [{"backend": [{}]}])";
    const Loaded written = load_under({{"AGGREGATOR_TIMEOUT", "3s"},
                                       {"AGGREGATOR_OUTPUT_ENCODING", "no-op"},
                                       {"AGGREGATOR_HOST", "b"}},
                                      members);
    CHECK(endpoint_of(written).timeout == 3s);
    CHECK(endpoint_of(written).backends.at(0).encoding == Encoding::NoOp);
    CHECK(backend_of(written).hosts == Strings{"http://b"});
    const Loaded emptied =
        load_under({{"AGGREGATOR_TIMEOUT", "0"}, {"AGGREGATOR_PORT", ""}}, members);
    CHECK(endpoint_of(emptied).timeout == 2s);
    CHECK(service_of(emptied).port == 8080);
}

TEST_CASE("environment: what the file says of an overridden key is not looked at") {
    const Loaded loaded = load_under({{"AGGREGATOR_PORT", "82"}}, "\"Port\": \"nonsense\"");
    CHECK(service_of(loaded).port == 82);
    CHECK(is_silent(loaded));
    CHECK_FALSE(service_of(load_under({{"AGGREGATOR_ALLOW_INSECURE_CONNECTIONS", "false"}},
                                      "\"allow_insecure_connections\": true"))
                    .client_tls.allow_insecure_connections);
}

TEST_CASE("environment: a version may come from it alone") {
    const Folder folder;
    folder.write("a.json", "{}");
    CHECK(is_silent(load(folder.at("a.json"), {{"AGGREGATOR_VERSION", "3"}})));
    CHECK(to_text(error(load(folder.at("a.json"), {{"AGGREGATOR_VERSION", "2.1.0"}}), "wrong-type"))
              .starts_with("environment variable AGGREGATOR_VERSION: error: `version`: expected a "
                           "whole number, found the text \"2.1.0\" [wrong-type]"));
}

TEST_CASE("environment: a value that does not fit is an error that names the variable") {
    const std::pair<const char*, const char*> wrong[] = {
        {"AGGREGATOR_PORT", "eighty"},
        {"AGGREGATOR_PORT", "65536"},
        {"AGGREGATOR_PORT", "8080.9"},
        {"AGGREGATOR_PORT", "1e4"},
        {"AGGREGATOR_PORT", " 8080"},
        {"AGGREGATOR_PORT", "0x10"},
        {"AGGREGATOR_PORT", "+1"},
        {"AGGREGATOR_PORT", "-1"},
        {"AGGREGATOR_MAX_HEADER_BYTES", "1000.9"},
        {"AGGREGATOR_MAX_HEADER_BYTES", "99999999999999999999"},
        {"AGGREGATOR_MAX_IDLE_CONNECTIONS", "-1"},
        {"AGGREGATOR_MAX_IDLE_CONNECTIONS_PER_HOST", "1.0"},
        {"AGGREGATOR_TIMEOUT", "5"},
        {"AGGREGATOR_TIMEOUT", ""},
        {"AGGREGATOR_DEBUG_ENDPOINT", "on"},
        {"AGGREGATOR_LISTEN_IP", "localhost"},
        {"AGGREGATOR_HOST", "a,b"},
        {"AGGREGATOR_ENDPOINTS", "[]"},
        {"AGGREGATOR_EXTRA_CONFIG", "{}"},
        {"AGGREGATOR_TLS", "x"},
        {"AGGREGATOR_CLIENT_TLS", "x"},
        {"AGGREGATOR_PLUGIN", "x"},
        {"AGGREGATOR_ASYNC_AGENT", "x"}};
    for (const auto& pair : wrong) {
        const auto& name = pair.first;
        const auto& value = pair.second;
        CAPTURE(name);
        const Loaded loaded = load_under({{name, value}});
        INFO(listed(loaded));
        CHECK_FALSE(loaded.service.has_value());
        REQUIRE(has_errors(loaded.diagnostics));
        for (const Diagnostic& one : loaded.diagnostics) {
            CHECK(one.file == "environment variable " + std::string(name));
            CHECK(one.line == 0);
        }
    }
}

TEST_CASE("environment: later steps too find the variable") {
    const Loaded loaded = load_under({{"AGGREGATOR_LISTEN_IP", "::1"}}, "\"port\": 80");
    const Source& source = service_of(loaded).source;
    CHECK(to_text(source.at("listen_ip", "r", "m")) ==
          "environment variable AGGREGATOR_LISTEN_IP: error: m [r]");
    CHECK(source.at("port", "r", "m").line == 1);
    CHECK(source.at("port", "r", "m").pointer == "/port");
}

TEST_CASE("environment: a variable that names no key is an error with a guess") {
    const auto hint = [](const char* name) {
        const Loaded loaded = load_under({{name, "x"}});
        CHECK(error(loaded, "bad-variable").file == "environment variable " + std::string(name));
        CHECK(loaded.diagnostics.size() == 1);
        return error(loaded, "bad-variable").hint;
    };
    CHECK(hint("AGGREGATOR_PROT") == "did you mean `AGGREGATOR_PORT`?");
    CHECK(hint("AGGREGATOR_port") == "did you mean `AGGREGATOR_PORT`?");
    CHECK(hint("AGGREGATOR_ROUTER_MAX_BODY_BYTES").find("unset it") != std::string::npos);
    CHECK(hint("AGGREGATOR_").find("unset it") != std::string::npos);
}

TEST_CASE("environment: what Kubernetes injects for a service of that name is explained") {
    const std::pair<const char*, const char*> links[] = {
        {"AGGREGATOR_PORT", "tcp://10.0.0.1:80"},
        {"AGGREGATOR_SERVICE_HOST", "10.0.0.1"},
        {"AGGREGATOR_SERVICE_PORT", "80"},
        {"AGGREGATOR_SERVICE_PORT_HTTP", "80"},
        {"AGGREGATOR_PORT_80_TCP", "tcp://10.0.0.1:80"},
        {"AGGREGATOR_PORT_80_TCP_PROTO", "tcp"},
        {"AGGREGATOR_PORT_53_UDP_ADDR", "10.0.0.1"},
        {"AGGREGATOR_ADMIN_PORT", "tcp://10.0.0.1:90"}};
    for (const auto& pair : links) {
        const auto& name = pair.first;
        const auto& value = pair.second;
        CAPTURE(name);
        const Loaded loaded = load_under({{name, value}});
        CHECK(error(loaded, "bad-variable").hint.find(kKubernetes) != std::string::npos);
        CHECK(loaded.diagnostics.size() == 1);
    }
}

TEST_CASE("environment: of a name that stands twice the first value counts") {
    const Loaded loaded = load_under({{"AGGREGATOR_PORT", "81"}, {"AGGREGATOR_PORT", "82"}});
    CHECK(service_of(loaded).port == 81);
    CHECK(loaded.overrides.size() == 1);
}

TEST_CASE("environment: it counts for folders and other formats too, and is told without a file") {
    const Folder folder;
    folder.write("service.yaml", "version: 3\nport: 80\n");
    CHECK(service_of(load(folder.path(), {{"AGGREGATOR_PORT", "83"}})).port == 83);
    const Loaded missing = load(folder.at("none.json"), {{"AGGREGATOR_PROT", "83"}});
    (void)error(missing, "bad-variable");
    (void)error(missing, "unreadable-file");
}
