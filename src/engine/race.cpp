#include <aggregator/engine/race.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/held.hpp>
#include <aggregator/http/owned_response.hpp>
#include <aggregator/http/tee.hpp>

#include "engine/answer.hpp"

namespace aggregator::engine {

namespace {

using http::Response;
using http::Result;

class RaceCall final : public http::Call, private base::Holding {
public:
    RaceCall(Workspace& workspace, const plan::Backend& backend, http::Done done)
        : Holding(workspace.loop().held()),
          workspace_(workspace),
          backend_(backend),
          done_(std::move(done)) {}

    void start(const http::Request& request, http::Service& inner) {
        asked_ = request.asked;
        attempts_.resize(backend_.attempts);
        share_body(request);
        for (std::uint32_t i = 0; i < attempts_.size(); ++i) {
            http::Request copy = request;
            if (tee_) {
                copy.stream = attempts_[i].body.get();
            }
            copy.asked = asked_ == nullptr ? nullptr : &attempts_[i].asked;
            ++waiting_;
            attempts_[i].call = inner.call(
                copy, [this, i](Result<Response> answer) { collect(i, std::move(answer)); });
        }
    }

    void reject_answer() override {
        if (winner_) {
            attempts_[*winner_].call->reject_answer();
        }
    }

private:
    struct Attempt {
        http::Asked asked;
        std::unique_ptr<http::BodyStream> body;
        std::unique_ptr<http::Call> call;  // declared after what it reads from
    };

    // A call may read from its reader before call() returns: all readers exist before the first
    // call.
    void share_body(const http::Request& request) {
        if (request.stream == nullptr) {
            return;
        }
        const std::uint64_t bytes_max = workspace_.plan().service.router.max_body_bytes;
        tee_.emplace(workspace_.loop(), *request.stream, bytes_max);
        for (Attempt& attempt : attempts_) {
            attempt.body = tee_->lagging_reader({.lag_bytes_max = bytes_max});
        }
    }

    void collect(std::uint32_t index, Result<Response> answer) {
        --waiting_;
        if (asked_ != nullptr) {
            *asked_ = attempts_[index].asked;
        }
        if (answer && answer->cut && is_success(answer->status)) {
            answer = base::fail(*answer->cut);
        }
        if (answer && is_good(answer)) {
            winner_ = index;
            for (std::uint32_t i = 0; i < attempts_.size(); ++i) {
                if (i != index) {
                    end(attempts_[i]);
                }
            }
            return finish(std::move(answer));
        }
        if (waiting_ > 0) {
            if (answer) {
                kept_.emplace(std::move(*answer));
                hold(base::HeldKind::Body, kept_->bytes());
            }
            return end(attempts_[index]);
        }
        if (answer) {
            winner_ = index;
        } else if (kept_) {
            answer = kept_->take();
        } else if (dropped_) {
            answer = base::fail(base::Code::MemoryFull,
                                "the memory for answers that wait for others is used up");
        }
        finish(std::move(answer));
    }

    // The other calls go on: one of them may still win.
    void give_up(base::HeldKind) override {
        kept_.reset();
        dropped_ = true;
    }

    // Its body too: what no other call has read would be held for it until the reply.
    static void end(Attempt& attempt) {
        attempt.call.reset();
        attempt.body.reset();
    }

    // An answer that takes too much work becomes that failure: nobody is to begin with it again.
    [[nodiscard]] bool is_good(Result<Response>& answer) const {
        const config::RouterConfig& limits = workspace_.plan().service.router;
        Part part;
        Refusal refusal;
        Shaper shaper;
        Arena arena;
        WorkBudget work(limits.max_answer_work);
        std::string plain;
        const Reading reading{part, refusal, shaper, {arena, work}, plain, limits.max_answer_bytes};
        const Result<void> read = read_answer(backend_, *answer, reading);
        if (work.exceeded()) {
            answer = base::fail(work.error());
        }
        return read && !part.incomplete;
    }

    void finish(Result<Response> answer) {
        release();
        // Whoever gets the answer may destroy this call.
        const http::Done done = std::move(done_);
        done(std::move(answer));
    }

    Workspace& workspace_;
    const plan::Backend& backend_;
    http::Done done_;
    http::Asked* asked_ = nullptr;  // gets what the last attempt that counted was told
    std::optional<http::Tee> tee_;
    std::vector<Attempt> attempts_;
    std::size_t waiting_ = 0;
    std::optional<std::uint32_t> winner_;      // whose answer counted
    std::optional<http::OwnedResponse> kept_;  // for the case that none wins
    bool dropped_ = false;                     // there was one, and no memory for it
};

}  // namespace

Race::Race(Workspace& workspace, const plan::Backend& backend, http::Service& inner)
    : workspace_(workspace), backend_(backend), inner_(inner) {}

std::unique_ptr<http::Call> Race::call(const http::Request& request, http::Done done) {
    auto race = std::make_unique<RaceCall>(workspace_, backend_, std::move(done));
    race->start(request, inner_);
    return race;
}

}  // namespace aggregator::engine
