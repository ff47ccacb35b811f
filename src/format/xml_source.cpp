#include "format/xml_source.hpp"

#include <optional>

#include "format/charset.hpp"
#include "format/xml_characters.hpp"
#include "format/xml_check.hpp"

namespace aggregator::format {

namespace {

using base::Code;
using base::Result;

constexpr std::string_view kMargins = " \t\r\n";

bool is_too_deep(const pugi::xml_document& document) {
    std::size_t depth = 0;
    pugi::xml_node node = document;
    for (;;) {
        if (const pugi::xml_node below = node.first_child()) {
            node = below;
            if (++depth > kXmlDepthMax) {
                return true;
            }
            continue;
        }
        while (depth > 0 && !node.next_sibling()) {
            node = node.parent();
            --depth;
        }
        if (depth == 0) {
            return false;
        }
        node = node.next_sibling();
    }
}

std::string describe(const pugi::xml_parse_result& result) {
    if (result.status == pugi::status_no_document_element) {
        return "there is no root element";
    }
    return "byte " + std::to_string(result.offset) + ": " + result.description();
}

bool is_text(pugi::xml_node node) {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

// Such a reference would end the text that it stands in.
Result<void> check_character_references(std::string_view text) {
    for (std::size_t at = text.find("&#"); at != std::string_view::npos;
         at = text.find("&#", at + 2)) {
        const std::string_view number = text.substr(at + 2);
        const std::size_t size = number.find_first_not_of("x0123456789abcdefABCDEF");
        const bool whole = size != std::string_view::npos && size > 0 && number[size] == ';';
        if (whole && !is_xml_reference(text.substr(at + 1, size + 1))) {
            return base::fail(Code::BadXml, "byte " + std::to_string(at) +
                                                ": a reference to a character that XML does "
                                                "not allow");
        }
    }
    return {};
}

}  // namespace

Result<void> read_xml(pugi::xml_document& document, std::string_view text, XmlUse use) {
    if (without_margins(text).empty()) {
        return base::fail(Code::BadXml, "EOF");
    }
    const Result<std::optional<std::string>> converted = utf8_of(text);
    if (!converted) {
        return base::fail(converted.error());
    }
    if (converted->has_value()) {
        text = **converted;
    }
    const bool data = use == XmlUse::Data;
    if (auto sound = data ? check_xml(text) : check_character_references(text); !sound) {
        return sound;
    }
    const unsigned flags = pugi::parse_default | (data ? 0 : pugi::parse_ws_pcdata);
    const auto result = document.load_buffer(text.data(), text.size(), flags, pugi::encoding_utf8);
    if (!result) {
        return base::fail(Code::BadXml, describe(result));
    }
    if (is_too_deep(document)) {
        return base::fail(Code::BadXml, "nested too deeply (the limit is " +
                                            std::to_string(kXmlDepthMax) + " elements)");
    }
    return {};
}

std::string_view prefix_of(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

std::string_view local_name(std::string_view name) {
    const std::string_view local = name.substr(name.find(':') + 1);
    // What cannot begin a name: the marks that JSON gives attributes and text among them.
    constexpr std::string_view kNoStart = "-.:0123456789";
    const bool whole = local.empty() || kNoStart.find(local.front()) != std::string_view::npos;
    return whole ? name : local;
}

std::string text_inside(pugi::xml_node element) {
    // Nearly always there is one run.
    const pugi::xml_node only = element.first_child();
    if (!only || (is_text(only) && !only.next_sibling())) {
        return std::string(without_margins(only.value()));
    }
    std::string text;
    std::string run;
    const auto finish = [&text, &run] {
        const std::string_view core = without_margins(run);
        text.append(text.empty() || core.empty() ? "" : " ").append(core);
        run.clear();
    };
    for (const pugi::xml_node node : element.children()) {
        if (is_text(node)) {
            run += node.value();
        } else if (node.type() == pugi::node_element) {
            finish();
        }
    }
    finish();
    return text;
}

std::string_view without_margins(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kMargins);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kMargins) - first + 1);
}

}  // namespace aggregator::format
