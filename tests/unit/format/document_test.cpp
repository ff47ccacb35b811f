#include <doctest/doctest.h>

#include <aggregator/format/document.hpp>

#include "support/repeated.hpp"

using namespace aggregator;
using json::Document;
using json::Node;
using json::SyntaxError;
using testing::repeated;

namespace {

using Parsed = tl::expected<Document, SyntaxError>;

/// The whole document as JSON, or what is wrong with it.
std::string compact(const Parsed& parsed) {
    if (!parsed) {
        const SyntaxError& wrong = parsed.error();
        return std::to_string(wrong.position.line) + ":" + std::to_string(wrong.position.column) +
               ": " + wrong.message;
    }
    return parsed->compact(parsed->root());
}

std::string yaml(const std::string& text) { return compact(format::parse_yaml(text)); }
std::string toml(const std::string& text) { return compact(format::parse_toml(text)); }

Document sound(Parsed parsed) {
    REQUIRE_MESSAGE(parsed.has_value(), compact(parsed));
    return *std::move(parsed);
}

/// `line:column` of the key and of the value below it, found by the names on the way.
std::string place(const Document& document, const std::vector<std::string>& path) {
    const Node* node = &document.root();
    std::string out;
    for (const std::string& name : path) {
        if (node->kind == json::Kind::Array) {
            node = &document.at(node->elements.at(std::stoul(name)));
            continue;
        }
        for (const Node::Entry& entry : node->members) {
            if (entry.key == name) {
                const json::Position key = document.position(entry.key_offset);
                out = std::to_string(key.line) + ":" + std::to_string(key.column) + " ";
                node = &document.at(entry.node);
                break;
            }
        }
    }
    const json::Position value = document.position(node->offset);
    return out + std::to_string(value.line) + ":" + std::to_string(value.column);
}

}  // namespace

