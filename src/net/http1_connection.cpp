#include "net/http1_connection.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>
#include "net/turn_share.hpp"

namespace aggregator::net {
namespace {

using base::Code;

constexpr std::size_t kInputKept = 4096;          // of an idle connection's buffer
constexpr std::size_t kInputDoubled = 64u << 10;  // a longer head's buffer grows by a quarter

}  // namespace

Http1Connection::Http1Connection(Server& server, std::unique_ptr<Wire> wire)
    : Holding(server.context_.loop.held()),
      server_(server),
      loop_(server.context_.loop),
      wire_(std::move(wire)),
      parser_(http::Parser::Role::Request, server.options_.head),
      timer_(loop_, [this] { on_timer(); }),
      client_(wire_->peer()),
      exchange_(server, *this, client_),
      active_(loop_.now()) {
    base::Counters& counters = server_.context_.counters;
    wire_->count_with(counters.client_bytes_in, counters.client_bytes_out);
    wire_->watch(*this);
    if (server_.options_.tls) {
        wire_->begin_tls_accept(server_.options_.tls);
        phase_ = Phase::Handshake;
    }
    hold(base::HeldKind::Idle, 0);
    watch();
}

Http1Connection::~Http1Connection() { close(); }

void Http1Connection::close() {
    if (phase_ == Phase::Closed) {
        return;
    }
    const bool cut = phase_ == Phase::Exchange;
    phase_ = Phase::Closed;
    if (cut) {
        exchange_.abandon();
        if (exchange_.replied()) {
            // The end of the connection may be the end of a whole reply: this one is not whole.
            wire_->reset_on_close();
        }
    } else if (wire_->tls()) {
        // TLS has a goodbye of its own; who gets none takes the connection for cut.
        wire_->end_sending();
    }
    release();
    timer_.stop();
    more_.reset();
    exchange_.clear();
    wire_->close();
    server_.remove(*this);
}

void Http1Connection::drain() {
    if (phase_ == Phase::Handshake || (phase_ == Phase::Head && input_.empty())) {
        close();
    } else {
        close_after_ = true;
    }
}

void Http1Connection::on_ready(std::uint32_t events) {
    hangup_ = hangup_ || (events & kHangup) != 0;
    readable_ = readable_ || (events & kReadable) != 0;
    if (phase_ == Phase::Handshake) {
        continue_handshake();
    }
    if ((events & kWritable) != 0 && !out_.empty() && phase_ == Phase::Exchange) {
        const std::size_t sent = out_.sent();
        if (!out_.flush(*wire_)) {
            return close();
        }
        if (out_.empty() || out_.sent() != sent) {
            note_unread();
        }
        exchange_.pump();
    }
    if (readable_) {
        read_ready();
    }
}

void Http1Connection::continue_handshake() {
    const Io io = wire_->handshake();
    if (io.state == Io::State::Wait) {
        return;
    }
    if (io.state == Io::State::Done) {
        phase_ = Phase::Head;
        readable_ = true;
        active_ = loop_.now();
        return next_request();
    }
    note_failed_handshake(io.error);
    if (io.error.code == Code::TlsNotSpoken && wire_->peer_speaks_http()) {
        wire_->drop_tls();
        return refuse({Code::BadRequest, "Client sent an HTTP request to an HTTPS server."});
    }
    close();
}

void Http1Connection::note_failed_handshake(const base::Error& error) {
    server_.context_.counters.count(error.code);
    const bool left = error.code == Code::Closed || error.code == Code::Reset;
    server_.context_.log.write(
        left ? base::LogLevel::Debug : base::LogLevel::Info, "a TLS handshake failed",
        {{"client", client_}, {"error", base::row(error.code).name}, {"detail", error.detail}});
}

void Http1Connection::read_ready() {
    switch (phase_) {
        case Phase::Head:
            return receive();
        case Phase::Exchange:
            return read_body();
        case Phase::Linger:
            return read_off();
        case Phase::Handshake:
        case Phase::Closed:
            return;
    }
}

void Http1Connection::read_body() {
    if (exchange_.has_waker() && !parser_.complete()) {
        exchange_.wake();
    } else if (hangup_) {
        check_gone();
    }
}

void Http1Connection::read_off() {
    TurnShare share;
    Io io = wire_->read(loop_.scratch());
    while (io.state == Io::State::Done && !share.is_used_up()) {
        share.take(io.bytes);
        io = wire_->read(loop_.scratch());
    }
    if (io.state == Io::State::Done) {
        go_on_later(more_, loop_, [this] { read_ready(); });
    } else if (io.state != Io::State::Wait) {
        close();
    }
}

void Http1Connection::receive() {
    while (phase_ == Phase::Head && readable_) {
        const auto room = loop_.scratch();
        const Io io = wire_->read(room);
        if (io.state == Io::State::Wait) {
            readable_ = false;
            return;
        }
        if (io.state != Io::State::Done) {
            return close();
        }
        // A short read has emptied the wire: the next bytes will be an event.
        readable_ = wire_->tls() || hangup_ || io.bytes == room.size();
        keep_input({room.data(), io.bytes});
        process_input();
    }
}

void Http1Connection::keep_input(std::string_view bytes) {
    const std::size_t needed = input_.size() + bytes.size();
    if (needed > input_.capacity() && needed > kInputDoubled) {
        // A string would double, and so may many peers make many of them.
        std::string larger;
        larger.reserve(needed + needed / 4);
        larger.append(input_);
        input_.swap(larger);
    }
    input_.append(bytes);
}

void Http1Connection::process_input() {
    std::size_t used = 0;
    while (phase_ == Phase::Head && used < input_.size()) {
        const auto step = parser_.step(std::string_view(input_).substr(used));
        if (!step) {
            return refuse(step.error());
        }
        used += step->consumed;
        if (parser_.head_done()) {
            return begin_exchange(used);
        }
        if (step->consumed == 0) {
            break;
        }
    }
    input_.erase(0, used);
    if (input_.empty()) {
        return shrink();
    }
    if (holds(base::HeldKind::Head)) {
        grow(input_.capacity());
    } else {
        active_ = loop_.now();  // the head's clock runs from its first byte
        hold(base::HeldKind::Head, input_.capacity());
        watch();
    }
    loop_.held().make_room_for_heads();  // it may be this one that goes
}

void Http1Connection::begin_exchange(std::size_t head_bytes) {
    phase_ = Phase::Exchange;
    active_ = loop_.now();
    wants_continue_ = false;
    const auto sound = exchange_.begin(parser_);
    if (!sound) {
        return refuse(sound.error());
    }
    if (take_first_body(head_bytes) && check_expectation()) {
        note_request();
        watch();
        exchange_.start();
    }
}

void Http1Connection::finish_exchange() {
    exchange_.end();
    body_awaited_ = false;
    phase_ = Phase::Head;
    active_ = loop_.now();
    if (close_after_) {
        const bool unread =
            !parser_.complete() || readable_ || consumed_ < input_.size() || !carry_.empty();
        return unread ? linger() : close();
    }
    if (carry_.empty()) {
        input_.erase(0, consumed_);
    } else {
        input_.swap(carry_);
    }
    carry_.clear();
    gathered_.clear();
    shrink();
    parser_.reset();
    next_request();
}

/// What an idle connection keeps is not counted: it must be little.
void Http1Connection::shrink() {
    for (std::string* const text : {&input_, &carry_, &gathered_}) {
        if (text->capacity() > kInputKept && text->capacity() / 2 > text->size()) {
            text->shrink_to_fit();
        }
    }
}

void Http1Connection::next_request() {
    hold(base::HeldKind::Idle, 0);
    watch();
    process_input();
    if (readable_ && phase_ == Phase::Head) {
        receive();
    }
}

void Http1Connection::check_gone() {
    // A client that ended its side after a whole next request still wants both answers.
    const bool pipelined = consumed_ < input_.size() || !carry_.empty();
    if (!pipelined && (wire_->tls() || wire_->gone())) {
        close();
    }
}

void Http1Connection::linger() {
    // Closing with unread bytes would reset the connection and could take the reply from the
    // client.
    phase_ = Phase::Linger;
    wire_->end_sending();
    active_ = loop_.now();
    if (!turned_away_) {
        hold(base::HeldKind::Idle, 0);  // it makes room if there are too many connections
    }
    watch();
    readable_ = true;
    read_ready();
}

}  // namespace aggregator::net
