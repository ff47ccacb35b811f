#include "shadow/copy.hpp"

#include <chrono>
#include <utility>

#include "shadow/shadow.hpp"

namespace aggregator::shadow {

namespace {

constexpr auto kLater = std::chrono::milliseconds(1);
// A copy that waited longer for its turn would leave its shadow too little time to answer, and open
// a connection for nothing.
constexpr int kWaitShare = 4;

}  // namespace

Copy::Copy(Shadow& shadow, Extras carried, std::uint64_t bytes)
    : extras(std::move(carried)),
      body_bytes(bytes),
      made(shadow.loop().now()),
      shadow_(shadow),
      deadline_(shadow.loop(), [this] { expire(); }) {}

void Copy::expire() {
    if (waits()) {
        return shadow_.ended(
            *this,
            base::fail(base::Code::Timeout, "a quarter of its time passed before its turn came"));
    }
    if (extras.waiters || shadow_.may_expire()) {
        return shadow_.ended(*this,
                             base::fail(base::Code::Timeout, "the shadow's deadline passed"));
    }
    deadline_.start(kLater);
}

void Copy::keep(const http::Request& request) {
    kept_ = std::make_unique<http::OwnedRequest>(request);
    deadline_.start(shadow_.timeout() / kWaitShare);
}

void Copy::send(const http::Request& request) {
    sent = shadow_.loop().now();
    deadline_.start_at(made + shadow_.timeout());
    http::Request copy = request;
    copy.stream = extras.body.get();
    copy.deadline = made + shadow_.timeout();
    call_ = shadow_.service().call(copy, [this](auto outcome) { shadow_.ended(*this, outcome); });
}

void Copy::send_kept() {
    const auto kept = std::move(kept_);
    send(kept->request());
}

}  // namespace aggregator::shadow
