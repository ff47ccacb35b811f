#include "wire/client_peer.hpp"

#include <algorithm>
#include <utility>

namespace aggregator::wire {

using testing::Line;
using Trouble = ClientSpec::Trouble;

ClientPeer::ClientPeer(testing::FakeWireLoop& loop, const ClientSpec& spec,
                       std::function<std::shared_ptr<Line>(const LineNature&)> arrives)
    : loop_(loop),
      spec_(spec),
      arrives_(std::move(arrives)),
      outcomes_(spec.requests.size()),
      arrival_(loop, [this] { arrive(); }),
      saying_(loop,
              [this] {
                  paused_ = true;
                  go_on();
              }),
      hearing_(loop, [this] { hear(); }),
      patience_(loop, [this] {
          pieces_.front().behind_continue = false;
          go_on();
      }) {
    for (std::size_t i = 0; i < spec_.requests.size(); ++i) {
        make_pieces(i);
    }
    if (spec_.trouble != Trouble::None) {
        place_trouble();
    }
    arrival_.start(spec_.start);
}

void ClientPeer::make_pieces(std::size_t index) {
    const RequestSpec& request = spec_.requests[index];
    const std::string head = request.head();
    const std::string body = request.framed_body();
    outcomes_[index].whole = head.size() + body.size();
    const std::size_t at = pieces_.size();
    Piece piece;
    piece.request = index;
    if (request.expects) {
        cut(head, piece, request.pace);
        pieces_.back().ends_head = true;
        const std::size_t behind = pieces_.size();
        cut(body, piece, request.pace);
        pieces_[behind].behind_continue = true;
    } else {
        cut(head + body, piece, request.pace);
    }
    pieces_[at].first = true;
    pieces_[at].pause = request.pause;
}

void ClientPeer::cut(const std::string& bytes, Piece like, const Pace& pace) {
    for (std::size_t at = 0; at < bytes.size();) {
        like.bytes = bytes.substr(at, pace.piece);
        at += like.bytes.size();
        pieces_.push_back(like);
        like.pause = pace.pause;
    }
}

/// Cuts a piece in two where the trouble is, and forgets what is behind it.
void ClientPeer::place_trouble() {
    std::size_t left = outcomes_[spec_.troubled].whole * spec_.trouble_at / 1000;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        Piece& piece = pieces_[i];
        if (piece.request < spec_.troubled) {
            continue;
        }
        if (left > piece.bytes.size()) {
            left -= piece.bytes.size();
            continue;
        }
        piece.bytes.resize(left);
        piece.trouble = true;
        pieces_.resize(i + 1);
        return;
    }
}

void ClientPeer::arrive() {
    line_ = arrives_(spec_.nature);
    line_->listen([this] {
        if (!hearing_.armed()) {
            hear();
        }
        go_on();
    });
    go_on();
}

bool ClientPeer::may_say(const Piece& piece) {
    const RequestSpec& request = spec_.requests[piece.request];
    if (piece.first && !request.pipelined && current_ < piece.request) {
        return false;
    }
    if (piece.behind_continue && continued_ != piece.request + 1) {
        if (!patience_.armed()) {
            patience_.start(kPatience);
        }
        return false;
    }
    if (piece.pause > base::Duration{} && !paused_) {
        saying_.start(piece.pause);
        return false;
    }
    return true;
}

void ClientPeer::go_on() {
    if (line_ == nullptr || ended_at_ || saying_.armed() || patience_.armed()) {
        return;
    }
    while (!pieces_.empty() && !ended_at_ && may_say(pieces_.front())) {
        const Piece piece = std::move(pieces_.front());
        pieces_.pop_front();
        paused_ = false;
        say(piece);
    }
}

void ClientPeer::say(const Piece& piece) {
    Outcome& outcome = outcomes_[piece.request];
    if (outcome.said == 0) {
        outcome.begun_at = loop_.now();
    }
    outcome.said += piece.bytes.size();
    outcome.last_said_at = loop_.now();
    const std::size_t head = spec_.requests[piece.request].head().size();
    outcome.head_said = outcome.said >= head;
    line_->say(piece.bytes);
    if (piece.trouble) {
        be_trouble();
    }
}

