// YAML files: whatever they hold, the tree is sound JSON with places, and JSON is YAML.

#include <cstdint>
#include <string>

#include <aggregator/format/document.hpp>

#include "fuzz/document_checks.hpp"

using namespace aggregator;

namespace {

/// Whether the parser of YAML takes all JSON keys: it looks for a colon in no more than 1024 bytes.
bool has_long_keys(const json::Document& document, const json::Node& node) {
    for (const json::Node::Entry& entry : node.members) {
        if (entry.key.size() > 100 || has_long_keys(document, document.at(entry.node))) {
            return true;
        }
    }
    for (const std::uint32_t element : node.elements) {
        if (has_long_keys(document, document.at(element))) {
            return true;
        }
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto document = format::parse_yaml(text);
    const std::string compact = fuzz::checked(document, text);
    const bool control = compact.find('\x7F') != std::string::npos;
    if (!compact.empty() && !control && !has_long_keys(*document, document->root())) {
        const auto again = format::parse_yaml(compact);
        fuzz::require(again && again->compact(again->root()) == compact,
                      "its JSON is another YAML document");
    }
    return 0;
}
