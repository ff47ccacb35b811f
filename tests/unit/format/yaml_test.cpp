#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include <aggregator/format/yaml.hpp>
#include <aggregator/json/spans.hpp>

#include "format/yaml_scalar.hpp"
#include "support/repeated.hpp"

using namespace aggregator;
using testing::repeated;

namespace {

std::string yaml_of(std::string_view object) {
    std::string out;
    format::append_yaml(out, object);
    return out;
}

std::string string_of(std::string_view text) {
    std::string out;
    format::append_yaml_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("yaml out: members keep their order, numbers are text, booleans and null are plain") {
    CHECK(yaml_of(R"({"z":1,"a":true,"k":null,"s":"some text","f":1.50})") ==
          "z: \"1\"\na: true\nk: null\ns: some text\nf: \"1.50\"\n");
}

TEST_CASE("yaml out: what is below is indented by two spaces") {
    CHECK(yaml_of(R"({"o":{"a":{"b":1}},"l":[1,{"x":2,"w":[3]},[4,[5,6]],[]],"e":{}})") ==
          "o:\n"
          "  a:\n"
          "    b: \"1\"\n"
          "l:\n"
          "  - \"1\"\n"
          "  - x: \"2\"\n"
          "    w:\n"
          "      - \"3\"\n"
          "  - - \"4\"\n"
          "    - - \"5\"\n"
          "      - \"6\"\n"
          "  - []\n"
          "e: {}\n");
}

TEST_CASE("yaml out: an empty object is braces") { CHECK(yaml_of("{}") == "{}\n"); }

TEST_CASE("yaml out: of members with one key the last counts") {
    CHECK(yaml_of(R"({"a":1,"b":{"c":1,"c":2},"\u0061":3})") == "b:\n  c: \"2\"\na: \"3\"\n");
}

TEST_CASE("yaml out: text is plain where it can be taken for nothing else") {
    for (const std::string_view plain : {"a", "Ada Lovelace", "a-b_c.d", "/v1/x",
                                         "http://h:80/?q=1", "x@y.org", "_", "it's (so)"}) {
        CHECK(string_of(plain) == plain);
    }
}

TEST_CASE("yaml out: text that could be taken for something else is quoted") {
    for (const std::string_view text :
         {"",    " a",   "a ", "true", "False", "NULL", "yes",  "No",   "on",    "OFF",
          "y",   "N",    "~",  "1",    "-1",    "1e5",  ".inf", "0x1f", "12:30", "2001-01-01",
          "- a", "a: b", "a:", "#a",   "a #b",  "&a",   "*a",   "!a",   "|",     ">",
          "@a",  "`a",   "%a", "[a",   "{a",    "a, b", "? a",  "<<",   "=",     "---"}) {
        CHECK(string_of(text) == '"' + std::string(text) + '"');
    }
}

TEST_CASE("yaml out: quoted text escapes what a reader would change or refuse") {
    CHECK(string_of("a\"\\\n\r\t\x01\x7F") == R"("a\"\\\n\r\t\x01\x7f")");
    CHECK(
        string_of("\xC2\x85\xC2\xA0\xE2\x80\xA8\xE2\x80\xA9\xEF\xBB\xBF\xEF\xBF\xBE\xEF\xBF\xBF") ==
        "\"\\x85\xC2\xA0\\u2028\\u2029\\ufeff\\ufffe\\uffff\"");
    CHECK(string_of("Zo\xC3\xAB \xF0\x9F\x98\x80 \xE2\x82\xAC \xEF\xBF\xBD") ==
          "\"Zo\xC3\xAB \xF0\x9F\x98\x80 \xE2\x82\xAC \xEF\xBF\xBD\"");
}

TEST_CASE("yaml out: keys are quoted like text") {
    CHECK(yaml_of(R"({"a b":1,"yes":2,"1":3,"x: y":4})") ==
          "a b: \"1\"\n\"yes\": \"2\"\n\"1\": \"3\"\n\"x: y\": \"4\"\n");
}

TEST_CASE("yaml out: a long key follows a question mark") {
    const std::string key = repeated("k", 2000);
    const std::string yaml = yaml_of("{\"o\":{\"" + key + "\":{\"a\":1},\"b\":2}}");
    CHECK(yaml == "o:\n  ? " + key + "\n  :\n    a: \"1\"\n  b: \"2\"\n");
    CHECK(YAML::Load(yaml)["o"][key]["a"].as<std::string>() == "1");
}

TEST_CASE("yaml out: below 20 levels everything stands on one line") {
    const std::string inner = R"({"k":[1,{"a b":null,"c":"d"},[]],"e":{}})";
    const std::string text = repeated("{\"a\":", 20) + inner + repeated("}", 20);
    const std::string yaml = yaml_of(text);
    CHECK(yaml.ends_with(repeated(" ", 38) +
                         "a: {\"k\": [\"1\", {\"a b\": null, \"c\": \"d\"}, []], \"e\": {}}\n"));
    YAML::Node node = YAML::Load(yaml);
    for (int i = 0; i < 20; ++i) {
        node.reset(YAML::Node(node["a"]));
    }
    CHECK(node["k"][1]["c"].as<std::string>() == "d");
    CHECK(node["k"][1]["a b"].IsNull());
}

TEST_CASE("yaml out: members after a deep one stand in their own column again") {
    const std::string text = repeated("{\"a\":", 21) + "1" + repeated("}", 21);
    const std::string yaml = yaml_of("{\"x\":[" + text + "],\"z\":2}");
    CHECK(yaml.ends_with("}}}\nz: \"2\"\n"));
    CHECK(YAML::Load(yaml)["z"].as<std::string>() == "2");
}

TEST_CASE("yaml out: the deepest JSON is written whole and stays small") {
    const std::size_t depth = json::kDepthMax - 1;
    const std::string objects = repeated("{\"a\":", depth) + "{}" + repeated("}", depth);
    CHECK(yaml_of(objects).size() < 2 * objects.size());
    const std::string arrays = "{\"a\":" + repeated("[", depth) + "1" + repeated("]", depth) + "}";
    CHECK(yaml_of(arrays).ends_with(repeated("[", depth - 19) + "\"1\"" +
                                    repeated("]", depth - 19) + "\n"));
}
