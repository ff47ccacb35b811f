#include <aggregator/component/published.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <aggregator/net/loop.hpp>

#include "support/fake_loop.hpp"

namespace aggregator::component {
namespace {

using testing::FakeLoop;
using Text = Published<std::string>;

Text::Value text(std::string value) {
    return std::make_shared<const std::string>(std::move(value));
}

TEST_CASE(
    "published: a view has what was published before it, and nothing before the first value") {
    FakeLoop loop;
    Text source;
    const Text::View early(source, loop);
    CHECK(early.get() == nullptr);
    CHECK(source.latest() == nullptr);
    source.publish(text("a"));
    const Text::View late(source, loop);
    CHECK(*late.get() == "a");
    CHECK(*source.latest() == "a");
}

TEST_CASE("published: a value does not change before control goes back to the view's own loop") {
    FakeLoop mine;
    FakeLoop other;
    Text source;
    source.publish(text("a"));
    int changes = 0;
    const Text::View view(source, mine, [&changes] { ++changes; });
    source.publish(text("b"));
    other.settle();
    CHECK(*view.get() == "a");
    CHECK(changes == 0);
    mine.settle();
    CHECK(*view.get() == "b");
    CHECK(changes == 1);
}

TEST_CASE("published: the value that was published last is the one that stays") {
    FakeLoop loop;
    Text source;
    const Text::View view(source, loop);
    source.publish(text("a"));
    source.publish(text("b"));
    loop.settle();
    CHECK(*view.get() == "b");
}

TEST_CASE("published: a view that is gone is told nothing, and a value that was kept stays") {
    FakeLoop loop;
    Text source;
    int changes = 0;
    std::optional<Text::View> view(std::in_place, source, loop, [&changes] { ++changes; });
    source.publish(text("a"));
    loop.settle();
    const Text::Value kept = view->keep();
    source.publish(text("b"));
    view.reset();
    loop.settle();
    source.publish(text("c"));
    loop.settle();
    CHECK(changes == 1);
    CHECK(*kept == "a");
}

TEST_CASE("published: whoever is told may destroy the view") {
    FakeLoop loop;
    Text source;
    std::optional<Text::View> view;
    view.emplace(source, loop, [&view] { view.reset(); });
    source.publish(text("a"));
    source.publish(text("b"));
    loop.settle();
    CHECK_FALSE(view);
}

TEST_CASE(
    "published: workers on threads of their own see values in their order, the last one too") {
    constexpr std::uint64_t kLast = 2000;
    constexpr unsigned kWorkers = 3;
    Published<std::uint64_t> source;
    std::vector<std::thread> threads;
    std::vector<std::uint64_t> disorder(kWorkers);
    for (unsigned i = 0; i < kWorkers; ++i) {
        threads.emplace_back([&source, &wrong = disorder[i]] {
            net::EventLoop loop;
            std::uint64_t seen = 0;
            std::optional<Published<std::uint64_t>::View> view;
            const auto look = [&] {
                const std::uint64_t value = view->get() == nullptr ? 0 : *view->get();
                wrong += value < seen ? 1 : 0;
                seen = value;
                if (value == kLast) {
                    loop.stop();
                }
            };
            view.emplace(source, loop, look);
            loop.post(look);
            loop.run();
        });
    }
    for (std::uint64_t value = 1; value <= kLast; ++value) {
        source.publish(std::make_shared<const std::uint64_t>(value));
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(disorder == std::vector<std::uint64_t>(kWorkers));
}

}  // namespace
}  // namespace aggregator::component
