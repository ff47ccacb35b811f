#include "unit/config/loading.hpp"

using namespace aggregator::reading;
using namespace aggregator::config;
using namespace aggregator::config::testing;
using Strings = std::vector<std::string>;

TEST_CASE("weak typing: one value becomes a list of one, an empty object an empty list") {
    const auto allow = [](const std::string& value) {
        return backend_of(load_backend("\"allow\": " + value)).allow;
    };
    CHECK(allow("\"x\"") == Strings{"x"});
    CHECK(allow("\"\"") == Strings{""});
    CHECK(allow("{}").empty());
    CHECK(allow("[]").empty());
    CHECK(allow("null").empty());
    CHECK(allow("[1, 2.50, true, false, null]") == Strings{"1", "2.50", "1", "0", ""});
}

TEST_CASE("weak typing: texts become numbers and truth values") {
    CHECK(service_of(load_service("\"port\": \"9000\"")).port == 9000);
    CHECK(service_of(load_service("\"port\": \"\"")).port == 8080);
    CHECK(service_of(load_service("\"port\": 9000.0")).port == 9000);
    CHECK(service_of(load_service("\"port\": 9e3")).port == 9000);
    CHECK(service_of(load_service("\"port\": true")).port == 1);
    for (const char* yes : {"true", "1", "-0.5", "\"true\"", "\"T\"", "\"1\""}) {
        CAPTURE(yes);
        CHECK(service_of(load_service("\"disable_rest\": " + std::string(yes))).disable_rest);
    }
    for (const char* no : {"false", "0", "0.0e5", "-0", "\"\"", "\"F\"", "\"0\"", "null"}) {
        CAPTURE(no);
        CHECK_FALSE(service_of(load_service("\"disable_rest\": " + std::string(no))).disable_rest);
    }
}

TEST_CASE("weak typing: numbers and truth values become texts") {
    CHECK(service_of(load_service("\"name\": 1.50")).name == "1.50");
    CHECK(service_of(load_service("\"name\": true")).name == "1");
    CHECK(service_of(load_service("\"name\": false")).name == "0");
}

TEST_CASE("weak typing: what cannot become the wanted type is an error with its place") {
    const Loaded loaded =
        load_service("\n \"port\": \"x\", \"disable_rest\": \"maybe\", \"name\": []");
    CHECK(error(loaded, "wrong-type").line == 2);
    CHECK(error(loaded, "wrong-type").column == 10);
    CHECK(error(loaded, "wrong-type").pointer == "/port");
    CHECK(error(loaded, "wrong-type").message ==
          "`port`: expected a whole number, found the text \"x\"");
    CHECK(loaded.diagnostics.size() == 3);
    CHECK(loaded.diagnostics[2].message == "`name`: expected a text, found a list");
    (void)error(load_service("\"port\": {}"), "wrong-type");
    (void)error(load_service("\"extra_config\": \"x\""), "wrong-type");
    (void)error(load_backend("\"mapping\": \"x\""), "wrong-type");
    (void)error(load_backend("\"allow\": [[\"x\"]]"), "wrong-type");
}

TEST_CASE("weak typing: numbers have the range of what they count") {
    (void)error(load_service("\"port\": 65536"), "out-of-range");
    (void)error(load_service("\"port\": -1"), "out-of-range");
    (void)error(load_service("\"max_idle_connections\": 4294967296"), "out-of-range");
    (void)error(load_service("\"max_header_bytes\": -1"), "out-of-range");
    for (const char* bytes : {"67108865", "4294967296", "\"4294967297\""}) {
        CAPTURE(bytes);
        (void)error(load_service("\"max_header_bytes\": " + std::string(bytes)), "out-of-range");
    }
    CHECK(service_of(load_service("\"max_header_bytes\": 67108864")).max_header_bytes == 64u << 20);
    (void)error(load_service("\"port\": 1e30"), "wrong-type");
    CHECK(service_of(load_service("\"max_idle_connections\": 4294967295")).max_idle_connections ==
          4294967295u);
}

TEST_CASE("weak typing: a number in a text has decimal digits alone") {
    for (const char* key : {"port", "max_header_bytes", "max_idle_connections",
                            "max_idle_connections_per_host", "version"}) {
        for (const char* text : {"8080.9", "1e4", "1000.5", "8080.0", " 8080", "8080 ", "0x10",
                                 "+1", "010", "00", "1_000", "1,000", "-", "--1", "\\u0661",
                                 "8080\\u0000", "99999999999999999999", "tcp://10.0.0.1"}) {
            const std::string member = std::string("\"") + key + "\": \"" + text + '"';
            CAPTURE(member);
            const Loaded loaded = load_text("{\"version\": 3, " + member + "}", "t");
            const auto& told = loaded.diagnostics;
            CHECK(std::any_of(told.begin(), told.end(), [&](const Diagnostic& one) {
                return one.severity == Severity::Error && one.pointer == std::string("/") + key &&
                       (one.rule == "wrong-type" || one.rule == "out-of-range");
            }));
        }
    }
    CHECK(error(load_service("\"port\": \"1e4\""), "wrong-type").hint.find("exponent") !=
          std::string::npos);
    (void)error(load_service("\"port\": \"-1\""), "out-of-range");
    (void)error(load_service("\"max_header_bytes\": \"9223372036854775808\""), "out-of-range");
    (void)error(load_endpoint(R"("backend": [{}], "concurrent_calls": "2.0")"), "wrong-type");
    (void)error(load_service(R"("tls": {"disabled": true, "cipher_suites": ["0x1301"]})"),
                "wrong-type");
}