TEST_CASE("yaml: mappings, lists and texts in all their spellings") {
    CHECK(yaml("a: 1\nb:\n  - x\n  - [y, {c: d}]\ne: {}\nf: []\n") ==
          R"({"a":1,"b":["x",["y",{"c":"d"}]],"e":{},"f":[]})");
    CHECK(yaml("a: 'it''s'\nb: \"x\\n\\u00e9\\0\"\nc: |\n  1\n  2\nd: >-\n  1\n  2\n") ==
          "{\"a\":\"it's\",\"b\":\"x\\n\xC3\xA9\\u0000\",\"c\":\"1\\n2\\n\",\"d\":\"1 2\"}");
    CHECK(yaml(R"({"version": 3, "host": ["http://a:80"]})") ==
          R"({"version":3,"host":["http://a:80"]})");
    CHECK(yaml("# only this\nurl: http://a/{id}?b=1#c # a comment\n") ==
          R"({"url":"http://a/{id}?b=1#c"})");
    CHECK(yaml("---\na: b\n...\n") == R"({"a":"b"})");
    CHECK(yaml("- 1\n-\n  - 2\n") == "[1,[2]]");
    CHECK(yaml("a\r\n  b\r\n") == R"("a b")");
}

TEST_CASE("yaml: an empty text is null") {
    CHECK(yaml("") == "null");
    CHECK(yaml("# nothing\n") == "null");
    CHECK(yaml("---\n") == "null");
}

TEST_CASE("yaml: plain scalars are what the core schema of YAML 1.2 says") {
    CHECK(yaml("[null, Null, NULL, ~, ]") == "[null,null,null,null]");
    CHECK(yaml("a:\nb: !!null\n") == R"({"a":null,"b":null})");
    CHECK(yaml("[true, True, TRUE, false, False, FALSE]") == "[true,true,true,false,false,false]");
    CHECK(yaml("[yes, No, on, off, y, n, tRUE, nuLL]") ==
          R"(["yes","No","on","off","y","n","tRUE","nuLL"])");
    CHECK(yaml("[0, -1, +2, 007, 123456789012345678901234567890, -0]") ==
          "[0,-1,2,7,123456789012345678901234567890,-0]");
    CHECK(yaml("[0x1F, 0o17, 0xffffffffffffffff]") == "[31,15,18446744073709551615]");
    CHECK(yaml("[1.50, .5, 1., -00.25, 1e3, 1.0E-05, +1.e+2]") ==
          "[1.50,0.5,1,-0.25,1e3,1.0e-05,1e2]");
    CHECK(yaml("[1_000, 0b1, 1:30, 2001-01-01, '5', \"true\"]") ==
          R"(["1_000","0b1","1:30","2001-01-01","5","true"])");
    CHECK(yaml("[0x, 0o8, 1e, ., -, +, e5, 1.2.3]") ==
          R"(["0x","0o8","1e",".","-","+","e5","1.2.3"])");
}

TEST_CASE("yaml: numbers that JSON does not have are refused") {
    for (const char* number : {".inf", "-.Inf", "+.INF", ".nan", ".NaN", "0x10000000000000000"}) {
        CAPTURE(number);
        CHECK(yaml("a: " + std::string(number)) ==
              "1:4: expected a number that JSON has too, found " + std::string(number));
    }
}

TEST_CASE("yaml: tags of the core schema count, others are refused") {
    CHECK(yaml("[!!str 5, !!str, ! 6, !!int 7, !!float 8, !!bool true, !!null ~]") ==
          R"(["5","","6",7,8,true,null])");
    CHECK(yaml("!!map\na: !!seq [1]\n!!str b: !<tag:yaml.org,2002:str> 2\n") ==
          R"({"a":[1],"b":"2"})");
    CHECK(yaml("a: !secret x") ==
          "1:12: expected a value without the tag !secret, which is not known or does not fit it");
    CHECK(yaml("a: !!binary x") ==
          "1:13: expected a value without the tag !!binary, which is not known or does not fit it");
    CHECK(yaml("a: !!int x").find("!!int") != std::string::npos);
    CHECK(yaml("a: !!map [1]").find("!!map") != std::string::npos);
    CHECK(yaml("a: !!seq {}").find("!!seq") != std::string::npos);
    CHECK(yaml("!x a: 1").find("!x") != std::string::npos);
}

TEST_CASE("yaml: every value and key has its place in the text") {
    const Document document = sound(format::parse_yaml(
        "# caf\xC3\xA9\nversion: 3\nendpoints:\n- endpoint: /a\n  \"caf\xC3\xA9\": [\xC3\xB6, yy]\n"
        "  empty:\n  last: !!str &x 'q'\n  block:\n    k: v\n"));
    CHECK(place(document, {}) == "2:1");
    CHECK(place(document, {"version"}) == "2:1 2:10");
    CHECK(place(document, {"endpoints"}) == "3:1 4:1");
    CHECK(place(document, {"endpoints", "0"}) == "3:1 4:3");
    CHECK(place(document, {"endpoints", "0", "caf\xC3\xA9", "1"}) == "5:3 5:15");
    CHECK(place(document, {"endpoints", "0", "empty"}) == "6:3 6:3");
    CHECK(place(document, {"endpoints", "0", "last"}) == "7:3 7:18");
    CHECK(place(document, {"endpoints", "0", "block"}) == "8:3 9:5");
    const Node& root = document.root();
    const Node& endpoint = document.at(document.member(root, "endpoints")->elements[0]);
    CHECK(document.pointer(*document.member(endpoint, "block")) == "/endpoints/0/block");
}

TEST_CASE("yaml: an alias stands for its value, which keeps its place") {
    const Document document =
        sound(format::parse_yaml("a: &one {x: &two [1, 2]}\nb: *one\nc: [*two, *two]\n"));
    CHECK(document.compact(document.root()) ==
          R"({"a":{"x":[1,2]},"b":{"x":[1,2]},"c":[[1,2],[1,2]]})");
    CHECK(place(document, {"b", "x"}) == "1:10 1:18");
    const Node& c = *document.member(document.root(), "c");
    CHECK(document.pointer(document.at(document.at(c.elements[1]).elements[0])) == "/c/1/0");
    CHECK(yaml("a: &x 1\nb: &x 2\nc: *x\n") == R"({"a":1,"b":2,"c":2})");
    CHECK(yaml("a: &n\nb: *n\n") == R"({"a":null,"b":null})");
}

TEST_CASE("yaml: aliases that lead nowhere are refused") {
    CHECK(yaml("a: *none").find("the referenced anchor is not defined") != std::string::npos);
    CHECK(yaml("a: &x [1, *x]") ==
          "1:11: expected an alias of a value that it does not stand in itself");
    CHECK(yaml("&x a: *x\n") == "1:7: expected an alias of a value, found one of a key");
    CHECK(yaml("&x a: &y 1\n&z b: *x\n") ==
          "2:7: expected an alias of a value, found one of a key");
}

TEST_CASE("yaml: merge keys add what is not there, the first source first") {
    CHECK(yaml("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4, <<: *b}\n"
               "one: {<<: *b, y: 5}\nlist: {w: 0, <<: [*m, *b]}\n") ==
          R"({"base":{"x":1,"y":2},"more":{"y":3,"z":4,"x":1},"one":{"y":5,"x":1},)"
          R"("list":{"w":0,"y":3,"z":4,"x":1}})");
    CHECK(yaml("{<<: {a: 1, a: 2}, b: 3}") == R"({"b":3,"a":1})");
    CHECK(yaml("{\"<<\": 1}") == R"({"<<":1})");
    for (const char* source : {"1", "null", "[{a: 1}, 2]", "[[{a: 1}]]"}) {
        CAPTURE(source);
        CHECK(yaml("{<<: " + std::string(source) + "}")
                  .find("expected a mapping or a list of mappings behind `<<`") !=
              std::string::npos);
    }
}

TEST_CASE("yaml: a key that stands twice is kept, for others to tell") {
    CHECK(yaml("a: 1\nb: 2\na: 3\n") == R"({"a":1,"b":2,"a":3})");
}

TEST_CASE("yaml: keys are texts as they are written, and nothing else") {
    CHECK(yaml("404: x\ntrue: y\n0x1F: z\n1.0: w\n") ==
          R"({"404":"x","true":"y","0x1F":"z","1.0":"w"})");
    CHECK(yaml("? [1]\n: 2\n") == "1:3: expected a text as key, found a list or a mapping");
    CHECK(yaml("{{a: 1}: 2}") == "1:2: expected a text as key, found a list or a mapping");
    CHECK(yaml("a: 1\n~: 2\n") == "2:1: expected a text as key, found null");
    CHECK(yaml("[&x k, {*x : 1}]") == "1:9: expected a text as key, found an alias");
    CHECK(yaml("!!int 5: x").find("!!int") != std::string::npos);
}

TEST_CASE("yaml: one document a file") {
    CHECK(yaml("a: 1\n---\nb: 2\n") ==
          "2:1: expected one document in the file, found the beginning of another");
}

TEST_CASE("yaml: what is no YAML is told with its place") {
    CHECK(yaml("a: 1\nb: c: d\n") == "2:5: this is not YAML: illegal map value");
    CHECK(yaml("a:\n\tb: 1\n") == "2:1: expected spaces in front of the line, found a tab");
    CHECK(yaml("a: @b\n") == "1:4: this is not YAML: unknown token");
    CHECK(yaml("a: [1, 2\n").find("end of sequence flow not found") != std::string::npos);
    CHECK(yaml("a: 1\nb: \"x\n  y: 2\n") ==
          "2:4: expected the closing quote of the text that begins here");
    CHECK(yaml("a: 'it''s\n") == "1:4: expected the closing quote of the text that begins here");
    CHECK(yaml("a: [\"x\\\"]\n") == "1:5: expected the closing quote of the text that begins here");
    CHECK(yaml("a: 'x'") == R"({"a":"x"})");
}

TEST_CASE("yaml and toml: bytes that are no text are refused where they stand") {
    for (const auto parse : {&format::parse_yaml, &format::parse_toml}) {
        CHECK(compact(parse("\xEF\xBB\xBF"
                            "a = 1")) == "1:1: expected UTF-8 without a byte order mark");
        CHECK(compact(parse("a = 1\n# \xFF")) == "2:3: expected UTF-8");
        CHECK(compact(parse("# a\x01z")) ==
              "1:4: expected no control character but line breaks and tabs");
        CHECK(compact(parse(std::string("#\0", 2))).substr(0, 4) == "1:2:");
    }
}

TEST_CASE("yaml: 200 levels nest, 201 do not, aliases included") {
    CHECK(yaml(repeated("[", 200) + repeated("]", 200)) == repeated("[", 200) + repeated("]", 200));
    for (const std::size_t levels : {201u, 501u, 100000u}) {
        CHECK(yaml(repeated("[", levels) + repeated("]", levels)) ==
              "1:201: expected at most 200 levels of nesting");
    }
    CHECK(yaml(repeated("- ", 100000)) == "1:401: expected at most 200 levels of nesting");
    CHECK(yaml(repeated("? ", 100000)).find("expected a text as key") != std::string::npos);
    const std::string half = repeated("[", 150) + repeated("]", 150);
    CHECK(
        yaml("- &a " + half + "\n- " + repeated("[", 49) + "*a" + repeated("]", 49)).substr(0, 2) ==
        "[[");
    CHECK(yaml("- &a " + half + "\n- " + repeated("[", 50) + "*a" + repeated("]", 50))
              .find("200 levels") != std::string::npos);
}

TEST_CASE("yaml: aliases that multiply are refused before they are written out") {
    std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        const std::string name = "a" + std::to_string(i);
        laughs += name + ": &" + name + " [" + repeated(before + ", ", 10) + "]\n";
    }
    CHECK(yaml(laughs).find("4194304 values") != std::string::npos);
    const std::string text = "- &a " + std::string(1u << 20, 'x') + "\n";
    CHECK(yaml(text + "- [" + repeated("*a, ", 300) + "]\n").find("256 MiB") != std::string::npos);
    std::string merges = "m0: &m0 {k: [1, 2, 3, 4]}\n";
    for (int i = 1; i < 40; ++i) {
        const std::string before = "*m" + std::to_string(i - 1);
        const std::string name = "m" + std::to_string(i);
        merges += name + ": &" + name + " {<<: [" + before + ", " + before + "]}\n";
    }
    CHECK(yaml(merges).find("4194304 values") != std::string::npos);
}

TEST_CASE("toml: every kind of value") {
    CHECK(toml("a = 1\nb = \"x\\n\"\nc = 'y'\nd = true\ne = [1, [2], {f = 3}]\ng = {}\n") ==
          R"({"a":1,"b":"x\n","c":"y","d":true,"e":[1,[2],{"f":3}],"g":{}})");
    CHECK(toml("a = 0x1F\nb = 1_000\nc = 1.50\nd = -0.0\ne = 1e21\nf = +7\ng = 0.1\n") ==
          R"({"a":31,"b":1000,"c":1.5,"d":-0,"e":1e+21,"f":7,"g":0.1})");
    CHECK(toml("") == "{}");
}

TEST_CASE("toml: tables and members stand in the order of the file") {
    CHECK(toml("z = 1\na.b = 2\n[t]\nq = 3\n[[l]]\nx = 4\n[[l]]\nx = 5\n[t.s]\nc = 6\nb = 7\n"
               "[aa]\n[l.m]\ny = 8\n") ==
          R"({"z":1,"a":{"b":2},"t":{"q":3,"s":{"c":6,"b":7}},"l":[{"x":4},{"x":5,"m":{"y":8}}],)"
          R"("aa":{}})");
}

TEST_CASE("toml: every value and key has its place in the text") {
    const Document document = sound(format::parse_toml(
        "version = 3 # caf\xC3\xA9\n[[endpoints]]\n\"caf\xC3\xA9\".x = [\"\xC3\xB6\", 'y']\n"
        "[endpoints.extra_config.proxy]\n  static = { data = {} }\n"));
    CHECK(place(document, {"version"}) == "1:1 1:11");
    CHECK(place(document, {"endpoints", "0"}) == "2:3 2:1");
    CHECK(place(document, {"endpoints", "0", "caf\xC3\xA9", "x", "1"}) == "3:8 3:18");
    CHECK(place(document, {"endpoints", "0", "extra_config", "proxy"}) == "4:25 4:1");
    CHECK(place(document, {"endpoints", "0", "extra_config", "proxy", "static", "data"}) ==
          "5:14 5:21");
}

TEST_CASE("toml: what is no TOML, and what JSON does not have, is told with its place") {
    CHECK(toml("a = 1\na = 2\n").find("2:5: this is not TOML: ") == 0);
    CHECK(toml("a = [1,\n").find("this is not TOML: ") != std::string::npos);
    CHECK(toml("a = 1\nb = inf\n") == "2:5: expected a number that JSON has too");
    CHECK(toml("a = [nan]\n") == "1:6: expected a number that JSON has too");
    for (const char* time : {"1979-05-27", "07:32:00", "1979-05-27T07:32:00Z"}) {
        CAPTURE(time);
        CHECK(toml("a = " + std::string(time)) ==
              "1:5: expected a value that JSON has too: a date or a time needs quotes");
    }
}

TEST_CASE("toml: dots and brackets nest 200 levels deep, however they are mixed") {
    const auto dotted = [](std::size_t levels) { return repeated("a.", levels - 1) + "a = 1\n"; };
    CHECK(toml(dotted(200)).substr(0, 6) == R"({"a":{)");
    for (const std::size_t levels : {201u, 500u, 200000u}) {
        CAPTURE(levels);
        CHECK(toml(dotted(levels)).find("200 levels") != std::string::npos);
        CHECK(toml("[" + repeated("a.", levels) + "b]\n").find("200 levels") != std::string::npos);
    }
    CHECK(toml("x = " + repeated("{ a." + repeated("a.", 150) + "a = ", 200)).find("200 levels") !=
          std::string::npos);
    CHECK(toml("x = " + repeated("[", 150000)).find("200 levels") != std::string::npos);
}

TEST_CASE("toml: dots and brackets in texts and comments do not nest") {
    const std::string many = repeated("a.[{", 600);
    const std::string texts = "# " + many + "\na = \"" + many + "\\\"" + many + "\"\nb = '" + many +
                              "'\nc = \"\"\"\n" + many + "\n\"\"\"\"\"\nd = '''" + many +
                              "''''\ne = 1.5\n";
    CHECK(toml(texts).find(R"("e":1.5})") != std::string::npos);
}

TEST_CASE("toml: what follows a long text still counts") {
    const std::string deep = "{a = 1, " + repeated("a.", 150000) + "a = 1}";
    for (const char* text :
         {R"("""x"""")", R"("""x""""")", R"("""x\"""")", "''''x''''", "'''x'''''"}) {
        CAPTURE(text);
        CHECK(toml("a = [" + std::string(text) + ", " + deep + "]\n").find("200 levels") !=
              std::string::npos);
    }
}
