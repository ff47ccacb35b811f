#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

TEST_CASE("service: the version has to be 3") {
    CHECK(error(load_text("{\"version\": 2}", "t"), "unsupported-version").message ==
          "unsupported version: 2 (want: 3)");
    CHECK(error(load_text("{}", "t"), "unsupported-version").message == "`version` is missing");
    CHECK(error(load_text("{\"version\": null}", "t"), "unsupported-version").message ==
          "`version` is missing");
    CHECK(is_silent(load_text("{\"version\": \"3\"}", "t")));
}

TEST_CASE("service: what is not written has its default") {
    const Loaded loaded = load_service("");
    const ServiceConfig& service = service_of(loaded);
    CHECK(service.port == 8080);
    CHECK(service.timeout == 2s);
    CHECK(service.output_encoding == "json");
    CHECK(service.read_header_timeout == 30s);
    CHECK(service.idle_timeout == 3min);
    CHECK(service.max_header_bytes == 1u << 20);
    CHECK(service.max_idle_connections_per_host == 250);
    CHECK(service.dialer_fallback_delay == 300ms);
    CHECK(service.dialer_keep_alive == 15s);
    CHECK(service.dns_cache_ttl == 30s);
    CHECK_FALSE(service.tls.has_value());
    CHECK(service.client_tls == ClientTlsConfig{});
    CHECK(service.endpoints.empty());
    CHECK(service.router.max_body_bytes == 8u << 20);
    CHECK(is_silent(loaded));
}