TEST_CASE("weak typing: a fraction is refused where a whole number belongs") {
    for (const char* number : {"9000.7", "-0.5", "1e-3", "8080.00001"}) {
        CAPTURE(number);
        CHECK(error(load_service("\"port\": " + std::string(number)), "wrong-type").hint ==
              "write it without a fraction");
    }
    CHECK(error(load_text("{\"version\": 3.5}", "t"), "wrong-type").pointer == "/version");
}

TEST_CASE("durations: a number without a unit is refused and the hint shows the unit") {
    const Loaded loaded = load_service("\"timeout\": 3000");
    CHECK(error(loaded, "bad-duration").message ==
          "`timeout`: expected a duration as \"300ms\", \"1.5s\" or \"1h30m\", found the number "
          "3000");
    CHECK(error(loaded, "bad-duration").hint == "write a unit: \"3000ms\" or \"3000s\"");
    CHECK(error(load_service("\"timeout\": \"5\""), "bad-duration").hint ==
          "write a unit: \"5ms\" or \"5s\"");
    CHECK(error(load_service("\"timeout\": \"-876000h1s\""), "bad-duration").hint ==
          "the longest is 876000h, which is a hundred years");
    (void)error(load_service("\"timeout\": \"\""), "bad-duration");
    (void)error(load_service("\"timeout\": \"1d\""), "bad-duration");
    (void)error(load_service("\"timeout\": true"), "wrong-type");
}

TEST_CASE("keys: the case of letters does not matter") {
    CHECK(service_of(load_service("\"Port\": 81, \"TIMEOUT\": \"1s\"")).port == 81);
    CHECK(endpoint_of(load_endpoint("\"Endpoint\": \"/x\", \"BACKEND\": [{}]")).endpoint == "/x");
}

TEST_CASE("keys: the same key twice is refused at its second place") {
    const Loaded loaded = load_service("\n\"name\": \"a\",\n\"name\": \"b\"");
    CHECK(error(loaded, "duplicate-key").line == 3);
    CHECK(error(loaded, "duplicate-key").column == 1);
    CHECK(error(loaded, "duplicate-key").message.find("line 2") != std::string::npos);
    CHECK(loaded.diagnostics.size() == 1);
}

TEST_CASE("keys: two spellings of the same key are refused, once") {
    const Loaded loaded = load_service("\"name\": \"a\", \"Name\": \"b\"");
    CHECK(error(loaded, "duplicate-key").pointer == "/Name");
    CHECK(loaded.diagnostics.size() == 1);
}

TEST_CASE("keys: duplicates deep inside components are refused, comments may repeat") {
    (void)error(load_backend(R"("extra_config": {"qos/http-cache": {"a": [{"b": 1, "b": 2}]}})"),
                "duplicate-key");
    CHECK(is_silent(load_service(R"("_": 1, "_": 2, "#x": 1, "$schema": "s", "@c": [], "#x": 2)")));
}

TEST_CASE("keys: an unknown key is a warning with a guess") {
    const Loaded loaded = load_service("\"use_hc2\": \"1s\"");
    CHECK(warning(loaded, "unknown-key").message == "`use_hc2` is not a key of the service");
    CHECK(warning(loaded, "unknown-key").hint == "did you mean `use_h2c`?");
    CHECK(warning(loaded, "unknown-key").column == 16);
    CHECK(refusal(load_backend("\"whitelist\": []"), "unknown-key").hint ==
          "it is called `allow` since version 3");
    CHECK(warning(load_endpoint("\"backend\": [{}], \"colour\": 1"), "unknown-key").message ==
          "`colour` is not a key of an endpoint");
}

TEST_CASE("keys: comment keys are ignored in every object") {
    CHECK(is_silent(load_backend(
        R"("_x": 1, "$y": {}, "extra_config": {"@z": 1, "proxy": {"#w": 1, "shadow": false}})")));
}

TEST_CASE("findings: ten thousand are told and the rest is counted") {
    std::string members = "\"port\": \"x\"";
    for (int i = 0; i < 10010; ++i) {
        members += ", \"zzzz" + std::to_string(i) + "\": 1";
    }
    const Loaded loaded = load_service(members);
    CHECK(loaded.diagnostics.size() == 10001);
    CHECK(finding(loaded, "too-many").message ==
          "11 more findings are not listed, 0 of them errors");
    CHECK(finding(loaded, "too-many").severity == Severity::Warning);
    CHECK_FALSE(loaded.service.has_value());
}

TEST_CASE("findings: an error that is not listed refuses the configuration all the same") {
    std::string members;
    for (int i = 0; i < 10000; ++i) {
        members += "\"zzzz" + std::to_string(i) + "\": 1, ";
    }
    const Loaded loaded = load_service(members + "\"port\": \"x\"");
    CHECK(error(loaded, "too-many").message == "1 more findings are not listed, 1 of them errors");
}
