#include "components/basic_auth/gate.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/component/logins.hpp>
#include <aggregator/component/timed.hpp>
#include <aggregator/http/owned_request.hpp>

#include "components/basic_auth/password.hpp"

namespace aggregator::components {

namespace {

using base::Code;

constexpr std::string_view kName = "auth/basic";
constexpr std::string_view kKind = "basic";
constexpr std::string_view kAuthorization = "Authorization";
/// Of nobody's password; what verifying takes where there are no users.
const std::string kDecoy = "$2y$10$abcdefghijklmnopqrstuu37RkUr9H1EPO4Rc63Ngz60LSVREthYa";

/// Whether a backend or shadow is to get it by its name; `"*"` names nothing.
bool lets_authorization_in(const plan::Endpoint& endpoint) {
    const auto names_it = [](const plan::Backend& backend) {
        return std::ranges::any_of(backend.headers.names, [](const std::string& name) {
            return base::equal_ignoring_case(name, kAuthorization);
        });
    };
    return std::ranges::any_of(endpoint.backends, names_it) ||
           std::ranges::any_of(endpoint.shadows, names_it);
}

}  // namespace

/// Where threads leave what they found, for as long as there is a gate. The lock keeps the gate's
/// loop while something is posted to it.
struct LoginGate::Mailbox {
    std::mutex mutex;
    base::Loop* loop = nullptr;
    LoginGate* gate = nullptr;  ///< of the loop's thread; null: it is gone
};

/// A request that waits until its password is verified, and then for its answer.
class LoginGate::Waiting final : public http::Call {
public:
    struct Login {
        std::string name;
        LoginCache::Key key;
    };
    Waiting(LoginGate& gate, const http::Request& request, Login login, http::Done done)
        : gate_(gate),
          arrival_(++gate.arrivals_),
          key_(login.key),
          name_(std::move(login.name)),
          request_(component::timed(gate.wiring_, request)),
          done_(std::move(done)),
          deadline_(gate.wiring_.loop, [this] {
              leave();
              inner_ = gate_.refuse(request_.request(),
                                    {Code::AuthBusy, "the password was not verified in time"},
                                    std::move(done_));
          }) {
        deadline_.start_at(request_.request().deadline);
        gate_.verifying_[key_].emplace(arrival_, this);
    }
    ~Waiting() override { leave(); }

    void reject_answer() override {
        if (inner_) {
            inner_->reject_answer();
        }
    }

    void go_on(Verdict verdict) {
        deadline_.stop();
        inner_ = verdict == Verdict::Right
                     ? gate_.admit(request_.request(), name_, std::move(done_))
                     : gate_.refuse(request_.request(),
                                    {Code::LoginInvalid, "no user has that name and password"},
                                    std::move(done_));
    }

private:
    void leave() {
        deadline_.stop();
        const auto found = gate_.verifying_.find(key_);
        if (found != gate_.verifying_.end()) {
            found->second.erase(arrival_);  // its thread goes on: what it finds may serve others
        }
    }

    LoginGate& gate_;
    std::uint64_t arrival_;
    LoginCache::Key key_;
    std::string name_;
    http::OwnedRequest request_;
    http::Done done_;
    base::Timer deadline_;
    std::unique_ptr<http::Call> inner_;
};

/// A request that was let through: keeps who sent it for as long as it lasts.
class LoginGate::Admitted final : public http::Call {
public:
    Admitted(const http::Identity* known, std::string name) : name_(std::move(name)) {
        if (known != nullptr) {
            identity_ = *known;
        }
        identity_.user = name_;
    }
    void reject_answer() override { inner_->reject_answer(); }

