#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include <aggregator/admin/state.hpp>

#include "unit/admin/world.hpp"

using namespace aggregator;
using admin::State;
using admin::StateChange;
using admin::StateEntry;
using testing::value_at;
using testing::World;
namespace fs = std::filesystem;

namespace {

/// A folder of its own for each test.
class Folder {
public:
    Folder() : path_(fs::temp_directory_path() / ("state_test." + std::to_string(::getpid()))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string file() const { return path_ / "state.db"; }

private:
    fs::path path_;
};

/// No file can grow while it lives.
class FullDisk {
public:
    FullDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &limit_);
        rlimit none = limit_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit limit_{};
    void (*handler_)(int);
};

std::unique_ptr<State> opened(const Folder& folder) {
    auto state = State::open(folder.file(), State::Missing::Create);
    REQUIRE_MESSAGE(state, state.error().detail);
    return std::move(*state);
}

std::string problem_of(const Folder& folder, State::Missing missing = State::Missing::Create) {
    const auto state = State::open(folder.file(), missing);
    REQUIRE_FALSE(state);
    CHECK(state.error().code == base::Code::BadConfiguration);
    CHECK(state.error().detail.find(folder.file()) != std::string::npos);
    return state.error().detail;
}

StateEntry mirror_of(const std::string& id, const std::string& value) {
    return {.kind = StateEntry::Kind::Mirror,
            .id = id,
            .subject = "GET /a",
            .value = value,
            .changed = 5};
}

void apply(State& state, StateChange::Verb verb, const StateEntry& entry) {
    const StateChange changes[] = {{verb, entry}};
    REQUIRE(state.apply(changes));
}

constexpr const char* kPath = "/api/v1/gateway/routes/users-route/mirror";
constexpr const char* kWish = R"({"mirrorHost":"mirror.test","mirrorPort":8080,"percentage":50})";

}  // namespace

TEST_CASE("state: entries outlive the one who stored them") {
    const Folder folder;
    apply(*opened(folder), StateChange::Verb::Put, mirror_of("1", "{\"a\":'\"\xC3\xBC\"'}"));
    const auto entries = opened(folder)->entries();
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK(entries->front().kind == StateEntry::Kind::Mirror);
    CHECK(entries->front().id == "1");
    CHECK(entries->front().subject == "GET /a");
    CHECK(entries->front().value == "{\"a\":'\"\xC3\xBC\"'}");
    CHECK(entries->front().changed == 5);
}

TEST_CASE("state: an entry is replaced, removed, and all are cleared") {
    const Folder folder;
    const auto state = opened(folder);
    apply(*state, StateChange::Verb::Put, mirror_of("1", "a"));
    apply(*state, StateChange::Verb::Put, mirror_of("1", "b"));
    apply(*state, StateChange::Verb::Put, mirror_of("2", "c"));
    CHECK(state->entries()->size() == 2);
    CHECK(state->entries()->front().value == "b");
    apply(*state, StateChange::Verb::Remove, mirror_of("1", ""));
    apply(*state, StateChange::Verb::Remove, mirror_of("1", ""));
    CHECK(state->entries()->size() == 1);
    CHECK(state->clear() == 1);
    CHECK(state->entries()->empty());
}

