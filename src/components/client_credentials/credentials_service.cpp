#include "components/client_credentials/credentials_service.hpp"

#include <utility>
#include <vector>

#include <aggregator/base/held.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/http/owned_request.hpp>

namespace aggregator::components {

namespace {

using base::Code;

constexpr int kStatusUnauthorized = 401;
constexpr std::string_view kAuthorization = "Authorization";

}  // namespace

/// One call, with what it takes to make it later or once more.
class CredentialsService::Calling final : public http::Call, private base::Holding {
public:
    Calling(CredentialsService& service, const http::Request& request, http::Done done)
        : Holding(service.loop_.held()),
          service_(service),
          arrival_(++service.arrivals_),
          request_(request),
          done_(std::move(done)),
          expiry_(service.loop_, [this] {
              fail({Code::CredentialsUnavailable, "no token came in time"});
          }) {
        if (!request.body.empty()) {
            hold(base::HeldKind::Body, request.body.size());
        }
    }
    ~Calling() override { service_.waiting_.erase(arrival_); }

    void start() {
        if (const FetchedToken* const token = service_.token()) {
            return send(*token);
        }
        service_.source_.want();
        wait();
    }
    void reject_answer() override {
        if (inner_) {
            inner_->reject_answer();
        }
    }

    /// What is known of tokens has changed.
    void look_again() {
        const FetchedToken* const token = service_.token();
        const FetchedToken* const known = service_.view_.get();
        if (token != nullptr && token->number != refused_) {
            service_.waiting_.erase(arrival_);
            return send(*token);
        }
        if (known != nullptr && known->answers != answers_) {
            fail({Code::CredentialsUnavailable, "there is no token to call the backend with"});
        }
    }

private:
    void wait() {
        const FetchedToken* const known = service_.view_.get();
        answers_ = known == nullptr ? 0 : known->answers;
        service_.waiting_.emplace(arrival_, this);
        if (request_.request().deadline != base::Time{}) {
            expiry_.start_at(request_.request().deadline);
        }
    }

    void send(const FetchedToken& token) {
        expiry_.stop();
        number_ = token.number;
        std::vector<http::Field> fields;
        fields.reserve(request_.request().headers.size() + 1);
        for (const http::Field& field : request_.request().headers) {
            if (!base::equal_ignoring_case(field.name, kAuthorization)) {
                fields.push_back(field);
            }
        }
        fields.push_back({kAuthorization, token.authorization});
        http::Request request = request_.request();
        request.headers = fields;
        inner_ = service_.inner_.call(
            request, [this](http::Result<http::Response> answer) { collect(std::move(answer)); });
    }

    [[nodiscard]] bool may_repeat() const {
        const FetchedToken* const known = service_.view_.get();
        return refused_ == 0 && request_.request().stream == nullptr && known != nullptr &&
               (known->number != number_ || service_.loop_.now() >= known->next_drop);
    }

    void collect(http::Result<http::Response> answer) {
        if (!answer || answer->status != kStatusUnauthorized || !may_repeat()) {
            return finish(std::move(answer));
        }
        refused_ = number_;
        answer->stream.reset();  // before its call
        inner_.reset();
        const FetchedToken* const token = service_.token();
        if (token != nullptr && token->number != refused_) {
            return send(*token);  // another call has been refused before
        }
        service_.source_.refuse(refused_);
        wait();
    }

    // A call that is under way has its own copy, and goes on.
    void give_up(base::HeldKind) override {
        const bool waits = service_.waiting_.contains(arrival_);
        refused_ = number_ == 0 ? 1 : number_;  // it is not made once more
        request_.clear();
        if (waits) {
            fail({Code::MemoryFull, "the memory for bodies is used up"});
        }
    }

    void fail(base::Error error) {
        service_.waiting_.erase(arrival_);
        expiry_.stop();
        finish(base::fail(std::move(error)));
    }

    void finish(http::Result<http::Response> answer) {
        release();
        // Whoever gets the answer may destroy this call.
        const http::Done done = std::move(done_);
        done(std::move(answer));
    }

    CredentialsService& service_;
    std::uint64_t arrival_;
    http::OwnedRequest request_;
    http::Done done_;
    base::Timer expiry_;
    std::unique_ptr<http::Call> inner_;
    std::uint64_t number_ = 0;   // of the token that was sent; 0: none was
    std::uint64_t refused_ = 0;  // the one that the backend refused
    std::uint64_t answers_ = 0;  // of the source, when this began to wait
};

CredentialsService::CredentialsService(const component::Wiring& wiring, TokenSource& source,
                                       http::Service& inner)
    : loop_(wiring.loop),
      source_(source),
      inner_(inner),
      view_(source.published(), wiring.loop, [this] { on_token(); }) {}

const FetchedToken* CredentialsService::token() const {
    const FetchedToken* const known = view_.get();
    return known != nullptr && known->is_alive(loop_.now()) ? known : nullptr;
}

std::unique_ptr<http::Call> CredentialsService::call(const http::Request& request,
                                                     http::Done done) {
    auto call = std::make_unique<Calling>(*this, request, std::move(done));
    call->start();
    return call;
}

void CredentialsService::on_token() {
    // One at a time: a call that starts may end others that wait.
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const std::uint64_t arrival = next->first;
        next->second->look_again();
        next = waiting_.upper_bound(arrival);
    }
}

}  // namespace aggregator::components
