#include <aggregator/cache/store.hpp>

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/fake_loop.hpp"

using namespace aggregator;
using namespace std::chrono_literals;
using cache::Entry;
using cache::Index;
using cache::Store;
using testing::FakeLoop;
using Fields = std::vector<http::Field>;

namespace {

/// Two workers with one store.
struct Workers {
    explicit Workers(const cache::Limits& limits = {}) : store(limits) {}

    void settle() {
        one_loop.settle();
        other_loop.settle();
    }

    FakeLoop one_loop;
    FakeLoop other_loop;
    Store store;
    Index& one = store.index(one_loop);
    Index& other = store.index(other_loop);
};

struct Content {
    std::string key;
    std::string body = "body";
    Fields answer = {};
    Fields request = {};
    base::Time received{1h};
};

std::shared_ptr<Entry> entry(const Content& content) {
    return std::make_shared<Entry>(
        Entry::Source{.key = content.key,
                      .headers = content.answer,
                      .body = std::make_shared<const std::string>(content.body),
                      .selectors = cache::selectors_of(content.answer, content.request),
                      .terms = {.received = content.received, .fresh_until = base::Time{2h}}});
}

bool put(Index& index, const Content& content) { return index.put(entry(content), index.mark()); }

std::string body_of(Index& index, std::string_view key, const Fields& request = {}) {
    const cache::EntryPtr found = index.find(key, request);
    return found == nullptr ? "none" : *found->body();
}

}  // namespace

TEST_CASE("store: what one worker stored, the others find by their next turn") {
    Workers workers;
    CHECK(put(workers.one, {"k"}));
    CHECK(body_of(workers.one, "k") == "body");
    CHECK(body_of(workers.other, "k") == "none");
    workers.settle();
    CHECK(body_of(workers.other, "k") == "body");
    CHECK(workers.one.find("k", {}) == workers.other.find("k", {}));
    CHECK(workers.store.account().entries == 1);
}

TEST_CASE("store: a newer answer takes the place of the older one everywhere") {
    Workers workers;
    CHECK(put(workers.one, {.key = "k", .body = "old"}));
    workers.settle();
    CHECK(put(workers.other, {.key = "k", .body = "new", .received = base::Time{1h + 1s}}));
    workers.settle();
    CHECK(body_of(workers.one, "k") == "new");
    CHECK(body_of(workers.other, "k") == "new");
    CHECK(workers.store.account().entries == 1);
}

TEST_CASE("store: two workers that store at once come to the same answer") {
    Workers workers;
    CHECK(put(workers.one, {.key = "k", .body = "one"}));
    CHECK(put(workers.other, {.key = "k", .body = "other"}));
    workers.settle();
    CHECK(workers.store.account().entries == 1);
    CHECK(body_of(workers.one, "k") == body_of(workers.other, "k"));
    CHECK(body_of(workers.one, "k") != "none");
}

TEST_CASE("store: what Vary names tells answers apart") {
    Workers workers;
    const Fields varies{{"Vary", "Accept-Language"}};
    const Fields english{{"accept-language", "en"}};
    const Fields german{{"Accept-Language", "de"}};
    CHECK(put(workers.one, {.key = "k", .body = "hello", .answer = varies, .request = english}));
    CHECK(put(workers.one, {.key = "k", .body = "hallo", .answer = varies, .request = german}));
    CHECK(body_of(workers.one, "k", english) == "hello");
    CHECK(body_of(workers.one, "k", german) == "hallo");
    CHECK(body_of(workers.one, "k") == "none");
}

TEST_CASE("store: of one key eight variants are kept, those that were used last") {
    Workers workers;
    const Fields varies{{"Vary", "X"}};
    for (const std::string value : {"0", "1", "2", "3", "4", "5", "6", "7"}) {
        CHECK(put(workers.one, {"k", value, varies, {{"X", value}}}));
        workers.one_loop.advance(1s);
    }
    CHECK(body_of(workers.one, "k", {{"X", "0"}}) == "0");
    CHECK(put(workers.one, {"k", "8", varies, {{"X", "8"}}}));
    CHECK(body_of(workers.one, "k", {{"X", "0"}}) == "0");
    CHECK(body_of(workers.one, "k", {{"X", "1"}}) == "none");
    CHECK(workers.store.account().entries == 8);
}

TEST_CASE("store: the number of entries is that of the process") {
    Workers workers({.entries_max = 2});
    CHECK(put(workers.one, {"a"}));
    CHECK(put(workers.other, {"b"}));
    workers.settle();
    CHECK(put(workers.other, {"c"}));
    workers.settle();
    CHECK(workers.store.account().entries == 2);
    CHECK(workers.store.account().evictions == 1);
    CHECK(workers.one.size() == 2);
    CHECK(workers.other.size() == 2);
}

TEST_CASE("store: what was not used for the longest time makes room") {
    Workers workers({.entries_max = 2});
    CHECK(put(workers.one, {"a"}));
    CHECK(put(workers.one, {"b"}));
    CHECK(body_of(workers.one, "a") == "body");
    CHECK(put(workers.one, {"c"}));
    CHECK(body_of(workers.one, "a") == "body");
    CHECK(body_of(workers.one, "b") == "none");
}

TEST_CASE("store: what another worker uses is not given up for what nobody uses") {
    Workers workers({.entries_max = 2});
    CHECK(put(workers.one, {"a"}));
    CHECK(put(workers.one, {"b"}));
    workers.settle();
    workers.other_loop.advance(10s);
    CHECK(body_of(workers.other, "a") == "body");
    CHECK(put(workers.one, {"c"}));
    workers.settle();
    CHECK(body_of(workers.other, "a") == "body");
    CHECK(body_of(workers.other, "b") == "none");
}

TEST_CASE("store: bytes are limited, in all and of one body") {
    Workers workers({.bytes_max = 10'000, .entry_bytes_max = 4'000});
    CHECK_FALSE(put(workers.one, {"k", std::string(4'001, 'x')}));
    for (int i = 0; i < 10; ++i) {
        CHECK(put(workers.one, {std::to_string(i), std::string(4'000, 'x')}));
    }
    workers.settle();
    CHECK(workers.store.account().bytes <= 10'000);
    CHECK(workers.store.account().entries == 2);
    CHECK(workers.other.size() == 2);
}

TEST_CASE("store: a removed key is gone for all, and for answers that were on their way") {
    Workers workers;
    CHECK(put(workers.one, {"k"}));
    workers.settle();
    const std::uint64_t before = workers.other.mark();
    workers.store.remove(workers.one_loop, "k");
    CHECK(body_of(workers.one, "k") == "none");
    CHECK(body_of(workers.other, "k") == "none");
    workers.settle();
    CHECK_FALSE(workers.other.put(entry({"k"}), before));
    CHECK(workers.other.put(entry({"k"}), workers.other.mark()));
    CHECK(workers.store.account().entries == 1);
}

TEST_CASE("store: all of it can be forgotten") {
    Workers workers;
    const std::uint64_t before = workers.one.mark();
    CHECK(put(workers.one, {"a"}));
    CHECK(put(workers.one, {"b"}));
    CHECK(workers.store.clear() == 2);
    workers.settle();
    CHECK(body_of(workers.one, "a") == "none");
    CHECK(body_of(workers.other, "b") == "none");
    CHECK(workers.store.account().bytes == 0);
    CHECK(workers.one.size() == 0);
    CHECK_FALSE(workers.one.put(entry({"c"}), before));
}