TEST_CASE("service: zero is the default of what has one") {
    const ServiceConfig service = service_of(load_service(
        R"("port": 0, "timeout": "0s", "max_header_bytes": 0, "max_idle_connections_per_host": 0,
           "dialer_keep_alive": "0", "dns_cache_ttl": "900ms")"));
    CHECK(service.port == 8080);
    CHECK(service.timeout == 2s);
    CHECK(service.max_header_bytes == 1u << 20);
    CHECK(service.max_idle_connections_per_host == 250);
    CHECK(service.dialer_keep_alive == 15s);
    CHECK(service.dns_cache_ttl == 30s);
}

TEST_CASE("service: every plain key is read") {
    const ServiceConfig service = service_of(load_service(
        R"("name": "n", "port": 81, "listen_ip": "::1", "host": ["x:1", "https://y/"],
           "timeout": "1s",
           "cache_ttl": "2s", "output_encoding": "string", "read_timeout": "3s",
           "read_header_timeout": "4s",
           "write_timeout": "5s", "idle_timeout": "6s", "max_header_bytes": 7,
           "disable_keep_alives": true,
           "disable_compression": true, "max_idle_connections": 8,
           "max_idle_connections_per_host": 9,
           "idle_connection_timeout": "10s", "response_header_timeout": "11s",
           "expect_continue_timeout": "12s",
           "dialer_timeout": "13s", "dialer_fallback_delay": "-1s", "dialer_keep_alive": "15s",
           "disable_rest": true, "dns_cache_ttl": "16s", "max_shutdown_wait_time": "17s")"));
    CHECK(service.name == "n");
    CHECK(service.port == 81);
    CHECK(service.listen_ip == "::1");
    CHECK(service.hosts == Strings{"http://x:1", "https://y"});
    CHECK(service.timeout == 1s);
    CHECK(service.cache_ttl == 2s);
    CHECK(service.output_encoding == "string");
    CHECK(service.read_timeout == 3s);
    CHECK(service.read_header_timeout == 4s);
    CHECK(service.write_timeout == 5s);
    CHECK(service.idle_timeout == 6s);
    CHECK(service.max_header_bytes == 7);
    CHECK(service.disable_keep_alives);
    CHECK(service.disable_compression);
    CHECK(service.max_idle_connections == 8);
    CHECK(service.max_idle_connections_per_host == 9);
    CHECK(service.idle_connection_timeout == 10s);
    CHECK(service.response_header_timeout == 11s);
    CHECK(service.expect_continue_timeout == 12s);
    CHECK(service.dialer_timeout == 13s);
    CHECK(service.dialer_fallback_delay == -1s);
    CHECK(service.dialer_keep_alive == 15s);
    CHECK(service.disable_rest);
    CHECK(service.dns_cache_ttl == 16s);
    CHECK(service.max_shutdown_wait_time == 17s);
}

TEST_CASE("service: read_timeout alone limits the head and the idle time too") {
    const ServiceConfig service = service_of(load_service("\"read_timeout\": \"5s\""));
    CHECK(service.read_header_timeout == 5s);
    CHECK(service.idle_timeout == 5s);
    const ServiceConfig both =
        service_of(load_service("\"idle_timeout\": \"7s\", \"read_timeout\": \"5s\""));
    CHECK(both.idle_timeout == 7s);
}

TEST_CASE("service: a limit below zero is the default one, where no wait goes without") {
    const ServiceConfig service = service_of(load_service(
        R"("read_timeout": "-1s", "idle_timeout": "-1s", "dialer_timeout": "-1s",
           "read_header_timeout": "-1s")"));
    CHECK(service.read_timeout == 0s);
    CHECK(service.idle_timeout == 3min);
    CHECK(service.dialer_timeout == 30s);
    CHECK(service.read_header_timeout == 30s);
}

TEST_CASE("service: a limit of zero is the default one, where no wait goes without") {
    const ServiceConfig service = service_of(load_service(
        R"("idle_connection_timeout": "0s", "dialer_timeout": "0s", "max_idle_connections": 0,
           "max_shutdown_wait_time": "0s", "idle_timeout": "0s", "read_header_timeout": "0s")"));
    CHECK(service.idle_connection_timeout == 90s);
    CHECK(service.dialer_timeout == 30s);
    CHECK(service.max_idle_connections == 1024);
    CHECK(service.max_shutdown_wait_time == 30s);
    CHECK(service.idle_timeout == 3min);
    CHECK(service.read_header_timeout == 30s);
}

TEST_CASE("service: listen_ip has to be an address") {
    CHECK(error(load_service("\"listen_ip\": \"localhost\""), "bad-address").message ==
          "invalid ip address `localhost`");
    CHECK(is_silent(load_service("\"listen_ip\": \"\"")));
}

TEST_CASE("service: a bad host is told at its place in the list") {
    const Loaded loaded = load_service("\"host\": [\"a\",\n \"a b\"]");
    CHECK(error(loaded, "bad-host").message == "host `a b` not valid: invalid host");
    CHECK(error(loaded, "bad-host").line == 2);
    CHECK(error(loaded, "bad-host").pointer == "/host/1");
}

TEST_CASE("service: what is not supported is told by what it would change for clients") {
    (void)warning(load_service(R"("use_h2c": true)"), "unsupported-key");
    (void)refusal(load_service(R"("async_agent": [{}])"), "unsupported-key");
    (void)refusal(load_service(R"("extra_config": {"security/cors": {}})"),
                  "unsupported-component");
    for (const char* member : {R"("sequential_start": true)", R"("plugin": {"folder": "x"})"}) {
        CAPTURE(member);
        CHECK(finding(load_service(member), "no-counterpart").severity == Severity::Advice);
    }
    CHECK(is_silent(load_service(
        R"("sequential_start": false, "use_h2c": false, "async_agent": [], "@x": 1)")));
    CHECK(warning(load_service(R"("async_agent": [{}], "@allow_unsupported": ["async_agent"])"),
                  "unsupported-key")
              .message.ends_with("and that is allowed"));
}

TEST_CASE("service: an unknown output encoding or component is told with a guess") {
    CHECK(warning(load_service("\"output_encoding\": \"jsn\""), "unknown-encoding").hint ==
          "did you mean `json`?");
    CHECK(refusal(load_service("\"extra_config\": {\"ruoter\": {}}"), "unknown-component").hint ==
          "did you mean `router`?");
}

TEST_CASE("service: the older flag for insecure connections sets client_tls, in any order") {
    for (const char* members :
         {R"("allow_insecure_connections": true, "client_tls": {"min_version": "TLS13"})",
          R"("client_tls": {"min_version": "TLS13"}, "allow_insecure_connections": true)"}) {
        CAPTURE(members);
        const ServiceConfig service = service_of(load_service(members));
        CHECK(service.client_tls.allow_insecure_connections);
        CHECK(service.client_tls.min_version == TlsVersion::Tls13);
    }
    CHECK_FALSE(service_of(load_service("\"allow_insecure_connections\": false"))
                    .client_tls.allow_insecure_connections);
}

TEST_CASE("service: a root that is no object is refused") {
    CHECK(error(load_text("[]", "t"), "wrong-type").message == "expected an object, found a list");
    CHECK(load_text("[]", "t").diagnostics.size() == 1);
}

TEST_CASE("service: a syntax error has a place and stops the reading of that file") {
    const Loaded loaded = load_text("{\n  \"version\": 3,\n  \"port\": 1 \"name\": 2\n}", "t.json");
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(to_text(error(loaded, "syntax")) ==
          "t.json:3:13: error: expected ',' or '}' after a member, found '\"' [syntax]");
}

TEST_CASE("service: all mistakes are told in one go, in the order of the file") {
    const Loaded loaded = load_text(R"({"port": "x",
        "endpoints": [{"endpoint": "/a", "timeout": 5, "backend": []},
                      {"endpoint": "/__health", "backend": {"host": "a b"}}], "version": 1})",
                                    "t.json");
    std::string rules;
    for (const Diagnostic& one : loaded.diagnostics) {
        rules += one.rule + " ";
    }
    CHECK(rules ==
          "wrong-type bad-duration no-backends forbidden-path bad-host unsupported-version ");
}
