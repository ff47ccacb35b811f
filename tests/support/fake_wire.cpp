#include "support/fake_wire.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::testing {

using base::Code;
using net::Io;
using Outcome = LineNature::Outcome;

Line::Line(FakeWireLoop& loop, const LineNature& nature, Start start)
    : loop_(loop),
      nature_(nature),
      program_timer_(loop, [this] { tell_program_now(); }),
      peer_timer_(loop,
                  [this] {
                      const auto self = shared_from_this();
                      if (const auto news = news_) {
                          news();
                      }
                  }),
      step_timer_(loop, [this] { return opened_ ? shake() : open(); }),
      opened_(start == Start::Open) {
    if (!opened_ && nature_.opening != Outcome::Never) {
        step_timer_.start(nature_.opens_after);
    }
}

void Line::listen(std::function<void()> news) {
    news_ = std::move(news);
    tell_peer();
}

void Line::open() {
    if (nature_.opening == Outcome::Failed) {
        refused_ = true;
    } else {
        opened_ = true;
        tell_peer();
    }
    tell_program();
}

void Line::shake() {
    shaking_ = false;
    shake_failed_ = nature_.handshake == Outcome::Failed;
    secured_ = !shake_failed_;
    tell_program();
    tell_peer();
}

base::Duration Line::lag() {
    // Half of all events come at once.
    const auto most = static_cast<int>(nature_.lag_max.count() / 1000);
    return most > 0 && loop_.dice.percent(50) ? loop_.dice.time(most) : base::Duration{};
}

void Line::tell_program() {
    if (!program_timer_.armed()) {
        program_timer_.start(lag());
    }
}

std::uint32_t Line::events() const {
    using net::Watcher;
    if (refused_ || broken_) {
        return Watcher::kReadable | Watcher::kWritable | Watcher::kHangup;
    }
    if (!opened_) {
        return 0;
    }
    std::uint32_t events = !in_.empty() || peer_ended_ ? Watcher::kReadable : 0;
    events |= !starved_ || has_room() ? Watcher::kWritable : 0;
    return events | (peer_ended_ ? Watcher::kHangup : 0);
}

void Line::tell_program_now() {
    const std::uint32_t now = events();
    if (watcher_ == nullptr || now == 0) {
        return;
    }
    const auto self = shared_from_this();
    if ((now & net::Watcher::kWritable) != 0) {
        starved_ = false;
    }
    if (loop_.dice.percent(loop_.nothing_percent)) {
        tell_program();
    }
    watcher_->on_ready(now);
}

void Line::tell_peer() {
    if (!peer_timer_.armed()) {
        peer_timer_.start(lag());
    }
}

void Line::say(std::string_view bytes) {
    if (broken_ || peer_closed_ || bytes.empty()) {
        return;
    }
    if (left_) {
        return break_off();
    }
    in_.append(bytes);
    tell_program();
}

void Line::end(Farewell farewell) {
    if (!peer_ended_) {
        peer_ended_ = true;
        farewell_ = farewell == Farewell::Said;
        tell_program();
    }
}

void Line::close() {
    peer_closed_ = true;
    if (!out_.empty()) {
        return reset();
    }
    end();
}

void Line::reset() {
    peer_closed_ = true;
    if (loop_.dice.percent(50)) {
        in_.clear();  // what was on its way may be lost
    }
    break_off();
    tell_program();
}

/// Nothing reaches the peer any more.
void Line::break_off() {
    broken_ = true;
    out_.clear();
    tell_peer();
}

std::string Line::hear(std::size_t bytes_max) {
    std::string heard = out_.substr(0, bytes_max);
    out_.erase(0, heard.size());
    if (starved_ && has_room()) {
        tell_program();
    }
    return heard;
}

void Line::leave(bool resets) {
    left_ = true;
    left_at_ = loop_.now();
    if (resets || !in_.empty()) {
        return break_off();
    }
    program_ended_ = true;
    tell_peer();
}

FakeWire::~FakeWire() {
    if (line_->watcher_ != nullptr) {
        line_->loop_.note("a wire was destroyed while somebody watched it");
        line_->watcher_ = nullptr;
    }
    --line_->loop_.wires;
    line_->leave(resets_);
}

void FakeWire::watch(net::Watcher& watcher) {
    if (line_->watcher_ != nullptr) {
        line_->loop_.note("a wire is watched twice");
    }
    line_->watcher_ = &watcher;
    line_->tell_program();
}

