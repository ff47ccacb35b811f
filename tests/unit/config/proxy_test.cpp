#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;
using Kind = FlatmapConfig::Kind;
using Strategy = StaticConfig::Strategy;
using Strings = std::vector<std::string>;

namespace {

/// An endpoint with these members in its `proxy`.
Loaded load_proxy(const std::string& members) {
    return load_endpoint(R"("backend": [{}, {}], "extra_config": {"proxy": {)" + members + "}}");
}

Loaded load_filter(const std::string& operations) {
    return load_proxy(R"("flatmap_filter": [)" + operations + "]");
}

/// A backend with these members in its `extra_config`.
Loaded load_extra(const std::string& members) {
    return load_backend(R"("extra_config": {)" + members + "}");
}

const std::string kFilterAt = "/endpoints/0/extra_config/proxy/flatmap_filter";

}  // namespace

TEST_CASE("propagated: each entry becomes the values that it names") {
    const auto references = [](const std::string& list) {
        const Loaded loaded = load_proxy(R"("sequential_propagated_params": )" + list);
        CHECK(is_silent(loaded));
        return endpoint_of(loaded).sequential_propagated_params;
    };
    CHECK(references("[]").empty());
    CHECK(references(R"(["resp0_id", "Resp12_a.b-c_D.0", "resp3"])") ==
          Strings{"resp0_id", "resp12_a.b-c_D.0", "resp3"});
    CHECK(references(R"(["{resp0_a}", "xresp1_b resp2", "resp0_", "respresp7_x", "resp1x"])") ==
          Strings{"resp0_a", "resp1_b", "resp2", "resp0", "resp7_x", "resp1"});
}

TEST_CASE("propagated: an entry that names no value is refused at its place") {
    for (const char* bad : {"", "id", "resp", "resp_a", "RESP0_a", "esp0", "res p0"}) {
        CAPTURE(bad);
        const Loaded loaded =
            load_proxy(R"("sequential_propagated_params": ["resp0", ")" + std::string(bad) + "\"]");
        const Diagnostic& one = error(loaded, "bad-value");
        CHECK(one.pointer == "/endpoints/0/extra_config/proxy/sequential_propagated_params/1");
        CHECK(one.hint.find("`resp`") != std::string::npos);
    }
    (void)error(load_proxy(R"("sequential_propagated_params": "resp0_a")"), "wrong-type");
    (void)error(load_proxy(R"("sequential_propagated_params": [0])"), "wrong-type");
}

TEST_CASE("static: data is kept as compact members in the order of the file") {
    const Loaded loaded = load_proxy(
        R"("static": {"strategy": "incomplete",
           "data": { "z" : [1.0, {"y": null}], "a": "\u00e9\n", "_b": 123456789012345678901 }})");
    CHECK(is_silent(loaded));
    const auto& fixed = endpoint_of(loaded).fixed;
    REQUIRE(fixed.has_value());
    CHECK(fixed->strategy == Strategy::Incomplete);
    CHECK(fixed->data ==
          std::vector<std::pair<std::string, std::string>>{{"z", R"([1.0,{"y":null}])"},
                                                           {"a", "\"\xC3\xA9\\n\""},
                                                           {"_b", "123456789012345678901"}});
}

TEST_CASE("static: every strategy is known, and an unknown one is a warning and means always") {
    const auto strategy = [](const std::string& member) {
        return load_proxy(R"("static": {)" + member + R"("data": {}})");
    };
    const std::pair<const char*, Strategy> known[] = {{"always", Strategy::Always},
                                                      {"success", Strategy::Success},
                                                      {"errored", Strategy::Errored},
                                                      {"complete", Strategy::Complete},
                                                      {"incomplete", Strategy::Incomplete}};
    for (const auto& pair : known) {
        const auto& name = pair.first;
        const auto& expected = pair.second;
        CAPTURE(name);
        const Loaded loaded = strategy(R"("strategy": ")" + std::string(name) + "\", ");
        CHECK(is_silent(loaded));
        CHECK(endpoint_of(loaded).fixed->strategy == expected);
    }
    CHECK(endpoint_of(strategy("")).fixed->strategy == Strategy::Always);
    const Loaded misspelt = strategy(R"("strategy": "sucess", )");
    CHECK(warning(misspelt, "unknown-value").hint == "did you mean `success`?");
    CHECK(endpoint_of(misspelt).fixed->strategy == Strategy::Always);
    (void)error(strategy(R"("strategy": 5, )"), "wrong-type");
}

