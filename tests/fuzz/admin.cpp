// Whatever is asked of the management interface: one answer with a status that it may have, a
// sound body, and settings that stay within their bounds.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <aggregator/json/spans.hpp>

#include "unit/admin/world.hpp"

using namespace aggregator;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

/// Cuts the text up to a line's end off.
std::string take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
    return line;
}

bool is_legal(int status) {
    constexpr std::array kStatuses{200, 201, 204, 400, 404, 405, 412, 413, 415};
    return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

void check_body(const testing::Reply& reply) {
    const bool json = reply.header("Content-Type").find("json") != std::string::npos;
    std::vector<json::Member> members;
    const auto root = json::scan(reply.body, members);
    require(!json || (root && root->value == reply.body), "a body that is no JSON");
    require(json || reply.status == 204 || reply.status == 200, "a refusal without a document");
    require(reply.status < 400 || reply.header("Content-Type") == "application/problem+json",
            "a refusal of another type");
}

void check_settings(const testing::World& world) {
    for (const admin::LiveShadow& live : world.gateway.shadows()) {
        const double percentage = live.controls->percentage.load();
        require(percentage >= 0 && percentage <= 100, "a percentage out of bounds");
        require(live.controls->timeout.load() > 0, "a timeout of nothing");
        require(live.controls->max_rate.load() >= 0, "a rate out of bounds");
        require(live.controls->expires.load() >= 0, "an expiry before time began");
    }
}

}  // namespace

/// The input: method, target and If-Match a line each, then the body. `ID` in the target is the
/// first shadow's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    testing::World world;
    testing::Ask ask;
    ask.method = take_line(text);
    ask.target = take_line(text);
    ask.headers = {{"Content-Type", "application/json"}, {"If-Match", take_line(text)}};
    ask.body = text;
    if (const std::size_t id = ask.target.find("ID"); id != std::string::npos) {
        ask.target.replace(id, 2, world.gateway.find("v2")->shadow->rules->id);
    }
    testing::FakeClient client(world.loop);
    ask.headers.push_back(world.credentials.front());
    client.send(world.interface, std::move(ask));
    world.loop.settle();
    require(client.replies() == 1, "not one answer");
    require(is_legal(client.reply().status), "a status that it may not have");
    check_body(client.reply());
    check_settings(world);
    return 0;
}
