#include "wire/backend_peer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace aggregator::wire {

using testing::Line;
using Fate = AnswerSpec::Fate;

namespace {

constexpr base::Duration kPauseOfRedirect = std::chrono::milliseconds(5);

}  // namespace

BackendPeer::BackendPeer(Backends& all, std::shared_ptr<Line> line)
    : all_(all),
      line_(std::move(line)),
      hearing_(all.loop, [this] { hear(); }),
      speaking_(all.loop, [this] { speak(); }),
      leaving_(all.loop, [this] { leave(); }),
      tunnelling_(all.loop, [this] { answer_connect(); }) {
    line_->listen([this] {
        if (!hearing_.armed()) {
            hear();
        }
    });
}

void BackendPeer::note(const std::string& violation) {
    all_.violations.push_back("backend: " + violation +
                              (spec_ != nullptr ? " (" + spec_->token + ")" : ""));
}

void BackendPeer::leave() {
    finished_ = true;
    usable_ = false;
    idle_since_.reset();
    lost_ = line_->hear();
    line_->close();
}

/// A kept connection that the program closes before or after its time.
void BackendPeer::note_idle_end() {
    if (idle_since_) {
        const base::Duration kept = line_->left_at() - *idle_since_;
        all_.kept.push_back({last_token_, kept});
    }
}

void BackendPeer::hear() {
    if (finished_) {
        return;
    }
    const std::string bytes = line_->hear(all_.world.backend_hearing.piece);
    if (!bytes.empty()) {
        leaving_.stop();
    }
    take(bytes);
    if (!finished_ && line_->audible() > 0) {
        return hearing_.start(all_.world.backend_hearing.pause);
    }
    if (!finished_ && line_->heard_end()) {
        note_idle_end();
        speaking_.stop();
        leaving_.stop();
        finished_ = true;
        line_->close();
    }
    if (line_->broken()) {
        speaking_.stop();
        leaving_.stop();
        finished_ = true;
    }
}

void BackendPeer::take(std::string_view bytes) {
    while (!bytes.empty() && !finished_) {
        if (heard_all_) {
            return note((usable_ ? "a request before the answer to the one before was whole: "
                                 : "a connection is used again that cannot be: ") +
                        std::string(bytes.substr(0, 60)));
        }
        if (tunnelled_ && (!tunnel_answer_.empty() || all_.world.tunnel > TunnelAnswer::Pieces)) {
            return note("bytes into a tunnel that is not there");
        }
        begin_request();
        bytes.remove_prefix(request_.feed(bytes));
        if (request_.bad()) {
            return note("a request that is no HTTP: " + request_.head());
        }
        if (request_.head_done() && !heard_head_) {
            take_head();
        }
        if (awaits_body_since_ && !request_.body().empty()) {
            judge_patience();
        }
        if (request_.done() && heard_head_ && !heard_all_) {
            heard_all_ = true;
            judge_body();
            if (!answering_) {
                begin_answer();
            } else if (answered_) {
                next_request();
            }
        }
    }
}

void BackendPeer::begin_request() {
    if (!idle_since_) {
        return;
    }
    idle_since_.reset();
    if (!all_.world.reuse) {
        note("a connection is used again though none may be");
    }
}

void BackendPeer::take_head() {
    heard_head_ = true;
    if (request_.word(0) == "CONNECT") {
        return take_connect();
    }
    spec_ = all_.find(request_.word(1));
    if (spec_ == nullptr) {
        return note("a request for nothing: " + request_.head());
    }
    again_ = request_.word(1).ends_with("/again");
    ++(again_ ? all_.followed : all_.asked)[spec_->token];
    judge_head();
    if (request_.value("Expect") == "100-continue") {
        if (spec_->answer.says_continue && !again_) {
            line_->say("HTTP/1.1 100 Continue\r\n\r\n");
        } else if (!all_.world.sips) {
            awaits_body_since_ = all_.loop.now();
        }
    }
    if (spec_->answer.early) {
        begin_answer();
    }
}

void BackendPeer::take_connect() {
    if (all_.world.way != Way::Tunnel || tunnelled_ || request_.word(1) != "203.0.113.5:443") {
        return note("an unexpected CONNECT: " + request_.head());
    }
    tunnelled_ = true;
    heard_head_ = false;
    request_ = Reading(Reading::Kind::Request);
    constexpr std::array<const char*, 6> kAnswers{
        "HTTP/1.1 200 Go\r\n\r\n",
        "HTTP/1.1 103 Soon\r\n\r\nHTTP/1.1 200 Go\r\nVia: p\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno",
        "no HTTP\r\n\r\n",
        "HTTP/1.1 200 Go\r\n\r\n\x16",
        ""};
    const TunnelAnswer kind = all_.world.tunnel;
    usable_ = kind <= TunnelAnswer::Pieces;
    tunnel_answer_ = kAnswers[static_cast<std::size_t>(kind)];
    answer_connect();
}

void BackendPeer::answer_connect() {
    if (finished_ || tunnel_answer_.empty()) {
        return;
    }
    const auto size = static_cast<int>(tunnel_answer_.size());
    const bool pieces = all_.world.tunnel == TunnelAnswer::Pieces;
    const auto said = static_cast<std::size_t>(pieces ? all_.loop.dice.between(1, size) : size);
    line_->say(tunnel_answer_.substr(0, said));
    tunnel_answer_.erase(0, said);
    if (!tunnel_answer_.empty()) {
        tunnelling_.start(all_.loop.dice.time(3000));
    }
}

bool BackendPeer::elsewhere() const {
    return again_ && spec_->answer.leads == AnswerSpec::Leads::Elsewhere;
}

