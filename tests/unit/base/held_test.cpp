#include <aggregator/base/held.hpp>

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/fake_loop.hpp"

using namespace aggregator;
using base::HeldBudget;
using base::HeldKind;
using testing::FakeLoop;

namespace {

constexpr std::uint64_t kMiB = 1u << 20;

/// Notes its name when it is given up.
class Holder final : public base::Holding {
public:
    Holder(base::Loop& loop, std::string name, std::vector<std::string>& gone)
        : Holding(loop.held()), name_(std::move(name)), gone_(gone) {}

private:
    void give_up(HeldKind kind) override {
        gone_.push_back(name_ + " " + std::string(base::name_of(kind)));
    }

    std::string name_;
    std::vector<std::string>& gone_;
};

struct Fixture {
    FakeLoop loop;
    HeldBudget budget{8 * kMiB};
    std::vector<std::string> gone;

    Fixture() { budget.add(loop.held()); }
    std::unique_ptr<Holder> make(const std::string& name) {
        return std::make_unique<Holder>(loop, name, gone);
    }
};

using Gone = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "held: what fits stays, up to the last byte") {
    const auto a = make("a");
    const auto b = make("b");
    a->hold(HeldKind::Reply, 4 * kMiB);
    b->hold(HeldKind::Body, 4 * kMiB);
    loop.settle();
    CHECK(gone.empty());
    CHECK(budget.bytes() == 8 * kMiB);
}

TEST_CASE_FIXTURE(Fixture, "held: the reply without progress for the longest time goes first") {
    const auto a = make("a");
    const auto b = make("b");
    const auto c = make("c");
    a->hold(HeldKind::Reply, 3 * kMiB);
    b->hold(HeldKind::Reply, 3 * kMiB);
    a->hold(HeldKind::Reply, 2 * kMiB);  // its client has read something
    c->hold(HeldKind::Reply, 4 * kMiB);
    CHECK(gone.empty());  // never from within hold()
    loop.settle();
    CHECK(gone == Gone{"b reply"});
    CHECK(loop.held().bytes(HeldKind::Reply) == 6 * kMiB);
    CHECK(loop.held().given_up(HeldKind::Reply) == 1);
}

TEST_CASE_FIXTURE(Fixture, "held: of the kind that holds most the oldest makes room") {
    const auto reply = make("r");
    const auto body = make("b");
    const auto head = make("h");
    head->hold(HeldKind::Head, kMiB);
    body->hold(HeldKind::Body, 4 * kMiB);
    reply->hold(HeldKind::Reply, 3 * kMiB);
    body->hold(HeldKind::Body, 5 * kMiB);
    loop.settle();
    CHECK(gone == Gone{"b body"});
    CHECK(reply->holds(HeldKind::Reply));
    reply->hold(HeldKind::Reply, 8 * kMiB);
    loop.settle();
    CHECK(gone == Gone{"b body", "r reply"});
    CHECK(head->holds(HeldKind::Head));
}

TEST_CASE_FIXTURE(Fixture, "held: heads have a quarter, and the oldest goes though it grows") {
    const auto a = make("a");
    const auto b = make("b");
    a->hold(HeldKind::Head, kMiB);
    b->hold(HeldKind::Head, kMiB / 2);
    a->grow(kMiB + kMiB / 2);
    loop.held().make_room_for_heads();
    CHECK(gone.empty());
    b->grow(kMiB);
    loop.held().make_room_for_heads();
    CHECK(gone == Gone{"a head"});
}

TEST_CASE_FIXTURE(Fixture, "held: whoever is gone or has let go holds nothing") {
    {
        const auto a = make("a");
        a->hold(HeldKind::Body, 6 * kMiB);
    }
    const auto b = make("b");
    b->hold(HeldKind::Reply, 6 * kMiB);
    b->release();
    CHECK(budget.bytes() == 0);
    const auto c = make("c");
    c->hold(HeldKind::Reply, 8 * kMiB);
    loop.settle();
    CHECK(gone.empty());
}

TEST_CASE_FIXTURE(Fixture, "held: a kind that changes is counted once") {
    const auto a = make("a");
    a->hold(HeldKind::Idle, 0);
    a->hold(HeldKind::Head, kMiB);
    a->hold(HeldKind::Reply, 2 * kMiB);
    CHECK(loop.held().bytes(HeldKind::Head) == 0);
    CHECK(loop.held().bytes(HeldKind::Reply) == 2 * kMiB);
    CHECK(!a->holds(HeldKind::Idle));
    CHECK(budget.bytes() == 2 * kMiB);
}

TEST_CASE_FIXTURE(Fixture, "held: the idle one that waits longest is given up on demand") {
    const auto a = make("a");
    const auto b = make("b");
    CHECK(!loop.held().give_up_oldest(HeldKind::Idle));
    a->hold(HeldKind::Idle, 0);
    b->hold(HeldKind::Idle, 0);
    a->hold(HeldKind::Idle, 0);  // it had a request meanwhile
    CHECK(loop.held().give_up_oldest(HeldKind::Idle));
    CHECK(gone == Gone{"b idle"});
}

TEST_CASE_FIXTURE(Fixture, "held: the loop that holds most makes room for another one") {
    FakeLoop other;
    budget.add(other.held());
    const auto large = make("large");
    large->hold(HeldKind::Reply, 6 * kMiB);
    Holder small(other, "small", gone);
    small.hold(HeldKind::Body, 3 * kMiB);
    other.settle();
    CHECK(gone.empty());
    loop.settle();
    CHECK(gone == Gone{"large reply"});
    CHECK(budget.bytes() == 3 * kMiB);
}

TEST_CASE("held: without a budget everything is counted and nothing is given up") {
    FakeLoop loop;
    std::vector<std::string> gone;
    Holder a(loop, "a", gone);
    a.hold(HeldKind::Body, 1000 * kMiB);
    loop.settle();
    CHECK(gone.empty());
    CHECK(loop.held().bytes(HeldKind::Body) == 1000 * kMiB);
}

TEST_CASE_FIXTURE(Fixture, "held: memory is given back once, a while after much of it is free") {
    const auto a = make("a");
    a->hold(HeldKind::Reply, 8 * kMiB);
    a->release();
    CHECK(loop.timers().size() == 0);  // too little for it
    HeldBudget wide(1000 * kMiB);
    FakeLoop wider;
    wide.add(wider.held());
    Holder b(wider, "b", gone);
    b.hold(HeldKind::Reply, 100 * kMiB);
    b.release();
    CHECK(wider.timers().size() == 1);
    wider.run_dry();
    CHECK(wider.timers().size() == 0);
}
