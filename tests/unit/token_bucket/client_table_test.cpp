#include <aggregator/token_bucket/client_table.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using token_bucket::ClientTable;
using token_bucket::HashKey;
using token_bucket::keyed_hash;
using token_bucket::rate_of;

namespace {

base::Time after_start(base::Duration since) { return base::Time(1h + since); }

int admitted(ClientTable& table, const std::string& client, int requests, base::Duration since) {
    int count = 0;
    for (int i = 0; i < requests; ++i) {
        count += table.take(client, after_start(since)).admitted ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("keyed hash: it is SipHash-2-4") {
    // The vectors of its reference: the key 00 01 .. 0f, the texts 00 01 .. of each length.
    const HashKey key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
    std::string text;
    CHECK(keyed_hash(text, key) == 0x726fdb47dd0e0e31U);
    text += '\0';
    CHECK(keyed_hash(text, key) == 0x74f839c593dc67fdU);
    for (char c = 1; c < 15; ++c) {
        text += c;
    }
    CHECK(keyed_hash(text, key) == 0xa129ca6149be45e5U);  // of the paper's appendix
    CHECK(HashKey::random().first != HashKey::random().first);
}

TEST_CASE("client table: each client has a bucket of its own") {
    ClientTable table(*rate_of(1, 1s, 2), 1000);
    CHECK(admitted(table, "a", 5, 0s) == 2);
    CHECK(admitted(table, "b", 5, 0s) == 2);
    CHECK(admitted(table, "", 5, 0s) == 2);
    CHECK(admitted(table, "a", 5, 1s) == 1);
    CHECK(admitted(table, "a", 5, 1h) == 2);
    CHECK(table.clients() == 3);
    CHECK(table.evictions() == 0);
}

TEST_CASE("client table: it remembers as many as it has room for, and grows with them") {
    ClientTable table(*rate_of(1, 1h, 1), 1U << 18U);
    CHECK(table.bytes() == 0);
    CHECK(admitted(table, "first", 1, 0s) == 1);
    CHECK(table.bytes() == 64 << 10U);
    constexpr int kClients = 110'000;
    for (int i = 0; i < kClients; ++i) {
        REQUIRE(admitted(table, std::to_string(i), 1, 0s) == 1);
    }
    CHECK(table.bytes() == 4 << 20U);
    CHECK(table.clients() == kClients + 1);
    CHECK(table.evictions() == 0);
    CHECK(admitted(table, "first", 1, 0s) == 0);
    int again = 0;
    for (int i = 0; i < kClients; ++i) {
        again += admitted(table, std::to_string(i), 1, 0s);
    }
    CHECK(again == 0);
}

TEST_CASE("client table: the bucket nearest to full makes room, and a full one is no loss") {
    ClientTable table(*rate_of(1, 1s, 10), 8);
    for (int i = 0; i < 8; ++i) {
        CHECK(admitted(table, std::to_string(i), i == 5 ? 1 : 2, 0s) == (i == 5 ? 1 : 2));
    }
    CHECK(admitted(table, "new", 4, 0s) == 4);
    CHECK(table.evictions() == 1);
    CHECK(admitted(table, "0", 10, 0s) == 8);
    CHECK(admitted(table, "5", 10, 0s) == 10);  // forgotten: it starts anew
    CHECK(table.evictions() == 2);
    CHECK(table.clients() == 8);
    CHECK(admitted(table, "late", 10, 1min) == 10);
    CHECK(table.evictions() == 2);
}

TEST_CASE("client table: one client's tokens are given once, over eight threads") {
    constexpr int kTokens = 500'000;
    ClientTable table(*rate_of(kTokens, 1h, kTokens), 1000);
    std::atomic<int> passed{0};
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (++ready; ready < 8;) {
                std::this_thread::yield();
            }
            passed += admitted(table, "a", kTokens / 5, 0s);
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(passed.load() == kTokens);
    CHECK(table.clients() == 1);
}

TEST_CASE("client table: new clients and old ones get their tokens once, over eight threads") {
    constexpr int kThreads = 8;
    constexpr int kClients = 3000;
    ClientTable table(*rate_of(1, 1h, 3), 20'000);
    std::vector<std::atomic<int>> passed(kClients);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < kClients; ++i) {
                passed[static_cast<std::size_t>(i)] += admitted(table, std::to_string(i), 2, 0s);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const auto& of_client : passed) {
        REQUIRE(of_client == 3);
    }
    CHECK(table.clients() == kClients);
}

TEST_CASE("client table: idle buckets make room for clients that several threads bring at once") {
    constexpr int kThreads = 4;
    ClientTable table(*rate_of(1, 1s, 1), 64);
    for (int round = 0; round < 300; ++round) {
        const base::Duration now = std::chrono::seconds(round * 10);
        std::vector<std::atomic<int>> passed(40);
        std::vector<std::thread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, round] {
                for (std::size_t i = 0; i < passed.size(); ++i) {
                    // A client more a window than the last round had: most slots change hands.
                    const std::string client = std::to_string(round) + " " + std::to_string(i % 4);
                    passed[i % 4] += admitted(table, client, 1, now);
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (std::size_t i = 0; i < 4; ++i) {
            REQUIRE(passed[i] == 1);
        }
    }
    CHECK(table.evictions() == 0);
}
