#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/format/feed.hpp>
#include <aggregator/json/spans.hpp>

#include "format/feed_model.hpp"

using namespace aggregator;

namespace {

std::string json_of(std::string_view feed) {
    const auto json = format::json_from_feed(feed);
    std::vector<json::Member> members;
    CHECK((!json || json::scan(*json, members).has_value()));
    return json ? *json : "error: " + json.error().detail;
}

std::string complaint(std::string_view feed) {
    const auto json = format::json_from_feed(feed);
    REQUIRE_FALSE(json.has_value());
    CHECK(json.error().code == base::Code::BadFeed);
    return json.error().detail;
}

/// The value of one of the feed's own members.
std::string member(std::string_view feed, std::string_view key) {
    const std::string json = json_of(feed);
    std::vector<json::Member> members;
    REQUIRE(json::scan(json, members).has_value());
    for (const json::Member& member : members) {
        if (member.key == key) {
            return std::string(member.value);
        }
    }
    return "none";
}

/// The items of an RSS feed that has this one.
std::string items_of_rss(const std::string& item, const std::string& attributes = "") {
    return member("<rss version=\"2.0\" " + attributes + "><channel><item>" + item +
                      "</item></channel></rss>",
                  "items");
}

std::string items_of_atom(const std::string& entry) {
    return member("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry>" + entry + "</entry></feed>",
                  "items");
}

}  // namespace

