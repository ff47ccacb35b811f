#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include <aggregator/format/xml.hpp>
#include <aggregator/json/spans.hpp>

#include "support/repeated.hpp"

using namespace aggregator;
using testing::repeated;

namespace {

std::string xml_of(std::string_view object) {
    std::string out;
    format::append_xml(out, object);
    return out;
}

}  // namespace

TEST_CASE("xml out: the only member is the root element") {
    CHECK(xml_of(R"({"r":{"k":true}})") == "<r><k>true</k></r>");
    CHECK(xml_of(R"({"r":"x"})") == "<r>x</r>");
    CHECK(xml_of(R"({"r":null})") == "<r/>");
}

TEST_CASE("xml out: a doc is put around several members and around none") {
    CHECK(xml_of(R"({"a":{"-id":"1","#text":"x"},"b":[1,2]})") ==
          R"(<doc><a id="1">x</a><b>1</b><b>2</b></doc>)");
    CHECK(xml_of("{}") == "<doc/>");
}

TEST_CASE("xml out: an array is the root element only with one object or none") {
    CHECK(xml_of(R"({"a":[{"b":1}]})") == "<a><b>1</b></a>");
    CHECK(xml_of(R"({"a":[]})") == "<a/>");
    CHECK(xml_of(R"({"a":9,"a":[]})") == "<a/>");
    CHECK(xml_of(R"({"a":[{"b":1},{"b":2}]})") == "<doc><a><b>1</b></a><a><b>2</b></a></doc>");
    CHECK(xml_of(R"({"a":[1]})") == "<doc><a>1</a></doc>");
    CHECK(xml_of(R"({"a":[[]]})") == "<doc><a/></doc>");
}

TEST_CASE("xml out: a lone attribute or text stands in a doc") {
    CHECK(xml_of(R"({"-a":1})") == R"(<doc a="1"/>)");
    CHECK(xml_of(R"({"#text":"x"})") == "<doc>x</doc>");
}

TEST_CASE("xml out: members keep their order, attributes stand in the start tag") {
    CHECK(xml_of(R"({"r":{"z":1,"-q":"2","a":3,"#text":"t","-b":null}})") ==
          R"(<r q="2" b=""><z>1</z><a>3</a>t</r>)");
}

TEST_CASE("xml out: nothing, null and the empty text are empty elements") {
    CHECK(xml_of(R"({"r":{"a":{},"b":null,"c":"","d":[],"e":{"f":[]},"g":{"#text":""}}})") ==
          "<r><a/><b/><c/><d/><e><f/></e><g/></r>");
    CHECK(xml_of(R"({"b":[],"c":1})") == "<doc><b/><c>1</c></doc>");
    CHECK(xml_of(R"({"-k":[],"#text":[]})") == "<doc><_-k/><_text/></doc>");
}

TEST_CASE("xml out: an array in an array repeats the same element") {
    CHECK(xml_of(R"({"r":{"a":[1,[2,[3]],{"b":[4,5]},null]}})") ==
          "<r><a>1</a><a>2</a><a>3</a><a><b>4</b><b>5</b></a><a/></r>");
    CHECK(xml_of(R"({"r":{"a":[[],[1,[]],{}]}})") == "<r><a/><a>1</a><a/><a/></r>");
}

TEST_CASE("xml out: numbers are written as they came") {
    CHECK(xml_of(R"({"r":{"-a":1.0,"b":1e5,"c":123456789012345678901234567890}})") ==
          R"(<r a="1.0"><b>1e5</b><c>123456789012345678901234567890</c></r>)");
}

TEST_CASE("xml out: what means something to XML is escaped") {
    CHECK(xml_of(R"({"r":{"-a":"<&>\"'\n\t\r","b":"<&>\"'\n\t\r"}})") ==
          "<r a=\"&lt;&amp;&gt;&quot;&apos;&#10;&#9;&#13;\">"
          "<b>&lt;&amp;&gt;&quot;&apos;\n\t&#13;</b></r>");
}

TEST_CASE("xml out: characters that XML does not allow are replaced") {
    CHECK(xml_of(R"({"r":"a\u0000\u0001\u001f\ufffe\uffff\u007f\ud83d\ude00\uef00"})") ==
          "<r>a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x7F\xF0\x9F\x98\x80"
          "\xEE\xBC\x80</r>");
}

TEST_CASE("xml out: a key that is no name becomes one") {
    CHECK(xml_of(R"({"r":{"a b":1,"1":2,"":3,"<x>":4,"s:b":5,"é":6,"×":7,".":8,"-":9}})") ==
          "<r _=\"9\"><a_b>1</a_b><_1>2</_1><_>3</_><_x_>4</_x_><s:b>5</s:b>"
          "<\xC3\xA9>6</\xC3\xA9><_>7</_><_.>8</_.></r>");
}

TEST_CASE("xml out: letters of living scripts stay in names, pictures and U+FFFD do not") {
    CHECK(xml_of(R"({"r":{"größe":1,"名前":2,"имя":3,"😀a":4,"\ud800":5,"Ⅳ":6}})") ==
          "<r><größe>1</größe><名前>2</名前><имя>3</имя><_a>4</_a><_>5</_><_>6</_></r>");
}

TEST_CASE("xml out: an array or object cannot be an attribute or text and becomes an element") {
    CHECK(xml_of(R"({"r":{"-a":[1,2],"#text":{"b":3}}})") ==
          "<r><_-a>1</_-a><_-a>2</_-a><_text><b>3</b></_text></r>");
    CHECK(xml_of(R"({"-a":{"b":1}})") == "<_-a><b>1</b></_-a>");
}

TEST_CASE("xml out: of attributes that become the same the first counts") {
    CHECK(xml_of(R"({"r":{"-a_b":1,"-a b":2,"-c":3}})") == R"(<r a_b="1" c="3"/>)");
}

TEST_CASE("xml out: of members with one key the last counts") {
    CHECK(xml_of(R"({"r":{"a":1,"-k":1,"\u0061":2,"-k":2}})") == R"(<r k="2"><a>2</a></r>)");
    CHECK(xml_of(R"({"r":1,"r":{"a":2}})") == "<r><a>2</a></r>");
}

TEST_CASE("xml out: a long name is cut where an array repeats it, between two characters") {
    const std::string key = repeated("k", 127) + "\xC3\xA9";
    const std::string cut = repeated("k", 127);
    CHECK(xml_of("{\"r\":{\"" + key + "\":[1]}}") == "<r><" + cut + ">1</" + cut + "></r>");
    CHECK(xml_of("{\"r\":{\"" + key + "\":1}}") == "<r><" + key + ">1</" + key + "></r>");
}

TEST_CASE("xml out: what stood before stays") {
    std::string out = "x";
    format::append_xml(out, R"({"a":{}})");
    CHECK(out == "x<a/>");
}

TEST_CASE("xml out: the deepest JSON is written whole") {
    const std::size_t depth = json::kDepthMax - 1;
    const std::string objects = repeated("{\"a\":", depth) + "{}" + repeated("}", depth);
    CHECK(xml_of(objects) == repeated("<a>", depth - 1) + "<a/>" + repeated("</a>", depth - 1));
    const std::string arrays = "{\"a\":" + repeated("[", depth) + "1" + repeated("]", depth) + "}";
    CHECK(xml_of(arrays) == "<doc><a>1</a></doc>");
}

TEST_CASE("xml out: what was read is written again") {
    const std::string_view xml = R"(<a id="1"><b>x &amp; y</b><b k="2"><c/></b></a>)";
    const auto json = format::json_from_xml(xml);
    REQUIRE(json.has_value());
    CHECK(xml_of(*json) == xml);
}
