#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/format/xml.hpp>
#include <aggregator/json/spans.hpp>

#include "support/repeated.hpp"

using namespace aggregator;
using namespace std::string_literals;
using testing::repeated;

namespace {

std::string json_of_xml(std::string_view xml) {
    const auto json = format::json_from_xml(xml);
    return json ? *json : "error: " + json.error().detail;
}

std::string xml_complaint(std::string_view xml) {
    const auto json = format::json_from_xml(xml);
    REQUIRE_FALSE(json.has_value());
    CHECK(json.error().code == base::Code::BadXml);
    return json.error().detail;
}

}  // namespace

TEST_CASE("xml in: an element with text alone is that text, an empty one is empty") {
    CHECK(json_of_xml("<a>x</a>") == R"({"a":"x"})");
    CHECK(json_of_xml("<a><b>1</b><c/><d></d></a>") == R"({"a":{"b":"1","c":"","d":""}})");
    CHECK(json_of_xml("<a> \n </a>") == R"({"a":""})");
}

TEST_CASE("xml in: attributes have a hyphen, and text beside them is #text") {
    CHECK(json_of_xml(R"(<a id="1" k=''>x</a>)") == R"({"a":{"-id":"1","-k":"","#text":"x"}})");
    CHECK(json_of_xml(R"(<a id="1"/>)") == R"({"a":{"-id":"1"}})");
}

TEST_CASE("xml in: siblings of one name are an array at the first one's place") {
    CHECK(json_of_xml("<a><b>1</b><c>2</c><b><d/></b></a>") ==
          R"({"a":{"b":["1",{"d":""}],"c":"2"}})");
    CHECK(json_of_xml("<a><b/><b/></a>") == R"({"a":{"b":["",""]}})");
}

TEST_CASE("xml in: runs of text between elements are joined by a space, without their margins") {
    CHECK(json_of_xml("<p> Hello <b>big</b>\n world<br/> </p>") ==
          R"({"p":{"#text":"Hello world","b":"big","br":""}})");
}

TEST_CASE("xml in: CDATA is text, and a comment does not cut it") {
    CHECK(json_of_xml("<a>x<![CDATA[<y> &amp;]]><!-- no -->z</a>") == R"({"a":"x<y> &amp;z"})");
}

TEST_CASE("xml in: declaration, instructions, DOCTYPE and comments leave no trace") {
    CHECK(json_of_xml("<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\"><?pi x?>"
                      "<!-- c --><a><?pi y?><b>1</b></a><!-- end -->") == R"({"a":{"b":"1"}})");
}

TEST_CASE("xml in: prefixes are dropped, and declarations of namespaces are attributes") {
    CHECK(json_of_xml(R"(<s:a xmlns="u" xmlns:s="v" s:id="1"><s:b>2</s:b></s:a>)") ==
          R"({"a":{"-xmlns":"u","-s":"v","-id":"1","b":"2"}})");
}

TEST_CASE("xml in: of attributes that are the same without their prefixes the last counts") {
    CHECK(json_of_xml(R"(<a p:id="1" x="2" q:id="3"/>)") == R"({"a":{"-id":"3","-x":"2"}})");
}

TEST_CASE("xml in: elements that are the same without their prefixes are an array") {
    CHECK(json_of_xml("<a><p:b>1</p:b><q:b>2</q:b></a>") == R"({"a":{"b":["1","2"]}})");
}

TEST_CASE("xml in: a name keeps a prefix without which it would be none") {
    CHECK(json_of_xml(R"(<a b="1"><p:-b>2</p:-b></a>)") == R"({"a":{"-b":"1","p:-b":"2"}})");
}

TEST_CASE("xml in: the five entities and references to characters are read") {
    CHECK(json_of_xml("<a b=\"&lt;&#x41;\">&amp;&quot;&apos;&gt;&#8364;</a>") ==
          "{\"a\":{\"-b\":\"<A\",\"#text\":\"&\\\"'>\xE2\x82\xAC\"}}");
}

TEST_CASE("xml in: entities of a DOCTYPE are neither fetched nor expanded") {
    const std::string declared =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY l \"ha\">"
        "<!ENTITY m \"&l;&l;\">]>";
    CHECK(json_of_xml(declared + "<a>x</a>") == R"({"a":"x"})");
    CHECK(xml_complaint(declared + "<a>&x;&m;</a>").ends_with("'&' alone"));
}

TEST_CASE("xml in: a charset of the declaration is converted") {
    CHECK(json_of_xml("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>caf\xE9 \x93</a>") ==
          "{\"a\":\"caf\xC3\xA9 \xE2\x80\x9C\"}");
    CHECK(json_of_xml("<?xml version='1.0' encoding='Windows-1251'?><a>\xC4\xE0</a>") ==
          "{\"a\":\"\xD0\x94\xD0\xB0\"}");
    CHECK(json_of_xml("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x93\xFA</a>") ==
          "{\"a\":\"\xE6\x97\xA5\"}");
}

TEST_CASE("xml in: a charset is converted beyond one piece, and what is none is replaced") {
    const std::string many = repeated("\xC4", 10000);
    CHECK(json_of_xml("<?xml version='1.0' encoding='windows-1251'?><a>" + many + "</a>") ==
          "{\"a\":\"" + repeated("\xD0\x94", 10000) + "\"}");
    CHECK(json_of_xml("<?xml version='1.0' encoding='big5'?><a>x\xFFy</a>") ==
          "{\"a\":\"x\xEF\xBF\xBDy\"}");
}

TEST_CASE("xml in: UTF-16 is told by its byte order mark") {
    CHECK(json_of_xml("\xFE\xFF\0<\0a\0>\0\xE9\0<\0/\0a\0>"s) == "{\"a\":\"\xC3\xA9\"}");
    CHECK(json_of_xml("\xFF\xFE<\0a\0/\0>\0"s) == R"({"a":""})");
}

TEST_CASE("xml in: a declaration that can be read is not believed when it says UTF-16") {
    CHECK(json_of_xml("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>\xC3\xA9</a>") ==
          "{\"a\":\"\xC3\xA9\"}");
}

TEST_CASE("xml in: a byte order mark of UTF-8 is dropped and wins over the declaration") {
    CHECK(json_of_xml(
              "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\xC3\xA9</a>") ==
          "{\"a\":\"\xC3\xA9\"}");
}

TEST_CASE("xml in: UTF-16 and UTF-32 are told without a byte order mark, too") {
    CHECK(json_of_xml("\0<\0a\0>\0\xE9\0<\0/\0a\0>"s) == "{\"a\":\"\xC3\xA9\"}");
    CHECK(json_of_xml("<\0\0\0a\0\0\0/\0\0\0>\0\0\0"s) == R"({"a":""})");
    CHECK(json_of_xml("\xFF\xFE<\0a\0>\0\0\xD8x\0<\0/\0a\0>\0"s) == "{\"a\":\"\xEF\xBF\xBDx\"}");
}

TEST_CASE("xml in: a charset that is not listed is named and never looked for") {
    CHECK(xml_complaint("<?xml version=\"1.0\" encoding=\"EBCDIC-US\"?><a/>") ==
          "the charset 'ebcdic-us' is not known");
    CHECK(xml_complaint("<?xml version=\"1.0\" encoding=\"../../x//\"?><a/>") ==
          "the charset '../../x//' is not known");
}

TEST_CASE("xml in: an empty document is EOF") {
    CHECK(xml_complaint("") == "EOF");
    CHECK(xml_complaint(" \r\n\t") == "EOF");
}

TEST_CASE("xml in: what is wrong is told with its place") {
    CHECK(xml_complaint("{\"a\":1}") == "byte 0: text outside of the root element");
    CHECK(xml_complaint("<!-- only a comment -->") == "there is no root element");
    CHECK(xml_complaint("<a><b></a>") == "byte 8: an end tag that matches no start tag");
    CHECK(xml_complaint("<a>") == "byte 3: the element 'a' is not closed");
    CHECK(xml_complaint("<a b=1/>").starts_with("byte 5: "));
}

TEST_CASE("xml in: elements nest 1000 deep and no deeper") {
    const auto nested = [](std::size_t depth) {
        return repeated("<a>", depth) + repeated("</a>", depth);
    };
    std::vector<json::Member> members;
    const auto deep = format::json_from_xml(nested(1000));
    REQUIRE(deep.has_value());
    CHECK(json::scan(*deep, members).has_value());
    CHECK(xml_complaint(nested(1001)) == "nested too deeply (the limit is 1000 elements)");
    CHECK(xml_complaint(nested(1000000)) == "nested too deeply (the limit is 1000 elements)");
}

TEST_CASE("xml in: many siblings of many names keep their order") {
    std::string xml = "<a>";
    for (int i = 0; i < 100; ++i) {
        xml += "<n" + std::to_string(i % 50) + "/>";
    }
    const std::string json = json_of_xml(xml + "</a>");
    CHECK(json.starts_with(R"({"a":{"n0":["",""],"n1":["",""],)"));
    CHECK(json.ends_with(R"("n49":["",""]}})"));
}