TEST_CASE("state: entries are shown as a table") {
    CHECK(admin::to_table({}) == "no run-time changes\n");
    const StateEntry entries[] = {{.kind = StateEntry::Kind::Settings,
                                   .id = "1",
                                   .subject = "GET /users v2",
                                   .value = R"({"percentage":5})",
                                   .changed = 1'709'210'096 * World::kSecond},
                                  mirror_of("2", "{}")};
    CHECK(admin::to_table(entries) ==
          "KIND      OF             CHANGED               VALUE\n"
          "settings  GET /users v2  2024-02-29T12:34:56Z  {\"percentage\":5}\n"
          "mirror    GET /a         1970-01-01T00:00:00Z  {}\n");
}

TEST_CASE("state: an empty file is as good as none") {
    const Folder folder;
    std::ofstream(folder.file()).close();
    CHECK(opened(folder)->entries()->empty());
}

TEST_CASE("state: a file that is none, is damaged or is of something else is refused by name") {
    const Folder folder;
    CHECK(problem_of(folder, State::Missing::Fail).find("no such file") != std::string::npos);
    std::ofstream(folder.file()) << std::string(4096, 'x');
    CHECK(problem_of(folder).find("not a database") != std::string::npos);
    fs::remove(folder.file());
    fs::create_directory(folder.file());
    CHECK(problem_of(folder).find("open") != std::string::npos);
    fs::remove(folder.file());
    apply(*opened(folder), StateChange::Verb::Put, mirror_of("1", "a"));
    {
        // The header's field of the application.
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(68);
        file.write("else", 4);
    }
    CHECK(problem_of(folder).find("something else") != std::string::npos);
}

TEST_CASE("state: a file whose making was interrupted is completed") {
    const Folder folder;
    apply(*opened(folder), StateChange::Verb::Put, mirror_of("1", "a"));
    const auto cut = [&folder](std::streamoff place) {
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(place);
        file.write("\0\0\0\0", 4);
    };
    cut(60);  // the header's field of the layout
    CHECK(opened(folder)->entries()->size() == 1);
    cut(60);
    cut(68);  // and that of the application
    CHECK(opened(folder)->entries()->size() == 1);
    CHECK(State::open(folder.file(), State::Missing::Fail));
}

TEST_CASE("state: a file whose pages are damaged is refused") {
    const Folder folder;
    const auto fill = [&folder] {
        const auto state = opened(folder);
        for (int i = 0; i < 200; ++i) {
            apply(*state, StateChange::Verb::Put,
                  mirror_of(std::to_string(i), std::string(300, 'a')));
        }
    };
    fill();
    {
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        for (std::streamoff page = 2; page < 8; ++page) {
            file.seekp(page * 4096);
            file.write(std::string(64, '\xFF').data(), 64);
        }
    }
    CHECK(problem_of(folder).find("state.db") != std::string::npos);
}

TEST_CASE("state: what was patched and mirrored is in force again after a restart") {
    const Folder folder;
    {
        const auto state = opened(folder);
        World world(testing::guarded(), state.get());
        CHECK(
            world.send("PATCH", world.path_of("v2"), R"({"percentage":5,"expires":"1h"})").status ==
            200);
        CHECK(world.send("PATCH", world.path_of("v2"), R"({"max_rate":3})").status == 200);
        CHECK(world.send("POST", kPath, kWish).status == 201);
        CHECK(world.send("PATCH", world.path_of("mirror"), R"({"log":"off"})").status == 200);
    }
    const auto state = opened(folder);
    World world(testing::guarded(), state.get());
    world.now += 7200 * World::kSecond;
    world.gateway.holds_back = true;
    REQUIRE(world.interface.restore());
    CHECK(world.get("/ready").status == 503);
    world.gateway.release();
    world.loop.settle();
    CHECK(world.get("/ready").status == 200);
    const auto v2 = world.get(world.path_of("v2")).body;
    CHECK(value_at(v2, "/changed") == R"(["percentage","max_rate","expires"])");
    CHECK(value_at(v2, "/percentage") == "5");
    CHECK(value_at(v2, "/max_rate") == "3");
    CHECK(value_at(v2, "/expires") == "\"2023-11-14T23:13:20Z\"");
    CHECK(value_at(v2, "/timeout") == "\"1500ms\"");
    const auto mirror = world.get(kPath).body;
    CHECK(value_at(mirror, "/hosts") == "[\"http://mirror.test:8080\"]");
    CHECK(value_at(mirror, "/percentage") == "50");
    CHECK(value_at(mirror, "/log") == "\"off\"");
    CHECK(value_at(mirror, "/age_seconds") == "7200");
}

TEST_CASE("state: later changes keep the earlier ones that were restored") {
    const Folder folder;
    for (const char* const body : {R"({"percentage":5})", R"({"max_rate":3})", "{}"}) {
        const auto state = opened(folder);
        World world(testing::guarded(), state.get());
        REQUIRE(world.interface.restore());
        CHECK(world.send("PATCH", world.path_of("v2"), body).status == 200);
    }
    CHECK(opened(folder)->entries()->front().value == R"({"percentage":5,"max_rate":3})");
}

TEST_CASE("state: a removed mirror does not come back, nor do its settings") {
    const Folder folder;
    const auto state = opened(folder);
    World world(testing::guarded(), state.get());
    CHECK(world.send("POST", kPath, kWish).status == 201);
    CHECK(world.send("PATCH", world.path_of("mirror"), R"({"log":"off"})").status == 200);
    CHECK(state->entries()->size() == 2);
    CHECK(world.ask({.method = "DELETE", .target = kPath}).status == 204);
    CHECK(state->entries()->empty());
}

TEST_CASE("state: the emergency stop holds after a restart") {
    const Folder folder;
    const auto state = opened(folder);
    World first(testing::guarded(), state.get());
    CHECK(first.ask({.method = "POST", .target = "/api/v1/shadows/disable-all"}).status == 200);
    World second(testing::guarded(), state.get());
    REQUIRE(second.interface.restore());
    CHECK_FALSE(second.gateway.find("v2")->controls->enabled.load());
}

TEST_CASE("state: entries that fit nothing are kept and do no harm") {
    const Folder folder;
    const auto state = opened(folder);
    apply(*state, StateChange::Verb::Put, mirror_of("0123456789abcdef", kWish));
    StateEntry settings = mirror_of("fedcba9876543210", R"({"percentage":1})");
    settings.kind = StateEntry::Kind::Settings;
    apply(*state, StateChange::Verb::Put, settings);
    World made(testing::guarded(), state.get());
    settings.id = made.gateway.find("v2")->shadow->rules->id;
    settings.value = R"({"percentage":1000})";
    apply(*state, StateChange::Verb::Put, settings);
    REQUIRE(made.interface.restore());
    CHECK(made.gateway.shadows().size() == 2);
    CHECK(made.gateway.find("v2")->controls->percentage.load() == 12.5);
    CHECK(made.get("/ready").status == 200);
    CHECK(state->entries()->size() == 3);
}

TEST_CASE("state: a mirror whose host is not allowed any longer is not put") {
    const Folder folder;
    const auto state = opened(folder);
    World first(testing::guarded(), state.get());
    CHECK(first.send("POST", kPath, kWish).status == 201);
    std::string text = testing::kConfiguration;
    text.replace(text.find("mirror.test"), 11, "other1.test");
    World second(testing::guarded(), state.get(), text);
    REQUIRE(second.interface.restore());
    CHECK(second.gateway.find("mirror") == nullptr);
    CHECK(state->entries()->size() == 1);
}

TEST_CASE("state: what cannot be stored is not done, but for the emergency stop") {
    const Folder folder;
    const auto state = opened(folder);
    World world(testing::guarded(), state.get());
    {
        const FullDisk disk;
        const auto patch = world.send("PATCH", world.path_of("v2"), R"({"percentage":5})");
        CHECK(patch.status == 500);
        CHECK(value_at(patch.body, "/type") == "\"urn:aggregator:problem:state-not-written\"");
        CHECK(value_at(patch.body, "/detail").find("state.db") != std::string::npos);
        CHECK(world.gateway.find("v2")->controls->percentage.load() == 12.5);
        CHECK(world.send("POST", kPath, kWish).status == 500);
        CHECK(world.gateway.find("mirror") == nullptr);
        CHECK(world.ask({.method = "POST", .target = "/api/v1/shadows/disable-all"}).status == 500);
        CHECK_FALSE(world.gateway.find("v2")->controls->enabled.load());
    }
    CHECK(world.send("PATCH", world.path_of("v2"), R"({"percentage":5})").status == 200);
    CHECK(state->entries()->front().value == R"({"enabled":false,"percentage":5})");
}
