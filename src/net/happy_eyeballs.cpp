#include "net/happy_eyeballs.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::net {
namespace {

bool is_v6(const std::string& address) { return address.find(':') != std::string::npos; }

}  // namespace

Addresses take_other_family(Addresses& addresses) {
    if (addresses.empty()) {
        return {};
    }
    const bool family = is_v6(addresses.front());
    const auto others =
        std::stable_partition(addresses.begin(), addresses.end(),
                              [family](const auto& address) { return is_v6(address) == family; });
    Addresses taken(others, addresses.end());
    addresses.erase(others, addresses.end());
    return taken;
}

HappyEyeballs::HappyEyeballs(WireLoop& loop, Race race, Done done)
    : loop_(loop),
      race_(std::move(race)),
      done_(std::move(done)),
      delay_(loop, [this] { connect_next(); }) {}

HappyEyeballs::~HappyEyeballs() {
    if (wire_) {
        wire_->unwatch();
    }
}

void HappyEyeballs::hurry() {
    if (delay_.armed()) {
        delay_.start(base::Duration::zero());
    }
}

void HappyEyeballs::connect_next() {
    base::Error error{base::Code::Connect, "no address"};
    while (tried_ < race_.addresses.size()) {
        auto wire = loop_.connect(race_.addresses[tried_++], race_.port);
        if (wire) {
            wire_ = std::move(*wire);
            return wire_->watch(*this);
        }
        error = std::move(wire.error());
    }
    const auto done = std::move(done_);
    done(base::fail(std::move(error)));
}

void HappyEyeballs::on_ready(std::uint32_t) {
    const Io io = wire_->connected();
    wire_->unwatch();
    auto wire = std::move(wire_);
    if (io.state == Io::State::Failed && tried_ < race_.addresses.size()) {
        return connect_next();
    }
    const auto done = std::move(done_);
    if (io.state == Io::State::Failed) {
        return done(base::fail(io.error));
    }
    done(std::move(wire));
}

}  // namespace aggregator::net