/// Through a proxy, the target says which host is meant.
bool BackendPeer::is_second() const {
    return all_.world.way == Way::Proxy && request_.word(1).starts_with("http://second.test/");
}

void BackendPeer::judge_target() {
    const bool absolute = all_.world.way == Way::Proxy;
    const bool second = all_.world.way == Way::TwoHosts || is_second();
    std::string front = !absolute ? "" : second ? "http://second.test" : "http://first.test";
    std::string prefix = second ? "/second" : "/first";
    if (again_) {
        prefix = "";
        front = absolute && elsewhere() ? "http://198.51.100.7:81" : front;
    }
    const std::string wanted = front + prefix + "/" + spec_->token + (again_ ? "/again" : "");
    if (request_.word(1) != wanted) {
        note("the target is " + request_.word(1) + ", not " + wanted);
    }
}

void BackendPeer::judge_head() {
    judge_target();
    const bool second = all_.world.way == Way::TwoHosts || is_second();
    const std::string host = elsewhere() ? "198.51.100.7:81"
                             : second    ? "second.test"
                                         : "first.test";
    if (request_.value("Host") != host || request_.count("Host") != 1) {
        note("Host is " + request_.value("Host") + ", not " + host);
    }
    if (request_.value("X-Token") != spec_->token || request_.count("X-Token") != 1 ||
        request_.value("X-Padding").size() != spec_->padding) {
        note("headers are missing");
    }
    if ((request_.value("X-Aggregator-Redirects") == "1") != again_) {
        note("the number of redirects is wrong");
    }
    if (request_.value("Authorization") != (elsewhere() ? "" : "own")) {
        note("Authorization is '" + request_.value("Authorization") + "'");
    }
    if (tunnelled_ != (all_.world.way == Way::Tunnel && !elsewhere())) {
        note("a request beside the tunnel");
    }
    const bool proxied = all_.world.way == Way::Proxy;
    if ((request_.value("Proxy-Authorization") == "Basic dTpw") != proxied) {
        note("Proxy-Authorization is wrong");
    }
    const bool turned = again_ && spec_->answer.redirect == 302;
    const std::string method = turned && spec_->method != "HEAD" ? "GET" : spec_->method;
    if (request_.word(0) != method) {
        note("the method is " + request_.word(0) + ", not " + method);
    }
    if ((request_.value("Connection") == "close") != !all_.world.reuse) {
        note("Connection is wrong");
    }
    if (!spec_->idempotent() && all_.asked[spec_->token] > 1) {
        note("a request that is not idempotent came twice");
    }
    if (all_.asked[spec_->token] > 2 || all_.followed[spec_->token] > 2) {
        note("a request came three times");
    }
}

void BackendPeer::judge_body() {
    if (spec_ == nullptr || spec_->spoiled) {
        return;
    }
    const bool turned = again_ && spec_->answer.redirect == 302;
    if (request_.body() != (turned ? std::string() : spec_->body())) {
        note("the body is not the client's: " + std::to_string(request_.body().size()) + " bytes");
    }
}

/// A body that was announced is held back for a while by who was not told to go on.
void BackendPeer::judge_patience() {
    if (!answering_ && all_.loop.now() - *awaits_body_since_ < kContinueLimit / 2) {
        note("the body came before it was asked for");
    }
    awaits_body_since_.reset();
}

void BackendPeer::begin_answer() {
    if (spec_ == nullptr) {
        return;
    }
    answering_ = true;
    const bool redirects = spec_->answer.redirect != 0 && !again_;
    script_ = redirects ? redirect_of(*spec_) : script_of(*spec_, all_.loop.dice);

    spoken_ = 0;
    piece_ = std::max(spec_->answer.pace.piece, script_.bytes.size() / 60);
    // The pause is meant for the pieces of the answer itself.
    pause_ = std::min<base::Duration>(spec_->answer.pace.pause,
                                      redirects ? kPauseOfRedirect : spec_->answer.pace.pause);
    speaking_.start(spec_->answer.delay);
}

void BackendPeer::speak() {
    std::string piece = script_.bytes.substr(spoken_, piece_);
    if (spoken_ + piece.size() + spec_->answer.behind >= script_.bytes.size()) {
        piece = script_.bytes.substr(spoken_);  // what nobody asked for comes with the answer's end
    }
    spoken_ += piece.size();
    line_->say(piece);
    if (spoken_ < script_.bytes.size()) {
        return speaking_.start(pause_);
    }
    finish_speaking();
}

void BackendPeer::finish_speaking() {
    answered_ = true;
    switch (script_.fate) {
        case Fate::Reset:
            usable_ = false;
            finished_ = true;
            return line_->reset();
        case Fate::Close:
            usable_ = false;
            return line_->end();
        case Fate::Stall:
        case Fate::Garbage:
            usable_ = false;
            return;
        default:
            break;
    }
    if (!script_.reusable) {
        usable_ = false;
        if (spec_->answer.behind != 0) {
            return;
        }
        if (heard_all_) {
            leaving_.start({});
        } else {
            line_->end();
        }
        return;
    }
    if (heard_all_) {
        next_request();
    }
}

void BackendPeer::next_request() {
    if (!usable_ || finished_) {
        return;
    }
    if (spec_->answer.leaves_after) {
        leaving_.start(*spec_->answer.leaves_after);
    }
    idle_since_ = all_.loop.now();
    last_token_ = spec_->token;
    spec_ = nullptr;
    request_ = Reading(Reading::Kind::Request);
    heard_head_ = heard_all_ = answering_ = answered_ = false;
    awaits_body_since_.reset();
}

void BackendPeer::check_end() {
    if (!line_->left()) {
        note("a connection was left open");
    }
}

}  // namespace aggregator::wire
