// XML in has to be JSON, JSON out has to be well-formed XML: the first bytes decide nothing, each
// input is tried as both.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include <aggregator/format/xml.hpp>
#include <aggregator/json/spans.hpp>

using namespace aggregator;

namespace {

void require(bool holds, const std::string& what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what.c_str());
        std::abort();
    }
}

/// What the parser would let pass.
struct Strictness : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node& node) override {
        std::set<std::string> names;
        for (const pugi::xml_attribute attribute : node.attributes()) {
            require(names.insert(attribute.name()).second, "an attribute stands there twice");
        }
        return true;
    }
};

void check_characters(std::string_view xml) {
    for (const char c : xml) {
        const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
        require(!control, "a control character was written");
    }
    require(xml.find("\xEF\xBF\xBE") == xml.npos, "U+FFFE was written");
    require(xml.find("\xEF\xBF\xBF") == xml.npos, "U+FFFF was written");
}

void check_out(std::string_view object) {
    std::string xml;
    format::append_xml(xml, object);
    check_characters(xml);
    pugi::xml_document document;
    const auto parsed = document.load_buffer(xml.data(), xml.size());
    require(parsed, "append_xml wrote what cannot be parsed: " + xml);
    require(!document.document_element().next_sibling(), "there are two root elements: " + xml);
    Strictness strictness;
    document.traverse(strictness);
}

void check_in(std::string_view text) {
    const auto json = format::json_from_xml(text);
    if (!json) {
        require(json.error().code == base::Code::BadXml, "another code than BadXml");
        return;
    }
    std::vector<json::Member> members;
    const auto root = json::scan(*json, members);
    require(root && root->value == *json, "json_from_xml wrote what scan refuses: " + *json);
    require(members.size() == 1, "there is not one root element");
    check_out(*json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own, so that a byte read behind the end is noticed.
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_in(text);
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    if (root && root->kind == json::Kind::Object) {
        check_out(root->value);
    }
    return 0;
}