TEST_CASE("static: without data there is none, and data is an object") {
    const Loaded loaded = load_proxy(R"("static": {"strategy": "always"})");
    (void)warning(loaded, "no-effect");
    CHECK_FALSE(endpoint_of(loaded).fixed.has_value());
    (void)error(load_proxy(R"("static": {"data": [1]})"), "wrong-type");
    (void)error(load_proxy(R"("static": {"data": "x"})"), "wrong-type");
    CHECK(load_proxy(R"("static": [])").diagnostics.size() == 1);
    (void)error(load_proxy(R"("static": [])"), "wrong-type");
    (void)warning(load_proxy(R"("static": {"data": {}, "dta": {}})"), "unknown-key");
}

TEST_CASE("static: of a comment that stands twice the last one counts") {
    const Loaded loaded = load_proxy(R"("static": {"data": {"_a": 1, "b": 2, "_a": 3}})");
    CHECK(endpoint_of(loaded).fixed->data ==
          std::vector<std::pair<std::string, std::string>>{{"b", "2"}, {"_a", "3"}});
}

TEST_CASE("combiner: another than the default is a warning") {
    CHECK(is_silent(load_proxy(R"("combiner": "default", "force_sandboxed_request": true)")));
    (void)warning(load_proxy(R"("combiner": "mine")"), "unknown-value");
    (void)error(load_proxy(R"("combiner": 1)"), "wrong-type");
    (void)error(load_proxy(R"("force_sandboxed_request": "true")"), "wrong-type");
}

TEST_CASE("flatmap: operations are read in their order, of endpoints and of backends") {
    const std::string filter =
        R"("flatmap_filter": [{"type": "move", "args": ["a.*.b", "a.*.c"]},
           {"type": "append", "args": ["x", "y"], "_note": "z"},
           {"args": ["m", "n", "o"], "type": "del"}])";
    const Loaded endpoint = load_proxy(filter);
    const Loaded backend = load_extra(R"("proxy": {)" + filter + "}");
    for (const auto& flatmap : {endpoint_of(endpoint).flatmap, backend_of(backend).flatmap}) {
        REQUIRE(flatmap.size() == 3);
        CHECK(flatmap[0].kind == Kind::Move);
        CHECK(flatmap[0].args == Strings{"a.*.b", "a.*.c"});
        CHECK(flatmap[1].kind == Kind::Append);
        CHECK(flatmap[1].args == Strings{"x", "y"});
        CHECK(flatmap[2].kind == Kind::Delete);
        CHECK(flatmap[2].args == Strings{"m", "n", "o"});
    }
    CHECK(is_silent(endpoint));
    CHECK(is_silent(backend));
    CHECK(endpoint_of(load_filter("")).flatmap.empty());
}

TEST_CASE("flatmap: more than two paths to move or append are told and left out") {
    const Loaded loaded = load_filter(R"({"type": "move", "args": ["a", "b", "c", "d"]})");
    CHECK(warning(loaded, "no-effect").pointer == kFilterAt + "/0/args/2");
    CHECK(endpoint_of(loaded).flatmap.at(0).args == Strings{"a", "b"});
}

TEST_CASE("flatmap: an operation that would fail each request is refused") {
    for (const char* type : {"move", "append"}) {
        CAPTURE(type);
        const std::string begin = R"({"type": ")" + std::string(type) + '"';
        const Loaded loaded = load_filter(begin + R"(, "args": ["a"]})");
        CHECK(error(loaded, "bad-value").message ==
              "`" + std::string(type) + "` needs two paths in `args`, found 1");
        CHECK(error(loaded, "bad-value").pointer == kFilterAt + "/0/args");
        CHECK(error(load_filter(begin + "}"), "bad-value").pointer == kFilterAt + "/0");
    }
}

TEST_CASE("flatmap: del without paths is a warning") {
    CHECK(warning(load_filter(R"({"type": "del", "args": []})"), "filter-ignored").pointer ==
          kFilterAt + "/0/args");
    (void)warning(load_filter(R"({"type": "del"})"), "filter-ignored");
    (void)refusal(load_filter(R"({"type": "del", "args": ["a"], "argz": ["b"]})"), "unknown-key");
}

