// The part of ClientCall that says which host was asked, and what it did.
#include "net/client_call.hpp"

namespace aggregator::net {

void ClientCall::note_host() {
    judged_ = false;
    host_asked_at_ = client_.pools_.context().loop.now();
    head_took_.reset();
    if (asked_ != nullptr) {
        asked_->host = host_->label;
    }
}

void ClientCall::judge_head() {
    if (turn_.trial) {
        judge_answer();  // others need not wait for the end of a body that may be long
    }
}

void ClientCall::judge_answer() {
    if (!judged_ && on_own_host()) {
        judged_ = true;
        client_.hosts_->answered(*host_, answer_.status, head_took_, turn_);
    }
}

void ClientCall::judge_failure(base::Code code) {
    if (!judged_ && on_own_host()) {
        judged_ = true;
        client_.hosts_->failed(*host_, code, turn_);
    }
}

void ClientCall::judge_leaving() {
    if (!done_ || judged_ || host_->health == nullptr || !on_own_host()) {
        return;
    }
    judged_ = true;
    const bool late = deadline_ != base::Time{} && client_.pools_.context().loop.now() >= deadline_;
    // A client that is slow with its body is no fault of the host, unless that does not take it.
    const bool fed = source_ == nullptr || !opened_ || !codec().is_live() || codec().is_sending();
    if (late && fed) {
        client_.hosts_->failed(*host_, base::Code::Timeout, turn_);
    } else {
        client_.hosts_->given_up(*host_, turn_);
    }
}

}  // namespace aggregator::net
