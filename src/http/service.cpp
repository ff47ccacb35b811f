#include <aggregator/http/service.hpp>

#include <utility>

namespace aggregator::http {
namespace {

class FailedCall : public Call {
public:
    FailedCall(base::Loop& loop, Error error, Done done)
        : error_(std::move(error)), done_(std::move(done)), timer_(loop, [this] { finish(); }) {
        timer_.start(base::Duration::zero());
    }

private:
    void finish() {
        auto done = std::move(done_);
        done(base::fail(std::move(error_)));
    }

    Error error_;
    Done done_;
    base::Timer timer_;
};

}  // namespace

std::unique_ptr<Call> fail_later(base::Loop& loop, Error error, Done done) {
    return std::make_unique<FailedCall>(loop, std::move(error), std::move(done));
}

}  // namespace aggregator::http
