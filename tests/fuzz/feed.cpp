// Any feed that is read gives a sound JSON object with the keys of a feed, in their order.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/format/feed.hpp>
#include <aggregator/json/spans.hpp>

using namespace aggregator;

namespace {

constexpr std::array<std::string_view, 12> kKeys = {
    "items", "author",   "categories", "custom",    "copyright", "description",
    "type",  "language", "title",      "published", "updated",   "img_url"};

void require(bool holds, const std::string& what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what.c_str());
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto json = format::json_from_feed(text);
    if (!json) {
        require(json.error().code == base::Code::BadFeed, "another code than BadFeed");
        return 0;
    }
    std::vector<json::Member> members;
    const auto root = json::scan(*json, members);
    require(root && root->value == *json, "json_from_feed wrote what scan refuses: " + *json);
    require(members.size() >= kKeys.size() - 1, "a key is missing");
    for (std::size_t i = 0; i < members.size(); ++i) {
        require(i < kKeys.size() && members[i].key == kKeys[i], "another key was expected");
    }
    return 0;
}
