// scan(), members_of() and the strings of JSON against RapidJSON.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "unit/json/reference.hpp"

using namespace aggregator;

namespace {

void require(bool holds, const std::string& what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what.c_str());
        std::abort();
    }
}

/// Any bytes, written as a string, are a sound text that reads the same when it is written again.
void check_strings(std::string_view bytes) {
    std::string text;
    json::append_string(text, bytes);
    std::vector<json::Member> members;
    const auto root = json::scan(text, members);
    require(root && root->value == text, "append_string wrote what scan refuses");
    const std::string plain = json::unescape(std::string_view(text).substr(1, text.size() - 2));
    std::string again;
    json::append_string(again, plain);
    require(again == text, "unescape lost something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own, so that a byte read behind the end is noticed.
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string wrong = json::testing::disagreement(text);
    require(wrong.empty(), wrong);
    check_strings(text);
    return 0;
}
