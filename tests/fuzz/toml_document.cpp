// TOML files: whatever they hold, the tree is sound JSON with places.

#include <cstdint>
#include <string>

#include <aggregator/format/document.hpp>

#include "fuzz/document_checks.hpp"

using namespace aggregator;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto document = format::parse_toml(text);
    const std::string compact = fuzz::checked(document, text);
    fuzz::require(compact.empty() || compact.front() == '{', "a file that is no table");
    return 0;
}
