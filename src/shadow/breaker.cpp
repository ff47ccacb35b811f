#include "shadow/breaker.hpp"

namespace aggregator::shadow {

Breaker::Breaker(std::optional<Config> config) : config_(config) {}

Breaker::Verdict Breaker::ask(base::Time now) {
    if (!open_until_) {
        return Verdict::Pass;
    }
    if (now < *open_until_ || trying_) {
        return Verdict::Refuse;
    }
    trying_ = true;
    return Verdict::Trial;
}

bool Breaker::ended(Verdict verdict, Outcome outcome, base::Time now) {
    if (verdict == Verdict::Trial) {
        trying_ = false;
        if (outcome == Outcome::Answered) {
            open_until_.reset();
        } else if (outcome == Outcome::Failed) {
            open(now);
        }
        return false;
    }
    if (!config_ || open_until_ || outcome != Outcome::Failed) {
        return false;
    }
    if (failures_.size() < config_->errors) {
        failures_.push_back(now);
    } else {
        failures_[next_] = now;
    }
    next_ = (next_ + 1) % config_->errors;
    // Of a full ring, `next_` is the oldest.
    if (failures_.size() < config_->errors || now - failures_[next_] > config_->window) {
        return false;
    }
    open(now);
    return true;
}

void Breaker::open(base::Time now) {
    open_until_ = now + config_->cooldown;
    failures_.clear();
    next_ = 0;
}

}  // namespace aggregator::shadow
