#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;
using Strings = std::vector<std::string>;

namespace {

Loaded load_router(const std::string& members) {
    return load_service("\"extra_config\": {\"router\": {" + members + "}}");
}

}  // namespace

TEST_CASE("router: every key is read") {
    const Loaded loaded = load_router(
        R"("return_error_msg": true, "hide_version_header": true, "disable_health": true,
           "health_path": "/up",
           "disable_access_log": true, "logger_skip_paths": ["/a"], "auto_options": true,
           "error_body": {"404": { "m" : [1.0, "x"] }, "405": "no"},
           "disable_redirect_trailing_slash": true,
           "disable_redirect_fixed_path": true, "remove_extra_slash": true,
           "disable_handle_method_not_allowed": true, "disable_path_decoding": true,
           "forwarded_by_client_ip": true, "app_engine": true, "remote_ip_headers": ["X-Ip"],
           "trusted_proxies": ["10.0.0.0/8"],
           "header_prefix": "X-Krakend", "user_agent": "KrakenD Version 2", "max_body_bytes": 1,
           "max_answer_bytes": 2, "max_answer_work": 7, "max_header_count": 3,
           "max_query_parameters": 9,
           "max_connections": 4, "max_held_bytes": "5MiB", "stall_timeout": "6s",
           "error_format": "problem", "error_status": "precise",
           "error_type_base": "https://a.test/", "max_multipart_memory": 5)");
    const RouterConfig& router = service_of(loaded).router;
    CHECK(router.return_error_msg);
    CHECK(router.hide_version_header);
    CHECK(router.disable_health);
    CHECK(router.health_path == "/up");
    CHECK(router.disable_access_log);
    CHECK(router.logger_skip_paths == Strings{"/a"});
    CHECK(router.auto_options);
    CHECK(router.not_found_body == R"({"m":[1.0,"x"]})");
    CHECK(router.method_not_allowed_body == "\"no\"");
    CHECK(router.disable_redirect_trailing_slash);
    CHECK(router.disable_redirect_fixed_path);
    CHECK(router.remove_extra_slash);
    CHECK(router.disable_handle_method_not_allowed);
    CHECK(router.disable_path_decoding);
    CHECK(router.forwarded_by_client_ip);
    CHECK(router.app_engine);
    CHECK(router.remote_ip_headers == Strings{"X-Ip"});
    CHECK(router.trusted_proxies == Strings{"10.0.0.0/8"});
    CHECK(router.header_prefix == "X-Krakend");
    CHECK(router.user_agent == "KrakenD Version 2");
    CHECK(router.max_body_bytes == 1);
    CHECK(router.max_answer_bytes == 2);
    CHECK(router.max_answer_work == 7);
    CHECK(router.max_header_count == 3);
    CHECK(router.max_query_parameters == 9);
    CHECK(router.max_connections == 4);
    CHECK(router.max_held_bytes == 5u << 20);
    CHECK(router.stall_timeout == std::chrono::seconds(6));
    CHECK(router.error_format == ErrorFormat::Problem);
    CHECK(router.error_status == ErrorStatus::Precise);
    CHECK(router.error_type_base == "https://a.test/");
    CHECK(is_silent(loaded));
}

TEST_CASE("router: nothing is converted") {
    for (const char* member :
         {R"("return_error_msg": "true")", R"("auto_options": 1)", R"("disable_health": null)",
          R"("logger_skip_paths": "/a")", R"("logger_skip_paths": [1])", R"("health_path": 5)",
          R"("max_body_bytes": "1")", R"("max_body_bytes": 1.5)", R"("max_body_bytes": -1)",
          R"("max_connections": true)", R"("error_body": [])", R"("max_multipart_memory": "x")"}) {
        CAPTURE(member);
        CHECK(error(load_router(member), "wrong-type").message.find("expected") !=
              std::string::npos);
    }
    (void)error(load_service("\"extra_config\": {\"router\": []}"), "wrong-type");
}

TEST_CASE("router: keys inside it are matched to the letter") {
    (void)warning(load_router("\"Auto_Options\": true"), "unknown-key");
}