net::Io FakeWire::connected() const {
    if (line_->refused_) {
        return Io::failed({Code::Connect, "refused"});
    }
    if (!line_->opened_) {
        line_->loop_.note("a wire was asked what became of it too early");
    }
    return Io::done(0);
}

void FakeWire::begin_tls_accept(const std::shared_ptr<net::TlsContext>&) {
    line_->tls_ = true;
    line_->shaking_ = true;
    if (line_->nature_.handshake != Outcome::Never) {
        line_->step_timer_.start(line_->nature_.shakes_after);
    }
}

void FakeWire::begin_tls_connect(const std::shared_ptr<net::TlsContext>& context,
                                 const std::string&) {
    begin_tls_accept(context);
}

net::Io FakeWire::handshake() {
    if (line_->broken_) {
        return Io::failed({Code::Reset, "reset in the handshake"});
    }
    if (line_->shake_failed_) {
        return Io::failed({line_->nature_.refusal, "the handshake failed"});
    }
    if (line_->shaking_ && line_->peer_ended_) {
        return Io::failed({Code::Closed, "closed in the handshake"});
    }
    return line_->shaking_ ? Io::wait() : Io::done(0);
}

bool FakeWire::may_transfer(const char* what) const {
    const bool may = line_->opened_ && (!line_->tls_ || line_->secured_);
    if (!may) {
        line_->loop_.note(std::string(what) + " before the connection was there");
    }
    return may;
}

net::Io FakeWire::read(std::span<char> room) {
    if (!may_transfer("read")) {
        return Io::wait();
    }
    std::string& in = line_->in_;
    if (!in.empty()) {
        const std::size_t count = std::min(room.size(), in.size());
        std::copy_n(in.begin(), count, room.begin());
        in.erase(0, count);
        return Io::done(count);
    }
    if (line_->broken_) {
        return Io::failed({Code::Reset, "reset"});
    }
    if (line_->peer_ended_) {
        const bool cut = line_->tls_ && !line_->farewell_;
        return cut ? Io::failed({Code::Reset, "no close_notify"}) : Io::closed();
    }
    return Io::wait();
}

net::Io FakeWire::write(std::string_view bytes) {
    Line& line = *line_;
    if (!may_transfer("write")) {
        return Io::wait();
    }
    if (line.program_ended_) {
        line.loop_.note("written after the end of sending");
    }
    if (line.tls_ && bytes.substr(0, offered_.size()) != offered_) {
        line.loop_.note("a write does not begin with what the one before left over");
    }
    if (line.broken_) {
        return Io::failed({Code::Reset, "reset"});
    }
    std::size_t count = std::min(line.room(), bytes.size());
    if (count > 1 && line.written_ && line.loop_.dice.percent(20)) {
        count = static_cast<std::size_t>(line.loop_.dice.between(1, static_cast<int>(count)));
    }
    line.written_ = true;
    if (line.tls_) {
        offered_.assign(bytes.substr(count));
    }
    if (count < bytes.size()) {
        line.starved_ = true;
        if (line.has_room()) {
            line.tell_program();
        }
    }
    if (line.peer_closed_) {
        line.lost_.append(bytes.substr(0, count));
        line.break_off();
        line.tell_program();
    } else if (count > 0) {
        line.out_.append(bytes.substr(0, count));
        line.tell_peer();
    }
    return count > 0 || bytes.empty() ? Io::done(count) : Io::wait();
}

net::Io FakeWire::write_both(std::string_view first, std::string_view second) {
    if (line_->tls_) {
        line_->loop_.note("two texts at once with TLS");
    }
    return write(std::string(first).append(second));
}

void FakeWire::end_sending() {
    line_->program_ended_ = true;
    line_->tell_peer();
}

bool FakeWire::gone() const { return line_->broken_ || (line_->peer_ended_ && line_->in_.empty()); }

void FakeWire::keep_alive(int seconds) {
    if (seconds < 1) {
        line_->loop_.note("probes without a pause");
    }
}

base::Result<std::unique_ptr<net::Wire>> FakeWireLoop::connect(const std::string& address,
                                                               std::uint16_t port) {
    auto line = connects ? connects(address, port) : nullptr;
    if (line == nullptr) {
        return base::fail(Code::Connect, address + ": refused at once");
    }
    ++wires;
    auto wire = std::make_unique<FakeWire>(std::move(line));
    wire->call_peer(address);
    return wire;
}

void FakeWireLoop::add(int, net::Watcher&) { note("a descriptor is watched"); }

void FakeWireLoop::remove(int, net::Watcher&) { note("a descriptor is watched no more"); }

}  // namespace aggregator::testing
