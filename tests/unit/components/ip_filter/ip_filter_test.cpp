#include "components/ip_filter/settings.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/gateway.hpp"
#include "unit/config/folder.hpp"

using namespace aggregator;
using components::IpSettings;
using config::testing::Folder;

namespace {

/// A service with the section, whose files lie in the folder.
config::Loaded load(const Folder& folder, const std::string& keys) {
    return config::load_text(R"({"version":3,"host":["http://b"],"extra_config":)"
                             R"({"security/ip-filter":)" +
                                 keys +
                                 R"(},"endpoints":[{"endpoint":"/a",)"
                                 R"("backend":[{"url_pattern":"/"}]}]})",
                             folder.at("test.json"), {}, component::readers());
}

const IpSettings& settings_of(const config::Loaded& loaded) {
    for (const reading::Diagnostic& one : loaded.diagnostics) {
        INFO(reading::to_text(one));
        REQUIRE(one.severity != reading::Severity::Error);
    }
    const auto* const found =
        reading::settings_of<IpSettings>(loaded.service->components, "security/ip-filter");
    REQUIRE(found != nullptr);
    return *found;
}

std::string filtered(const std::string& at_service, const std::string& at_endpoint,
                     const std::string& router = {}) {
    const auto section = [](const std::string& keys) {
        return keys.empty() ? "" : R"("security/ip-filter":)" + keys;
    };
    return R"({"version":3,"host":["http://b"],"extra_config":{)" + router + section(at_service) +
           R"(},"endpoints":[{"endpoint":"/a","extra_config":{)" + section(at_endpoint) +
           R"(},"backend":[{"url_pattern":"/"},{"url_pattern":"/s","extra_config":{"proxy":)"
           R"({"shadow":true}}}]}]})";
}

}  // namespace

TEST_CASE("ip filter: who is denied is out, and if some are let in, nobody else is") {
    const Folder folder;
    const auto both =
        load(folder, R"({"allow":["10.0.0.0/8","2001:db8::/32"],"deny":["10.6.6.6"]})");
    CHECK(settings_of(both).admits("10.1.2.3"));
    CHECK(settings_of(both).admits("::ffff:10.1.2.3"));
    CHECK(settings_of(both).admits("2001:db8::1"));
    CHECK_FALSE(settings_of(both).admits("10.6.6.6"));
    CHECK_FALSE(settings_of(both).admits("::ffff:10.6.6.6"));
    CHECK_FALSE(settings_of(both).admits("11.1.2.3"));
    CHECK_FALSE(settings_of(both).admits("no address"));
    const auto denied = load(folder, R"({"deny":["10.6.6.6"]})");
    CHECK(settings_of(denied).admits("10.1.2.3"));
    CHECK_FALSE(settings_of(denied).admits("10.6.6.6"));
    CHECK_FALSE(settings_of(denied).admits(""));
}

TEST_CASE("ip filter: files add to the lists, an entry a line") {
    const Folder folder;
    folder.write("drop.txt", "# dropped\n10.6.6.6\r\n\n  192.0.2.0/24  ; a network\n2001:db8::1");
    folder.write("more.txt", "198.51.100.1\n");
    const auto loaded =
        load(folder, R"({"deny":["10.7.7.7"],"files":{"deny":["drop.txt","more.txt"]}})");
    for (const char* const out :
         {"10.6.6.6", "10.7.7.7", "192.0.2.200", "2001:db8::1", "198.51.100.1"}) {
        CAPTURE(out);
        CHECK_FALSE(settings_of(loaded).admits(out));
    }
    CHECK(settings_of(loaded).admits("10.8.8.8"));
    const auto alone = load(folder, R"({"files":{"allow":["more.txt"]}})");
    CHECK(settings_of(alone).admits("198.51.100.1"));
    CHECK_FALSE(settings_of(alone).admits("198.51.100.2"));
}

TEST_CASE("ip filter: a file is told by the line that is wrong in it") {
    const Folder folder;
    folder.write("drop.txt", "10.6.6.6\n# fine\n10.0.0.0/33\n10.0.0.1\nname\n");
    folder.write("empty.txt", "# nobody\n");
    const auto broken = load(folder, R"({"files":{"deny":["drop.txt"]}})");
    REQUIRE(broken.diagnostics.size() == 1);
    CHECK(broken.diagnostics.front().rule == "bad-address");
    CHECK(broken.diagnostics.front().message.find("drop.txt:3: `10.0.0.0/33` (and 1 more lines)") !=
          std::string::npos);
    CHECK(broken.diagnostics.front().pointer == "/extra_config/security~1ip-filter/files/deny/0");
    const auto missing = load(folder, R"({"files":{"deny":["missing.txt"]},"deny":["10.0.0.1"]})");
    REQUIRE(missing.diagnostics.size() == 1);
    CHECK(missing.diagnostics.front().rule == "unreadable-file");
    const auto empty = load(folder, R"({"files":{"allow":["empty.txt"]},"deny":["10.0.0.1"]})");
    REQUIRE(empty.diagnostics.size() == 1);
    CHECK(empty.diagnostics.front().message.find("nobody would be let in") != std::string::npos);
}

TEST_CASE("ip filter: a file of those that are denied may be empty") {
    const Folder folder;
    folder.write("empty.txt", "# nobody today\n");
    const auto loaded = load(folder, R"({"files":{"deny":["empty.txt"]}})");
    CHECK(settings_of(loaded).admits("10.0.0.1"));
}

TEST_CASE("ip filter: bits beyond a network's are a warning, in a file once") {
    const Folder folder;
    folder.write("drop.txt", "10.0.0.1/8\n10.0.0.2/8\n");
    const auto loaded = load(folder, R"({"deny":["192.0.2.1/24"],"files":{"deny":["drop.txt"]}})");
    REQUIRE(loaded.diagnostics.size() == 2);
    for (const reading::Diagnostic& one : loaded.diagnostics) {
        CHECK(one.rule == "ip-host-bits");
        CHECK(one.severity == reading::Severity::Warning);
    }
    CHECK_FALSE(settings_of(loaded).admits("192.0.2.9"));
    CHECK_FALSE(settings_of(loaded).admits("10.9.9.9"));
}

TEST_CASE("ip filter: a hundred thousand lines are read, and each of them found") {
    const Folder folder;
    std::string text;
    const auto address = [](int i) {
        return std::to_string(1 + i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
               std::to_string(i % 256) + ".9";
    };
    for (int i = 0; i < 100'000; ++i) {
        text += address(i) + "\n";
    }
    folder.write("drop.txt", text);
    const auto loaded = load(folder, R"({"files":{"deny":["drop.txt"]}})");
    const IpSettings& settings = settings_of(loaded);
    for (int i = 0; i < 100'000; i += 101) {
        REQUIRE_FALSE(settings.admits(address(i)));
        REQUIRE(settings.admits(address(i) + "9"));
    }
}

TEST_CASE("ip filter: who is refused gets 403, and neither backends nor shadows are asked") {
    for (const bool at_service : {true, false}) {
        const std::string keys = R"({"allow":["10.0.0.0/8"]})";
        testing::Gateway gateway(at_service ? filtered(keys, {}) : filtered({}, keys));
        const auto reply = gateway.get("/a");
        CHECK(reply.status == 403);
        CHECK(reply.body.empty());
        CHECK(reply.header("X-Aggregator-Error") == "address_denied");
        CHECK(gateway.backend().seen.empty());
        CHECK(gateway.fakes.back()->shadows[0][0]->seen.empty());
        CHECK(gateway.get("/none").status == (at_service ? 403 : 404));
        CHECK(gateway.get("/__health").status == 200);
    }
}