TEST_CASE("feed: RSS 2.0 has every key of the feed, in their order") {
    CHECK(json_of(R"(<?xml version="1.0"?><rss version="2.0"><channel>
            <title>News</title><link>http://example.com/</link><description>All of it</description>
            <language>en-gb</language><copyright>us</copyright>
            <managingEditor>ann@example.com (Ann)</managingEditor>
            <pubDate>Sat, 07 Sep 2002 00:00:01 GMT</pubDate>
            <lastBuildDate>Sat, 07 Sep 2002 09:42:31 GMT</lastBuildDate>
            <category>a</category><category>b</category><mood>good</mood>
            <image><url>http://example.com/i.png</url><title>I</title></image>
            </channel></rss>)") ==
          R"({"items":[],"author":{"name":"Ann","email":"ann@example.com"},)"
          R"("categories":["a","b"],"custom":{"mood":"good"},"copyright":"us",)"
          R"("description":"All of it","type":"rss","language":"en-gb","title":"News",)"
          R"("published":"Sat, 07 Sep 2002 00:00:01 GMT",)"
          R"("updated":"Sat, 07 Sep 2002 09:42:31 GMT","img_url":"http://example.com/i.png"})");
}

TEST_CASE("feed: what a feed does not say is empty or null, and without an image no img_url") {
    CHECK(json_of("<rss><channel/></rss>") ==
          R"({"items":[],"author":null,"categories":null,"custom":null,"copyright":"",)"
          R"("description":"","type":"rss","language":"","title":"","published":"","updated":""})");
}

TEST_CASE("feed: an RSS item has what it says, in the order of the keys") {
    CHECK(
        items_of_rss(R"(<enclosure url="u" length="5" type="audio/mpeg"/><guid>g</guid>
            <author>Bob &lt;bob@example.com&gt;</author><title>T</title><link>http://l</link>
            <description>&lt;b>D&lt;/b></description><category>c</category>
            <pubDate>Sat, 07 Sep 2002 01:00:01 +0100</pubDate><mood>good</mood>
            <mood>bad</mood>)") ==
        R"([{"title":"T","description":"<b>D</b>","link":"http://l","links":["http://l"],)"
        R"("published":"Sat, 07 Sep 2002 01:00:01 +0100","publishedParsed":"2002-09-07T00:00:01Z",)"
        R"("author":{"name":"Bob","email":"bob@example.com"},)"
        R"("authors":[{"name":"Bob","email":"bob@example.com"}],"guid":"g","categories":["c"],)"
        R"("enclosures":[{"url":"u","length":"5","type":"audio/mpeg"}],"custom":{"mood":"bad"}}])");
}

TEST_CASE("feed: an item that says nothing is an empty object") {
    CHECK(items_of_rss("") == "[{}]");
    CHECK(items_of_rss("<title/>") == "[{}]");
}

TEST_CASE("feed: a date that cannot be read is kept as it is, and not parsed") {
    CHECK(items_of_rss("<pubDate>soon</pubDate>") == R"([{"published":"soon"}])");
}

TEST_CASE("feed: Dublin Core and content stand in, whatever their prefix") {
    CHECK(items_of_rss("<d:title>T</d:title><d:creator>Ann</d:creator><d:date>2003-12-13</d:date>"
                       "<d:subject>s</d:subject><c:encoded>C</c:encoded>",
                       R"(xmlns:d="http://purl.org/dc/elements/1.1/" )"
                       R"(xmlns:c="http://purl.org/rss/1.0/modules/content/")")
              .starts_with(
                  R"([{"title":"T","content":"C","updated":"2003-12-13",)"
                  R"("updatedParsed":"2003-12-13T00:00:00Z","published":"2003-12-13",)"
                  R"("publishedParsed":"2003-12-13T00:00:00Z","author":{"name":"Ann"},)"
                  R"("authors":[{"name":"Ann"}],"categories":["s"],"extensions":{"dc":{"title":)"));
}

TEST_CASE("feed: elements of other namespaces are extensions, gathered by prefix and name") {
    CHECK(items_of_rss(R"(<m:group><m:content url="u" x:k="v">t</m:content></m:group>
                          <y:z/><m:q/>)",
                       R"(xmlns:m="http://search.yahoo.com/mrss/")") ==
          R"([{"extensions":{"media":{"group":[{"name":"group","value":"","attrs":{},"children":)"
          R"({"content":[{"name":"content","value":"t","attrs":{"url":"u","k":"v"},)"
          R"("children":{}}]}}],)"
          R"("q":[{"name":"q","value":"","attrs":{},"children":{}}]},)"
          R"("y":{"z":[{"name":"z","value":"","attrs":{},"children":{}}]}}}])");
}

TEST_CASE("feed: dcExt and itunesExt are the texts by name") {
    const std::string items = items_of_rss(
        "<dc:subject>a</dc:subject><dc:subject>b</dc:subject><itunes:duration>60</itunes:duration>"
        "<itunes:image href=\"http://i\"/><itunes:keywords>x, y,,z</itunes:keywords>"
        "<itunes:author>Cy</itunes:author>");
    CHECK(items.find(R"("dcExt":{"subject":["a","b"]},)"
                     R"("itunesExt":{"duration":"60","image":"http://i","keywords":"x, y,,z",)"
                     R"("author":"Cy"}})") != std::string::npos);
    CHECK(
        items.starts_with(R"([{"author":{"name":"Cy"},"authors":[{"name":"Cy"}],)"
                          R"("image":{"url":"http://i"},"categories":["x"," y","","z","a","b"],)"));
}

TEST_CASE("feed: categories of iTunes are read with those inside them, of a channel alone") {
    CHECK(member(R"(<rss><channel><itunes:category text="b"><itunes:category text="c"/>
                 </itunes:category><itunes:keywords>k,l</itunes:keywords><category>a</category>
                 </channel></rss>)",
                 "categories") == R"(["a","k","l","b","c"])");
    CHECK(items_of_rss("<category>a</category><itunes:category text=\"b\"/>")
              .starts_with(R"([{"categories":["a"],)"));
}

TEST_CASE("feed: an empty category is one") {
    CHECK(member("<rss><channel><category/><category>b</category></channel></rss>", "categories") ==
          R"(["","b"])");
    CHECK(member("<feed xmlns='http://www.w3.org/2005/Atom'><category label='' term='t'/>"
                 "<category/></feed>",
                 "categories") == R"(["t",""])");
}

TEST_CASE("feed: content:encoded is the content and no extension") {
    CHECK(items_of_rss("<content:encoded>c</content:encoded>") == R"([{"content":"c"}])");
}

TEST_CASE("feed: a JSON feed without items has none") {
    CHECK(member(R"({"version":"https://jsonfeed.org/version/1","title":"J"})", "items") == "[]");
    CHECK(member(R"({"title":"J","items":null})", "items") == "[]");
    CHECK(member("{}", "type") == R"("json")");
    CHECK(complaint(R"({"items":{}})") == "expected an array under 'items'");
    CHECK(json_of(R"({"favicon":"f"})").find("img_url") == std::string::npos);
}

TEST_CASE("feed: a reference to a character that XML does not allow cuts no text") {
    CHECK(complaint("<rss><channel><title>a&#0;b</title></channel></rss>").starts_with("byte 22"));
    CHECK(member("<rss><channel><title>a&nbsp;b &#9;&#x41;</title></channel></rss>", "title") ==
          "\"a&nbsp;b \\tA\"");
}

TEST_CASE("feed: markup that was not escaped is quoted as it is") {
    CHECK(items_of_rss("<description>See <b>this</b> <i>one</i>!</description>") ==
          R"([{"description":"See <b>this</b> <i>one</i>!"}])");
}

TEST_CASE("feed: RSS 1.0 has its items and its image beside the channel") {
    const std::string_view feed =
        R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
             xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
           <channel rdf:about="x"><title>T</title><dc:rights>R</dc:rights>
             <items><rdf:Seq><rdf:li resource="1"/></rdf:Seq></items></channel>
           <image><title>I</title><url>http://i</url></image>
           <item rdf:about="1"><title>One</title><link>http://1</link></item></rdf:RDF>)";
    CHECK(json_of(feed) ==
          R"({"items":[{"title":"One","link":"http://1","links":["http://1"]}],"author":null,)"
          R"("categories":null,"custom":null,"copyright":"R","description":"","type":"rss",)"
          R"("language":"","title":"T","published":"","updated":"","img_url":"http://i"})");
}

TEST_CASE("feed: RSS 0.90 may give its own names a prefix") {
    CHECK(member(R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                    xmlns:r="http://my.netscape.com/rdf/simple/0.9/"><r:channel><r:title>T</r:title>
                    </r:channel></rdf:RDF>)",
                 "title") == R"("T")");
}

TEST_CASE("feed: Atom 1.0 is read") {
    CHECK(json_of(R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
            <title>T</title><subtitle type="html">&lt;i>S&lt;/i></subtitle><rights>R</rights>
            <updated>2003-12-13T18:30:02Z</updated><logo>http://l</logo>
            <author><name>Ann</name><email>ann@example.com</email><uri>x</uri></author>
            <category term="t" label="L"/><category term="u"/>
            <entry><id>urn:1</id><title>E</title></entry></feed>)") ==
          R"({"items":[{"title":"E","guid":"urn:1"}],)"
          R"("author":{"name":"Ann","email":"ann@example.com"},"categories":["L","u"],)"
          R"("custom":null,"copyright":"R","description":"<i>S</i>","type":"atom","language":"en",)"
          R"("title":"T","published":"","updated":"2003-12-13T18:30:02Z","img_url":"http://l"})");
}

TEST_CASE("feed: links of an Atom entry are told apart by their relation") {
    CHECK(items_of_atom(R"(<link rel="self" href="s"/><link rel="edit" href="e"/><link href="a"/>
                           <link rel="alternate" href="b"/>
                           <link rel="enclosure" href="c" length="7" type="t"/>)") ==
          R"([{"link":"a","links":["s","a","b"],)"
          R"("enclosures":[{"url":"c","length":"7","type":"t"}]}])");
}

TEST_CASE("feed: an Atom entry is published when it was updated unless it says when") {
    CHECK(items_of_atom("<updated>2003-12-13T18:30:02Z</updated>") ==
          R"([{"updated":"2003-12-13T18:30:02Z","updatedParsed":"2003-12-13T18:30:02Z",)"
          R"("published":"2003-12-13T18:30:02Z","publishedParsed":"2003-12-13T18:30:02Z"}])");
    CHECK(items_of_atom("<updated>2003</updated><published>2002</published>") ==
          R"([{"updated":"2003","updatedParsed":"2003-01-01T00:00:00Z",)"
          R"("published":"2002","publishedParsed":"2002-01-01T00:00:00Z"}])");
}

TEST_CASE("feed: the div around XHTML is not part of it") {
    CHECK(items_of_atom(R"(<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
                           <p>a &amp; b</p> <p>c</p></div></content>)") ==
          R"([{"content":"<p>a &amp; b</p> <p>c</p>"}])");
}

TEST_CASE("feed: Atom 0.3 is read by its older names") {
    CHECK(json_of(R"(<feed version="0.3" xmlns="http://purl.org/atom/ns#"><tagline>S</tagline>
            <copyright>R</copyright><modified>2003-12-13T18:30:02Z</modified>
            <entry><issued>2003-12-13</issued><modified>2003-12-14</modified></entry></feed>)") ==
          R"({"items":[{"updated":"2003-12-14","updatedParsed":"2003-12-14T00:00:00Z",)"
          R"("published":"2003-12-13","publishedParsed":"2003-12-13T00:00:00Z"}],"author":null,)"
          R"("categories":null,"custom":null,"copyright":"R","description":"S","type":"atom",)"
          R"("language":"","title":"","published":"","updated":"2003-12-13T18:30:02Z"})");
}

TEST_CASE("feed: Atom may give its own names a prefix") {
    CHECK(member(R"(<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>T</a:title></a:feed>)",
                 "title") == R"("T")");
}

TEST_CASE("feed: JSON Feed is read") {
    CHECK(
        json_of(R"({"version":"https://jsonfeed.org/version/1.1","title":"T","language":"en",)"
                R"("home_page_url":"h","description":"D","icon":"http://i",)"
                R"("authors":[{"name":"Ann"}],"items":[{"id":1,"url":"u","external_url":"x",)"
                R"("title":"E","content_text":"C","summary":"S","image":"p",)"
                R"("date_published":"2010-02-07T14:04:00-05:00","tags":["a","b"],)"
                R"("attachments":[{"url":"f","mime_type":"audio/mpeg","size_in_bytes":12}]}]})") ==
        R"({"items":[{"title":"E","description":"S","content":"C","link":"u","links":["u","x"],)"
        R"("published":"2010-02-07T14:04:00-05:00","publishedParsed":"2010-02-07T19:04:00Z",)"
        R"("guid":"1","image":{"url":"p"},"categories":["a","b"],)"
        R"("enclosures":[{"url":"f","length":"12","type":"audio/mpeg"}]}],)"
        R"("author":{"name":"Ann"},"categories":null,"custom":null,"copyright":"",)"
        R"("description":"D","type":"json","language":"en","title":"T",)"
        R"("published":"2010-02-07T14:04:00-05:00","updated":"","img_url":"http://i"})");
}

TEST_CASE("feed: JSON Feed 1 has one author, and HTML is preferred") {
    CHECK(member("\xEF\xBB\xBF {\"items\":[{\"author\":{\"name\":\"Bo\"},\"content_html\":\"h\","
                 "\"content_text\":\"t\"},5]}",
                 "items") ==
          R"([{"content":"h","author":{"name":"Bo"},"authors":[{"name":"Bo"}]},{}])");
}

TEST_CASE("feed: elements nest 1000 deep and no deeper") {
    const auto nested = [](const std::string& name, int depth) {
        std::string begin;
        std::string end;
        for (int i = 0; i < depth; ++i) {
            begin += "<" + name + ">";
            end += "</" + name + ">";
        }
        return begin + end;
    };
    CHECK(items_of_rss("<description>" + nested("b", 996) + "</description>").size() > 996 * 5);
    CHECK(items_of_rss(nested("x:b", 997)).size() > 997 * 30);
    CHECK(complaint("<rss><channel><item>" + nested("x:b", 998) + "</item></channel></rss>") ==
          "nested too deeply (the limit is 1000 elements)");
}

TEST_CASE("feed: charsets and entities are as in any XML") {
    CHECK(member("<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>caf\xE9</title>"
                 "</channel></rss>",
                 "title") == "\"caf\xC3\xA9\"");
}

TEST_CASE("feed: what is no feed is told") {
    CHECK(complaint("") == "EOF");
    CHECK(complaint("<html/>") == "the root element is 'html', expected rss, RDF or feed");
    CHECK(complaint("<rss/>") == "expected a channel in the root element");
    CHECK(complaint("<rss><channel>").starts_with("byte 13: "));
    CHECK(complaint("{\"items\":1}") == "expected an array under 'items'");
    CHECK(complaint("{\"a\"").starts_with("byte 4: "));
    CHECK(complaint("hello") == "there is no root element");
}

TEST_CASE("feed: a person is a name, an address, or both in either order") {
    const auto told = [](std::string_view text) {
        const format::FeedPerson person = format::person_from(text);
        return person.name + "|" + person.email;
    };
    CHECK(told("Ann") == "Ann|");
    CHECK(told("ann@example.com") == "|ann@example.com");
    CHECK(told("ann@example.com (Ann B)") == "Ann B|ann@example.com");
    CHECK(told("Ann B (ann@example.com)") == "Ann B|ann@example.com");
    CHECK(told("Ann <ann@example.com>") == "Ann|ann@example.com");
    CHECK(told("Ann (editor)") == "Ann (editor)|");
    CHECK(told("ann@example.com (") == "|ann@example.com");
    CHECK(told("") == "|");
}
