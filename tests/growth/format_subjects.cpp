#include <string>

#include <aggregator/format/document.hpp>
#include <aggregator/format/feed.hpp>
#include <aggregator/format/xml.hpp>
#include <aggregator/format/yaml.hpp>

#include "growth/subject.hpp"

namespace aggregator::growth {

namespace {

using Text = std::function<std::string(std::size_t)>;

std::string repeated(std::size_t n, const std::string& text) {
    return joined(n, "", [&text](std::size_t) { return text; });
}

std::string number(std::size_t i) { return std::to_string(i); }

void add_xml_in(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size, const Text& text) {
        subjects.push_back({"XML in: " + name, size, [text](std::size_t n) {
                                return [xml = text(n)] {
                                    require(format::json_from_xml(xml).has_value(), xml);
                                };
                            }});
    };
    add("siblings of one name", 100,
        [](std::size_t n) { return "<r>" + repeated(n, "<a>1</a>") + "</r>"; });
    add("siblings of two names in turn", 100,
        [](std::size_t n) { return "<r>" + repeated(n, "<a>1</a><b/>") + "</r>"; });
    add("siblings of different names", 100, [](std::size_t n) {
        return "<r>" + joined(n, "", [](std::size_t i) { return "<a" + number(i) + "/>"; }) +
               "</r>";
    });
    add("attributes", 100, [](std::size_t n) {
        return "<r" + joined(n, "", [](std::size_t i) { return " a" + number(i) + "='1'"; }) + "/>";
    });
    add("text in many runs", 100,
        [](std::size_t n) { return "<r>" + repeated(n, "x<a/>") + "</r>"; });
    add("references", 1'000, [](std::size_t n) { return "<r>" + repeated(n, "&amp;") + "</r>"; });
    add("comments", 800, [](std::size_t n) { return "<r>" + repeated(n, "<!-- -->") + "</r>"; });
    add("deep nest", 50, [](std::size_t n) { return repeated(n, "<a>") + repeated(n, "</a>"); });
}

void add_out(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size, const Text& text) {
        subjects.push_back({"XML out: " + name, size, [text](std::size_t n) {
                                return [json = text(n)] {
                                    std::string out;
                                    format::append_xml(out, json);
                                };
                            }});
        subjects.push_back({"YAML out: " + name, size, [text](std::size_t n) {
                                return [json = text(n)] {
                                    std::string out;
                                    format::append_yaml(out, json);
                                };
                            }});
    };
    const auto object = [](std::size_t n, const std::string& start) {
        return "{" +
               joined(n, ",", [&](std::size_t i) { return '"' + start + number(i) + "\":1"; }) +
               "}";
    };
    add("keys", 200, [object](std::size_t n) { return object(n, "key"); });
    add("keys that are no names", 100, [object](std::size_t n) { return object(n, "-? "); });
    add("the same key", 200, [](std::size_t n) {
        return "{" + joined(n, ",", [](std::size_t) { return "\"a\":1"; }) + "}";
    });
    add("elements below a long key", 300, [](std::size_t n) {
        const std::string key(200, 'k');
        return "{\"" + key + "\":[" + joined(n, ",", [](std::size_t) { return "[]"; }) + "]}";
    });
    add("text to be escaped", 2'000,
        [](std::size_t n) { return "{\"a\":\"" + std::string(n, '<') + "\"}"; });
    add("deep nest", 1'000,
        [](std::size_t n) { return "{\"a\":" + std::string(n, '[') + std::string(n, ']') + "}"; });
}

void add_feeds(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size, const Text& text) {
        subjects.push_back({"feed: " + name, size, [text](std::size_t n) {
                                return [feed = text(n)] {
                                    require(format::json_from_feed(feed).has_value(), feed);
                                };
                            }});
    };
    const auto rss = [](const std::string& inside) {
        return "<rss><channel>" + inside + "</channel></rss>";
    };
    const auto atom = [](const std::string& inside) { return "<feed>" + inside + "</feed>"; };
    add("RSS items", 20,
        [rss](std::size_t n) { return rss(repeated(n, "<item><title>t</title></item>")); });
    add("RSS, one item of many parts", 25, [rss](std::size_t n) {
        const auto part = [](std::size_t i) {
            const std::string name = "x:y" + number(i);
            return "<category>c</category><link>l</link><dc:subject>s</dc:subject><" + name +
                   "/><z" + number(i) + "/>";
        };
        return rss("<item>" + joined(n, "", part) + "</item>");
    });
    add("RSS, categories in categories", 40, [rss](std::size_t n) {
        return rss(repeated(n, "<itunes:category text='c'>") + repeated(n, "</itunes:category>"));
    });
    add("Atom entries", 20, [atom](std::size_t n) {
        return atom(repeated(n, "<entry><title>t</title><link href='l'/></entry>"));
    });
    add("Atom, one entry of many links", 50, [atom](std::size_t n) {
        return atom("<entry>" + repeated(n, "<link href='l'/><author><name>n</name></author>") +
                    "</entry>");
    });
    const auto items = [](std::size_t n, const std::string& item) {
        return "{\"items\":[" + joined(n, ",", [&item](std::size_t) { return item; }) + "]}";
    };
    add("JSON items", 40,
        [items](std::size_t n) { return items(n, "{\"id\":\"1\",\"title\":\"t\"}"); });
    add("JSON, one item of many keys", 100, [items](std::size_t n) {
        const auto member = [](std::size_t i) { return "\"k" + number(i) + "\":1"; };
        return items(1, "{" + joined(n, ",", member) + "}");
    });
}

void add_documents(Subjects& subjects) {
    subjects.push_back({"YAML document", 30, [](std::size_t n) {
                            const auto line = [](std::size_t i) {
                                return "k" + number(i) + ": [1, 2]\n";
                            };
                            return [text = joined(n, "", line)] {
                                require(format::parse_yaml(text).has_value(), "YAML");
                            };
                        }});
    subjects.push_back({"TOML document", 40, [](std::size_t n) {
                            const auto line = [](std::size_t i) {
                                return "k" + number(i) + " = [1, 2]\n";
                            };
                            return [text = joined(n, "", line)] {
                                require(format::parse_toml(text).has_value(), "TOML");
                            };
                        }});
}

}  // namespace

void add_format(Subjects& subjects) {
    add_xml_in(subjects);
    add_out(subjects);
    add_feeds(subjects);
    add_documents(subjects);
}

}  // namespace aggregator::growth