TEST_CASE("flatmap: an unknown or missing type is refused, with a guess") {
    CHECK(error(load_filter(R"({"type": "mvoe", "args": ["a", "b"]})"), "bad-value").hint ==
          "did you mean `move`?");
    const Loaded missing = load_filter(R"({"args": ["a", "b"]})");
    CHECK(error(missing, "bad-value").pointer == kFilterAt + "/0");
    CHECK(missing.diagnostics.size() == 1);
}

TEST_CASE("flatmap: values of other kinds are refused, each once and at its place") {
    const std::pair<const char*, const char*> wrong[] = {
        {R"("del")", "/0"},
        {R"({"type": 1, "args": []})", "/0/type"},
        {R"({"type": "move", "args": "a"})", "/0/args"},
        {R"({"type": "move", "args": {"a": 1}})", "/0/args"},
        {R"({"type": "append", "args": ["a", 5]})", "/0/args/1"},
        {R"({"type": "del", "args": [null]})", "/0/args/0"}};
    for (const auto& pair : wrong) {
        const auto& operation = pair.first;
        const auto& pointer = pair.second;
        CAPTURE(operation);
        const Loaded loaded = load_filter(operation);
        CHECK(error(loaded, "wrong-type").pointer == kFilterAt + pointer);
        CHECK(loaded.diagnostics.size() == 1);
    }
    (void)error(load_proxy(R"("flatmap_filter": {})"), "wrong-type");
    (void)error(load_extra(R"("proxy": {"flatmap_filter": "x"})"), "wrong-type");
}

TEST_CASE("backend/http: codes and details are read strictly, by either name") {
    for (const char* name : {"backend/http", "github.com/devopsfaith/krakend/http"}) {
        CAPTURE(name);
        const auto load_http = [name](const std::string& members) {
            return load_extra('"' + std::string(name) + "\": {" + members + "}");
        };
        const Loaded code = load_http(R"("return_error_code": true)");
        CHECK(backend_of(code).return_error_code);
        const Loaded details = load_http(R"("return_error_details": "users")");
        CHECK(backend_of(details).return_error_details == "users");
        const bool older = std::string(name) != "backend/http";
        for (const Loaded* const loaded : {&code, &details}) {
            CHECK(loaded->diagnostics.size() == (older ? 1 : 0));
            CHECK((!older || loaded->diagnostics.front().rule == "older-name"));
        }
        (void)error(load_http(R"("return_error_code": "true")"), "wrong-type");
        (void)error(load_http(R"("return_error_details": true)"), "wrong-type");
        (void)warning(load_http(R"("return_error": true)"), "unknown-key");
    }
}

TEST_CASE("backend/http: details win over the code, and switch it off even when empty") {
    for (const char* members : {R"("return_error_code": true, "return_error_details": "a")",
                                R"("return_error_details": "a", "return_error_code": true)"}) {
        CAPTURE(members);
        const Loaded both = load_extra("\"backend/http\": {" + std::string(members) + "}");
        CHECK_FALSE(backend_of(both).return_error_code);
        CHECK(backend_of(both).return_error_details == "a");
        (void)warning(both, "no-effect");
    }
    const Loaded empty =
        load_extra(R"("backend/http": {"return_error_code": true, "return_error_details": ""})");
    CHECK_FALSE(backend_of(empty).return_error_code);
    CHECK(backend_of(empty).return_error_details.empty());
    CHECK(warning(empty, "no-effect").message ==
          "an empty `return_error_details` turns itself and `return_error_code` off");
}

TEST_CASE("backend/http/client: what is said of redirects is read, other keys are to come") {
    const Loaded loaded = load_extra(
        R"("backend/http/client": {"send_body_on_redirect": true, "no_redirect": true})");
    CHECK(backend_of(loaded).send_body_on_redirect);
    CHECK(backend_of(loaded).no_redirect);
    CHECK(is_silent(loaded));
    for (const char* member : {R"("proxy_address": "http://a")", R"("client_tls": {})"}) {
        CAPTURE(member);
        (void)refusal(load_extra("\"backend/http/client\": {" + std::string(member) + "}"),
                      "unsupported-key");
    }
    for (const char* member : {R"("send_body_on_redirect": 1)", R"("no_redirect": "true")",
                               R"("proxy_address": 1)", R"("client_tls": false)"}) {
        CAPTURE(member);
        (void)error(load_extra("\"backend/http/client\": {" + std::string(member) + "}"),
                    "wrong-type");
    }
    (void)refusal(load_extra(R"("backend/http/client": {"send_body": true})"), "unknown-key");
}
