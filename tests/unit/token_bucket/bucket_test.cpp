#include <aggregator/token_bucket/bucket.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace aggregator;
using namespace std::chrono_literals;
using token_bucket::Bucket;
using token_bucket::Rate;
using token_bucket::rate_of;

namespace {

base::Time at(base::Duration since) { return base::Time(1h + since); }

/// How many of so many requests at that moment are admitted.
int admitted(Bucket& bucket, int requests, base::Duration since) {
    int count = 0;
    for (int i = 0; i < requests; ++i) {
        count += bucket.take(at(since)).admitted ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("bucket: it starts full, and gets its tokens back one by one") {
    Bucket bucket(*rate_of(50, 10min, 50));
    CHECK(admitted(bucket, 51, 0s) == 50);
    CHECK(admitted(bucket, 5, 11s) == 0);
    CHECK(admitted(bucket, 5, 12s) == 1);
    CHECK(admitted(bucket, 5, 24s) == 1);
    CHECK(admitted(bucket, 100, 10h) == 50);
}

TEST_CASE("bucket: half a second is a token of two a second") {
    Bucket bucket(*rate_of(2, 1s, 2));
    CHECK(admitted(bucket, 3, 0s) == 2);
    CHECK(admitted(bucket, 1, 499ms) == 0);
    CHECK(admitted(bucket, 2, 500ms) == 1);
}

TEST_CASE("bucket: a refusal says when there is a token, and an admission what is left") {
    Bucket bucket(*rate_of(3, 3s, 3));
    auto verdict = bucket.take(at(0s));
    CHECK(verdict.left == 2);
    CHECK(verdict.wait == 0s);
    CHECK(verdict.full_after == 1s);
    (void)bucket.take(at(0s));
    verdict = bucket.take(at(250ms));
    CHECK(verdict.admitted);
    CHECK(verdict.left == 0);
    CHECK(verdict.wait == 750ms);
    verdict = bucket.take(at(400ms));
    CHECK_FALSE(verdict.admitted);
    CHECK(verdict.wait == 600ms);
    CHECK(verdict.full_after == 2600ms);
}

TEST_CASE("bucket: in no window more pass than its capacity and what came meanwhile") {
    const Rate rate = *rate_of(7, 1s, 5);
    Bucket bucket(rate);
    std::vector<base::Duration> passed;
    std::uint64_t state = 1;
    base::Duration now{};
    for (int i = 0; i < 5000; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        now += base::Duration(state >> 37U);  // up to 134 ms
        if (bucket.take(at(now)).admitted) {
            passed.push_back(now);
        }
    }
    REQUIRE(passed.size() > 1000);
    for (std::size_t first = 0; first < passed.size(); ++first) {
        for (std::size_t last = first; last < std::min(first + 60, passed.size()); ++last) {
            const auto came =
                static_cast<std::size_t>((passed[last] - passed[first]) / rate.interval);
            REQUIRE(last - first + 1 <= 5 + came);
        }
    }
}

TEST_CASE("bucket: a clock that is behind refuses, and gives nothing twice") {
    Bucket bucket(*rate_of(1, 1s, 1));
    CHECK(admitted(bucket, 1, 10s) == 1);
    CHECK(admitted(bucket, 1, 9s) == 0);
    CHECK(admitted(bucket, 1, 10500ms) == 0);
    CHECK(admitted(bucket, 1, 11s) == 1);
}

TEST_CASE("bucket: rates that cannot be kept are none") {
    CHECK_FALSE(rate_of(0, 1s, 1));
    CHECK_FALSE(rate_of(-1, 1s, 1));
    CHECK_FALSE(rate_of(1, 1s, 0));
    CHECK_FALSE(rate_of(1e-12, 1s, 1));
    CHECK_FALSE(rate_of(1, std::chrono::hours(876'000), 2));
    REQUIRE(rate_of(1, std::chrono::hours(876'000), 1));
    CHECK(rate_of(3, 1s, 1)->interval == 333'333'334ns);
    CHECK(rate_of(0.5, 1s, 1)->interval == 2s);
    CHECK(rate_of(1e12, 1s, 4)->interval == 1ns);
    CHECK(rate_of(3, 3s, 4)->refill() == 4s);
}

TEST_CASE("bucket: eight threads share its tokens, and none is given twice") {
    constexpr int kTokens = 200'000;
    Bucket bucket(*rate_of(kTokens, 1h, kTokens));
    std::atomic<int> passed{0};
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (++ready; ready < 8;) {
                std::this_thread::yield();
            }
            passed += admitted(bucket, kTokens / 5, 0s);
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(passed.load() == kTokens);
}