void ClientPeer::be_trouble() {
    troubled_at_ = loop_.now();
    switch (spec_.trouble) {
        case Trouble::Leaves:
            closed_first_ = true;
            line_->close();
            return end();
        case Trouble::Resets:
            line_->reset();
            return end();
        case Trouble::EndsSaying:
            return line_->end(loop_.dice.percent(70) ? Line::Farewell::Said
                                                     : Line::Farewell::Unsaid);
        case Trouble::StopsHearing:
            deaf_ = true;
            return;
        case Trouble::Garbage:
            return line_->say("\x01 no request\r\n\r\n");
        default:
            return;
    }
}

void ClientPeer::hear() {
    if (ended_at_) {
        return;
    }
    if (!deaf_) {
        take(line_->hear(spec_.hearing.piece));
        if (line_->audible() > 0) {
            return hearing_.start(spec_.hearing.pause);
        }
    }
    if (!ended_at_ && (line_->broken() || line_->heard_end() || (deaf_ && line_->left()))) {
        was_reset_ = line_->broken();
        if (current_ < outcomes_.size() && outcomes_[current_].reply && !was_reset_) {
            outcomes_[current_].reply->end();
            if (outcomes_[current_].reply->done()) {
                finish_reply();
            }
        }
        end();
        line_->close();
    }
}

void ClientPeer::take(std::string_view bytes) {
    while (!bytes.empty() && !ended_at_) {
        const bool past = current_ == outcomes_.size() && spec_.trouble == Trouble::Garbage;
        if (past || !take_some(bytes)) {
            return;  // past: what answers garbage behind the last request
        }
    }
}

void ClientPeer::begin_reply() {
    Outcome& outcome = outcomes_[current_];
    // Of a head that was not whole, the server does not know what it asks for.
    const bool head = spec_.requests[current_].method == "HEAD" && outcome.head_said;
    outcome.reply.emplace(Reading::Kind::Reply, head ? Reading::Body::None : Reading::Body::AsSaid);
    outcome.said_at_reply = outcome.said == outcome.whole;
}

bool ClientPeer::take_some(std::string_view& bytes) {
    if (current_ >= outcomes_.size() ||
        (outcomes_[current_].said == 0 && spec_.trouble != Trouble::Garbage && !spec_.unasked)) {
        violations.push_back("bytes that nobody asked for: " + std::string(bytes.substr(0, 60)));
        return false;
    }
    Outcome& outcome = outcomes_[current_];
    if (!outcome.reply) {
        begin_reply();
    }
    bytes.remove_prefix(outcome.reply->feed(bytes));
    if (outcome.reply->bad()) {
        violations.push_back("a reply that is no HTTP: " + outcome.reply->head());
        return false;
    }
    if (!outcome.reply->done()) {
        return true;
    }
    if (outcome.reply->status() >= 200) {
        finish_reply();
        return true;
    }
    if (outcome.reply->status() != 100 || !spec_.requests[current_].expects ||
        continued_ == current_ + 1) {
        violations.push_back("an interim reply that nobody asked for: " +
                             spec_.requests[current_].token + " " + outcome.reply->head());
    }
    continued_ = current_ + 1;
    patience_.stop();
    outcome.reply.reset();
    go_on();
    return true;
}

void ClientPeer::finish_reply() {
    Outcome& outcome = outcomes_[current_];
    outcome.complete = true;
    outcome.replied_at = loop_.now();
    last_reply_at_ = loop_.now();
    ++current_;
    if (current_ == outcomes_.size() && !spec_.lingers && !ended_at_) {
        return leave();
    }
    go_on();
}

void ClientPeer::leave() {
    closed_first_ = true;
    line_->close();
    end();
}

void ClientPeer::end() {
    ended_at_ = loop_.now();
    saying_.stop();
    hearing_.stop();
    patience_.stop();
    pieces_.clear();
    if (current_ < outcomes_.size()) {
        outcomes_[current_].replied_at = loop_.now();
    }
}

}  // namespace aggregator::wire
