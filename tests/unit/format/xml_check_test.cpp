#include "format/xml_check.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/repeated.hpp"

using namespace aggregator;
using testing::repeated;

namespace {

bool is_sound(std::string_view text) { return format::check_xml(text).has_value(); }

void check_all(bool expected, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK(is_sound(text) == expected);
    }
}

}  // namespace

TEST_CASE("xml check: what is well-formed passes") {
    check_all(
        true,
        {"<r/>", "<r></r >", "<r >\n</r>\n", "<r a='1' b = \"'\"/>", "<?xml version=\"1.0\"?><r/>",
         "<?xml version='1.1' encoding='UTF-8' standalone='yes' ?>\n<r/>", "\xEF\xBB\xBF<r/>",
         "<!-- a - b --><?pi x? y?><r/><!-- c --><?pi?>", "<r><![CDATA[<&]]]></r>",
         "<r>]] > ]></r>", "<r a='>'>'\"</r>", "<a:b xmlns:a='u' a:c='1'/>",
         "<\xC3\xA9-1.\xC2\xB7/>", "<r>&lt;&gt;&amp;&quot;&apos;&#9;&#x10FFFF;&#00065;</r>"});
}

TEST_CASE("xml check: a DOCTYPE is skipped, brackets, quotes and comments told apart") {
    check_all(true, {"<!DOCTYPE r><r/>", "<!DOCTYPE r SYSTEM \"a>b\"><r/>",
                     "<!DOCTYPE r [<!ELEMENT r (a|b)*><!ATTLIST r a CDATA '>]'>"
                     "<!-- ]> ' --><?pi ]>'?>]><r/>"});
    check_all(false, {"<!DOCTYPE><r/>", "<!DOCTYPE r", "<!DOCTYPE r [<r/>", "<r/><!DOCTYPE r>",
                      "<!DOCTYPE r><!DOCTYPE r><r/>", "<r><!DOCTYPE r></r>", "<!doctype r><r/>",
                      "<!DOCTYPE r [<!ENTITY a \"b\">]><r>&a;</r>"});
}

TEST_CASE("xml check: one root element, and nothing but space, comments, instructions around it") {
    check_all(false, {"", " ", "<!-- c -->", "x<r/>", "<r/>x", "<r/><r/>", "<r/><s></s>",
                      "<r/>&lt;", "<r/><![CDATA[]]>", "<![CDATA[x]]><r/>", "</r>", "<r/></r>"});
}

TEST_CASE("xml check: tags match") {
    check_all(false, {"<r>", "<r><a></r>", "<r><a></r></a>", "<r></R>", "<r", "<r/", "<r//>",
                      "<r></r", "<r></r x>", "< r/>", "<r></ r>", "<r><></></r>", "<"});
}

TEST_CASE("xml check: attributes have values in quotes, once each, apart from each other") {
    check_all(false, {"<r a/>", "<r a=1/>", "<r a='1/>", "<r a=''b=''/>", "<r a='<'/>",
                      "<r a='1' a='2'/>", "<r a='&'/>", "<r a='&x;'/>", "<r =''/>", "<r 1=''/>",
                      "<r a='1' /a>", "<r a=\"1'/>"});
    check_all(true, {"<r a='1' A='2' b:a='3'/>"});
    const std::string many = "a='' b='' c='' d='' e='' f='' g='' h='' i='' j=''";
    CHECK(is_sound("<r " + many + "/>"));
    CHECK_FALSE(is_sound("<r " + many + " c=''/>"));
}

TEST_CASE("xml check: names are names") {
    check_all(false, {"<1/>", "<-a/>", "<a\xC3\x97/>", "<.a/>", "<a$/>", "<a\xE2\x86\x90/>"});
    check_all(true, {"<_/>", "<:/>", "<a1/>", "<\xE5\x90\x8D/>", "<a\xE2\x80\xBF/>"});
}

TEST_CASE("xml check: references are to characters that may be, or to the five entities") {
    for (const char* const inside :
         {"&",    "& ",    "&;",     "&amp",     "&unknown;", "&nbsp;",     "&AMP;",
          "&#0;", "&#x0;", "&#1;",   "&#xD800;", "&#xFFFE;",  "&#x110000;", "&#99999999999;",
          "&#;",  "&#x;",  "&#X41;", "&#-1;",    "&# 65;",    "&#6a;",      "&lt ;"}) {
        CAPTURE(inside);
        CHECK_FALSE(is_sound(std::string("<r>a") + inside + "b</r>"));
        CHECK_FALSE(is_sound(std::string("<r a='") + inside + "'/>"));
        CHECK(is_sound(std::string("<r><![CDATA[") + inside + "]]><!--" + inside + "--></r>"));
    }
}

TEST_CASE("xml check: characters are those of XML, in UTF-8") {
    using namespace std::string_literals;
    for (const std::string& inside : {"\0"s, "\x01"s, "\x1F"s, "\xFF"s, "\xC3"s, "\xED\xA0\x80"s,
                                      "\xEF\xBF\xBE"s, "\xEF\xBF\xBF"s, "\xC0\x80"s}) {
        CAPTURE(inside);
        CHECK_FALSE(is_sound("<r>" + inside + "</r>"));
        CHECK_FALSE(is_sound("<r a='" + inside + "'/>"));
        CHECK_FALSE(is_sound("<r><!--" + inside + "--></r>"));
        CHECK_FALSE(is_sound("<r><![CDATA[" + inside + "]]></r>"));
    }
    check_all(true, {"<r>\t\r\n\x7F\xC2\x80\xEF\xBF\xBD\xF0\x9F\x98\x80</r>"});
}

TEST_CASE("xml check: comments, CDATA and instructions end as they should") {
    check_all(false, {"<!-- -- --><r/>", "<!-- a ---><r/>", "<!-- <r/>", "<!-><r/>", "<r><!x></r>",
                      "<r><![CDATA[x]></r>", "<r>]]></r>", "<r><?pi </r>", "<r><? pi?></r>",
                      "<r><?pi+x?></r>", "<r><![cdata[x]]></r>"});
}

TEST_CASE("xml check: the declaration stands at the beginning and says a version first") {
    check_all(false, {" <?xml version=\"1.0\"?><r/>", "<r/><?xml version=\"1.0\"?>",
                      "<r><?XML x?></r>", "<?xml?><r/>", "<?xml ?><r/>",
                      "<?xml encoding='utf-8'?><r/>", "<?xml version='2.0'?><r/>",
                      "<?xml version=1.0?><r/>", "<?xml version='1.0' standalone='maybe'?><r/>",
                      "<?xml version='1.0' standalone='yes' encoding='utf-8'?><r/>",
                      "<?xml version='1.0' version='1.0'?><r/>", "<?xml version='1.0' x='y'?><r/>",
                      "<?xml version='1.0'><r/>", "<?xml version='1.0'"});
}

TEST_CASE("xml check: depth costs no recursion") {
    const std::size_t depth = 200000;
    CHECK(is_sound(repeated("<a>", depth) + repeated("</a>", depth)));
    CHECK_FALSE(is_sound(repeated("<a>", depth)));
}