TEST_CASE("router: values that could do harm are refused") {
    (void)error(load_router(R"("max_connections": 0)"), "out-of-range");
    for (const char* limit : {"max_body_bytes", "max_answer_bytes", "max_answer_work",
                              "max_header_count", "max_query_parameters", "max_held_bytes"}) {
        CAPTURE(limit);
        (void)error(load_router('"' + std::string(limit) + "\": 0"), "out-of-range");
        CHECK(is_silent(load_router('"' + std::string(limit) + "\": 1")));
    }
    (void)error(load_router(R"("max_held_bytes": "0KiB")"), "out-of-range");
    (void)error(load_router(R"("stall_timeout": 60)"), "bad-duration");
    (void)error(load_router(R"("stall_timeout": "0s")"), "out-of-range");
    (void)error(load_router(R"("max_held_bytes": "much")"), "bad-value");
    (void)error(load_router(R"("max_header_count": 4294967296)"), "out-of-range");
    (void)error(load_router(R"("max_header_count": 18446744073709551615)"), "out-of-range");
    (void)error(load_router(R"("header_prefix": "X Y")"), "bad-value");
    (void)error(load_router(R"("header_prefix": "")"), "bad-value");
    (void)error(load_router(R"("error_format": "xml")"), "bad-value");
    (void)error(load_router(R"("error_status": "502")"), "bad-value");
    (void)error(load_router(R"("error_type_base": "a b")"), "bad-value");
    (void)error(load_router(R"("user_agent": "a\r\nb")"), "bad-value");
    (void)error(load_router(R"("health_path": "up")"), "bad-value");
}

TEST_CASE("router: without forwarded_by_client_ip no header names the client") {
    const Loaded loaded =
        load_router(R"("forwarded_by_client_ip": false, "remote_ip_headers": ["X"])");
    CHECK_FALSE(service_of(loaded).router.forwarded_by_client_ip);
    CHECK(service_of(loaded).router.remote_ip_headers.empty());
}

TEST_CASE("router: DNS servers are addresses, and each has a port") {
    const Loaded loaded = load_router(
        R"("dns_servers": ["10.0.0.2", "127.0.0.1:5353", "fd00::2", "[fd00::2]", "[::1]:54"])");
    CHECK(service_of(loaded).router.dns_servers ==
          Strings{"10.0.0.2:53", "127.0.0.1:5353", "[fd00::2]:53", "[fd00::2]:53", "[::1]:54"});
    CHECK(is_silent(loaded));
    for (const char* bad : {"", "dns.internal", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:65536",
                            "10.0.0.2:x", "[10.0.0.2]:53", "[::1", "::1]:53", "[::1]53", ":53"}) {
        CAPTURE(bad);
        CHECK(error(load_router(R"("dns_servers": ["1.1.1.1", ")" + std::string(bad) + R"("])"),
                    "bad-address")
                  .pointer == "/extra_config/router/dns_servers/1");
    }
    CHECK(error(load_router(R"("dns_servers": [5])"), "wrong-type").pointer ==
          "/extra_config/router/dns_servers/0");
    CHECK(load_router(R"("dns_servers": [5])").diagnostics.size() == 1);
    (void)error(load_router(R"("dns_servers": "10.0.0.2")"), "wrong-type");
}

TEST_CASE("router: its older name counts") {
    CHECK(service_of(load_service(
                         R"("extra_config": {"github_com/luraproject/lura/router/gin": {
           "auto_options": true}})"))
              .router.auto_options);
}

TEST_CASE("router: features to come are warnings") {
    for (const char* member : {R"("use_h2c": true)", R"("decompress_gzip": true)"}) {
        CAPTURE(member);
        (void)warning(load_router(member), "unsupported-key");
    }
    CHECK(is_silent(load_router(R"("use_h2c": false, "disable_gzip": true)")));
    CHECK(refusal(load_router(R"("max_payload": 5)"), "unsupported-key")
              .hint.find("--allow-unsupported router.max_payload") != std::string::npos);
}

TEST_CASE("router: an answer as large as is allowed can be read with the work that is allowed") {
    const RouterConfig defaults;
    CHECK(defaults.max_answer_bytes <= defaults.max_answer_work);

    const Loaded loaded = load_router(R"("max_answer_bytes": 67108864)");
    const Diagnostic& told = warning(loaded, "no-effect");
    CHECK(told.pointer == "/extra_config/router/max_answer_bytes");
    CHECK(told.message.find("`max_answer_work` allows, which are 30000000") != std::string::npos);
    CHECK(told.hint.find("`max_answer_work` to at least 67108864") != std::string::npos);
    (void)warning(load_router(R"("max_answer_bytes": 8, "max_answer_work": 7)"), "no-effect");
    CHECK(load_router(R"("max_answer_bytes": 7, "max_answer_work": 7)").diagnostics.empty());
    CHECK(load_router(R"("max_answer_work": 7)").diagnostics.empty());
}