    [[nodiscard]] const http::Identity& identity() const { return identity_; }
    void run(std::unique_ptr<http::Call> inner) { inner_ = std::move(inner); }

private:
    std::string name_;
    http::Identity identity_;
    std::unique_ptr<http::Call> inner_;  // ends first
};

LoginGate::LoginGate(const component::Wiring& wiring, const BasicAuthSettings& settings,
                     const BasicAuthSettings* of_service, http::Service& inner)
    : wiring_(wiring),
      settings_(settings),
      of_service_(of_service),
      inner_(inner),
      challenge_("Basic realm=\"" + component::quotable(wiring.plan.service.name) +
                 "\", charset=\"UTF-8\""),
      forwards_(lets_authorization_in(*wiring.endpoint)),
      missing_(wiring, kName, Code::LoginMissing),
      invalid_(wiring, kName, Code::LoginInvalid),
      busy_(wiring, kName, Code::AuthBusy),
      accepted_(component::logins(wiring, kKind, "accepted")),
      refused_(component::logins(wiring, kKind, "refused")),
      turned_away_(component::logins(wiring, kKind, "busy")),
      mailbox_(std::make_shared<Mailbox>()) {
    mailbox_->loop = &wiring.loop;
    mailbox_->gate = this;
}

LoginGate::~LoginGate() {
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->loop = nullptr;
    mailbox_->gate = nullptr;
}

const std::string* LoginGate::hash_of(std::string_view name) const {
    for (const BasicAuthSettings* const one : {&settings_, of_service_}) {
        if (one == nullptr) {
            continue;
        }
        const auto found = one->users.find(name);
        if (found != one->users.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

const std::string& LoginGate::decoy() const {
    for (const BasicAuthSettings* const one : {&settings_, of_service_}) {
        if (one != nullptr && !one->users.empty()) {
            return one->users.begin()->second;
        }
    }
    return kDecoy;
}

std::unique_ptr<http::Call> LoginGate::call(const http::Request& request, http::Done done) {
    const auto said = read_credentials(request.headers);
    if (!said) {
        return refuse(request, said.error(), std::move(done));
    }
    if (!*said) {
        return refuse(request, {Code::LoginMissing, "the request has no name and password"},
                      std::move(done));
    }
    const auto& [name, password] = **said;
    const std::string* const own = hash_of(name);
    const std::string& hash = own == nullptr ? decoy() : *own;
    const LoginCache::Key key = cache_.key_of(name, password, hash);
    if (cache_.has(key, wiring_.loop.now())) {
        return admit(request, name, std::move(done));
    }
    if (!verifying_.contains(key) && !verify(key, password, own)) {
        return refuse(request, {Code::AuthBusy, "too many passwords wait to be verified"},
                      std::move(done));
    }
    return std::make_unique<Waiting>(*this, request, Waiting::Login{name, key}, std::move(done));
}

bool LoginGate::verify(const LoginCache::Key& key, const std::string& password,
                       const std::string* hash) {
    if (wiring_.background == nullptr) {
        return false;
    }
    const bool known = hash != nullptr;
    const bool taken = wiring_.background->work(
        [mailbox = mailbox_, key, password, known, hash = known ? *hash : decoy()] {
            const bool right = is_password(password, hash) && known;
            const Verdict verdict = right ? Verdict::Right : Verdict::Wrong;
            const std::lock_guard lock(mailbox->mutex);
            if (mailbox->loop == nullptr) {
                return;
            }
            mailbox->loop->post([mailbox, key, verdict] {
                if (mailbox->gate != nullptr) {
                    mailbox->gate->verified(key, verdict);
                }
            });
        });
    if (taken) {
        verifying_[key];
    }
    return taken;
}

void LoginGate::verified(const LoginCache::Key& key, Verdict verdict) {
    if (verdict == Verdict::Right) {
        cache_.put(key, wiring_.loop.now());
    }
    // One at a time: a call that starts may end others that wait.
    auto& waiting = verifying_[key];
    while (!waiting.empty()) {
        Waiting* const next = waiting.begin()->second;
        waiting.erase(waiting.begin());
        next->go_on(verdict);
    }
    verifying_.erase(key);
}

std::unique_ptr<http::Call> LoginGate::admit(const http::Request& request, std::string name,
                                             http::Done done) {
    ++accepted_;
    http::Request passed = request;
    if (!forwards_) {
        fields_.clear();
        std::ranges::copy_if(request.headers, std::back_inserter(fields_),
                             [](const http::Field& field) {
                                 return !base::equal_ignoring_case(field.name, kAuthorization);
                             });
        passed.headers = fields_;
    }
    auto admitted = std::make_unique<Admitted>(request.identity, std::move(name));
    passed.identity = &admitted->identity();
    admitted->run(inner_.call(passed, std::move(done)));
    return admitted;
}

std::unique_ptr<http::Call> LoginGate::refuse(const http::Request& request,
                                              const base::Error& error, http::Done done) {
    if (error.code == Code::AuthBusy) {
        ++turned_away_;
        const http::Field soon{"Retry-After", "1"};
        return busy_.refuse(request, {.detail = error.detail, .headers = {&soon, 1}},
                            std::move(done));
    }
    ++refused_;
    component::Refusals& refusals = error.code == Code::LoginMissing ? missing_ : invalid_;
    const http::Field challenge{"WWW-Authenticate", challenge_};
    return refusals.refuse(request, {.detail = error.detail, .headers = {&challenge, 1}},
                           std::move(done));
}

}  // namespace aggregator::components
