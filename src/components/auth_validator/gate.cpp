#include "components/auth_validator/gate.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/component/timed.hpp>
#include <aggregator/plan/labels.hpp>

#include "components/auth_validator/verifier.hpp"

namespace aggregator::components {

namespace {

using base::Code;

constexpr std::string_view kGateName = "auth/validator";
constexpr base::Metric kTokens{"aggregator_tokens_total",
                               base::MetricKind::Counter,
                               "Requests by what became of their tokens.",
                               {"endpoint", "outcome"}};

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

std::uint64_t& counter_of(const component::Wiring& wiring, const char* outcome) {
    return wiring.rows.counter(kTokens,
                               base::Labels().with(plan::label_of(*wiring.endpoint)).with(outcome));
}

}  // namespace

const base::Metric& token_metric() { return kTokens; }

/// A request that waits for keys, and then for its answer.
class ValidatorGate::Waiting final : public http::Call {
public:
    Waiting(ValidatorGate& gate, const http::Request& request, std::string_view token,
            http::Done done)
        : gate_(gate),
          arrival_(++gate.arrivals_),
          request_(component::timed(gate.wiring_, request)),
          token_(token),
          done_(std::move(done)),
          deadline_(gate.wiring_.loop, [this] { give_up(); }) {
        deadline_.start_at(request_.request().deadline);
        gate_.waiting_.emplace(arrival_, this);
    }
    ~Waiting() override { leave(); }

    void reject_answer() override {
        if (inner_) {
            inner_->reject_answer();
        }
    }

    /// Keys have changed.
    void look_again() {
        Finding finding = gate_.examine(token_, Asking::Done);
        if (finding.waits) {
            return;
        }
        leave();
        inner_ = finding.good
                     ? gate_.admit(request_.request(), std::move(finding.good), std::move(done_))
                     : gate_.refuse(request_.request(), *finding.bad, std::move(done_));
    }

private:
    void give_up() {
        leave();
        inner_ =
            gate_.refuse(request_.request(), {Code::KeysUnavailable, "keys did not come in time"},
                         std::move(done_));
    }
    void leave() {
        deadline_.stop();
        gate_.waiting_.erase(arrival_);
    }

    ValidatorGate& gate_;
    std::uint64_t arrival_;
    http::OwnedRequest request_;
    std::string token_;
    http::Done done_;
    base::Timer deadline_;
    std::unique_ptr<http::Call> inner_;
};

/// A request that was let through: keeps what is known of its sender for as long as it lasts.
class ValidatorGate::Admitted final : public http::Call {
public:
    Admitted(const http::Identity* known, TokenCache::Entry token) : token_(std::move(token)) {
        if (known != nullptr) {
            identity_ = *known;
        }
        identity_.claims = token_.get();
    }
    void reject_answer() override { inner_->reject_answer(); }

    [[nodiscard]] const http::Identity& identity() const { return identity_; }
    void run(std::unique_ptr<http::Call> inner) { inner_ = std::move(inner); }

private:
    TokenCache::Entry token_;
    http::Identity identity_;
    std::unique_ptr<http::Call> inner_;  // ends first
};

ValidatorGate::ValidatorGate(const component::Wiring& wiring, const ValidatorSettings& settings,
                             const std::vector<KeySource*>& sources, http::Service& inner)
    : wiring_(wiring),
      settings_(settings),
      inner_(inner),
      cache_(settings.token_cache, wiring.loop.random()),
      realm_("Bearer realm=\"" + component::quotable(wiring.plan.service.name) + '"'),
      scopes_(", scope=\"" + component::quotable(joined(settings.scopes)) + '"'),
      missing_(wiring, kGateName, Code::TokenMissing),
      invalid_(wiring, kGateName, Code::TokenInvalid),
      expired_(wiring, kGateName, Code::TokenExpired),
      forbidden_(wiring, kGateName, Code::TokenForbidden),
      scope_missing_(wiring, kGateName, Code::ScopeMissing),
      no_keys_(wiring, kGateName, Code::KeysUnavailable),
      bad_placeholder_(wiring, kGateName, Code::BadPlaceholder),
      accepted_(counter_of(wiring, "accepted")),
      refused_(counter_of(wiring, "refused")) {
    for (KeySource* const source : sources) {
        Seen& seen = sources_.emplace_back(Seen{.source = source});
        seen.view = std::make_unique<View>(source->published(), wiring.loop, [this] { on_keys(); });
        if (const FetchedKeys* const keys = seen.view->get()) {
            seen.sets = keys->sets;
        }
    }
}

std::unique_ptr<http::Call> ValidatorGate::call(const http::Request& request, http::Done done) {
    const auto token = find_token(request, settings_);
    if (!token) {
        return refuse(request, token.error(), std::move(done));
    }
    if (!*token) {
        return refuse(request, {Code::TokenMissing, "the request has no token"}, std::move(done));
    }
    if (const TokenCache::Entry* const known = cache_.find(**token)) {
        return admit(request, *known, std::move(done));
    }
    Finding finding = examine(**token, Asking::Allowed);
    if (finding.waits) {
        return std::make_unique<Waiting>(*this, request, **token, std::move(done));
    }
    return finding.good ? admit(request, std::move(finding.good), std::move(done))
                        : refuse(request, *finding.bad, std::move(done));
}

std::vector<const jose::KeySet*> ValidatorGate::sets() const {
    std::vector<const jose::KeySet*> sets;
    if (settings_.keys) {
        sets.push_back(settings_.keys.get());
    }
    for (const Seen& seen : sources_) {
        const FetchedKeys* const keys = seen.view->get();
        if (keys != nullptr && keys->find(settings_.algorithm) != nullptr) {
            sets.push_back(keys->find(settings_.algorithm));
        }
    }
    return sets;
}

ValidatorGate::Finding ValidatorGate::examine(std::string_view text, Asking asking) {
    const auto token = read_token(text, settings_);
    if (!token) {
        return {.bad = token.error()};
    }
    const auto keys = keys_for(*token, settings_.naming, sets());
    if (keys.empty()) {
        return without_key(*token, asking);
    }
    auto claims = verify(*token, keys, settings_, seconds_now());
    if (!claims) {
        return {.bad = claims.error()};
    }
    auto good = std::make_shared<const VerifiedToken>(text, std::move(*claims), settings_,
                                                      wiring_.endpoint->claims);
    cache_.put(good);
    return {.good = std::move(good)};
}

ValidatorGate::Finding ValidatorGate::without_key(const jose::Token& token, Asking asking) {
    const bool has_keys = !sets().empty();
    // Without a name, more keys make it no clearer which one is meant.
    const bool may_come = !has_keys || names_key(token, settings_.naming);
    if (may_come && awaits(asking)) {
        return {.waits = true};
    }
    if (!has_keys) {
        return {.bad = base::Error{Code::KeysUnavailable, "there are no keys to verify it with"}};
    }
    return {.bad = base::Error{Code::TokenInvalid, "its key is not known"}};
}

bool ValidatorGate::awaits(Asking asking) {
    bool awaits = false;
    for (Seen& seen : sources_) {
        const FetchedKeys* const keys = seen.view->get();
        if (keys != nullptr && !seen.awaits() && asking == Asking::Allowed &&
            wiring_.loop.now() >= keys->next_extra) {
            seen.asked = seen.source->want();
        }
        awaits = awaits || seen.awaits();
    }
    return awaits;
}

void ValidatorGate::on_keys() {
    for (Seen& seen : sources_) {
        const FetchedKeys* const keys = seen.view->get();
        if (keys == nullptr) {
            continue;
        }
        if (keys->sets != seen.sets) {
            seen.sets = keys->sets;
            cache_.clear();
        }
    }
    // One at a time: a call that starts may end others that wait.
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const std::uint64_t arrival = next->first;
        next->second->look_again();
        next = waiting_.upper_bound(arrival);
    }
}

std::unique_ptr<http::Call> ValidatorGate::admit(const http::Request& request,
                                                 TokenCache::Entry token, http::Done done) {
    if (const auto timely = check_times(token->claims(), settings_.leeway, seconds_now());
        !timely) {
        return refuse(request, timely.error(), std::move(done));
    }
    using Grant = VerifiedToken::Grant;
    if (token->grant() == Grant::RoleMissing) {
        return refuse(request, {Code::TokenForbidden, "it has none of the roles"}, std::move(done));
    }
    if (token->grant() == Grant::ScopeMissing) {
        return refuse(request, {Code::ScopeMissing, "it lacks scopes"}, std::move(done));
    }
    return pass_on(request, std::move(token), std::move(done));
}

bool ValidatorGate::climbs() const {
    const auto climbing = [this](const plan::Backend& one) { return one.target.climbs(params_); };
    const plan::Endpoint& endpoint = *wiring_.endpoint;
    return std::any_of(endpoint.backends.begin(), endpoint.backends.end(), climbing) ||
           std::any_of(endpoint.shadows.begin(), endpoint.shadows.end(), climbing);
}

std::unique_ptr<http::Call> ValidatorGate::pass_on(const http::Request& request,
                                                   TokenCache::Entry token, http::Done done) {
    http::Request passed = request;
    if (!settings_.propagate.empty()) {
        fields_.clear();
        for (const http::Field& field : request.headers) {
            const bool is_claim = std::any_of(
                settings_.propagate.begin(), settings_.propagate.end(), [&field](const auto& one) {
                    return base::equal_ignoring_case(one.header, field.name);
                });
            if (!is_claim) {
                fields_.push_back(field);
            }
        }
        fields_.insert(fields_.end(), token->headers().begin(), token->headers().end());
        passed.headers = fields_;
    }
    if (!wiring_.endpoint->claims.empty()) {
        if (!token->params()) {
            return refuse(request, {Code::BadPlaceholder, "it lacks a claim of a `url_pattern`"},
                          std::move(done));
        }
        params_.assign(request.params.begin(), request.params.end());
        params_.insert(params_.end(), token->params()->begin(), token->params()->end());
        passed.params = params_;
        if (climbs()) {
            return refuse(request,
                          {Code::BadPlaceholder, "a claim makes a dot segment of a `url_pattern`"},
                          std::move(done));
        }
    }
    ++accepted_;
    if (request.record != nullptr && !token->subject().empty()) {
        request.record->subject = token->subject();
    }
    auto admitted = std::make_unique<Admitted>(request.identity, std::move(token));
    passed.identity = &admitted->identity();
    admitted->run(inner_.call(passed, std::move(done)));
    return admitted;
}

std::string ValidatorGate::challenge(const base::Error& error) const {
    std::string text = realm_;
    switch (error.code) {
        case Code::TokenMissing:
            return text;
        case Code::TokenForbidden:
            text += ", error=\"insufficient_scope\"";
            break;
        case Code::ScopeMissing:
            text += ", error=\"insufficient_scope\"" + scopes_;
            break;
        default:
            text += ", error=\"invalid_token\"";
    }
    if (settings_.logs_reasons) {
        text += ", error_description=\"" + component::quotable(error.detail) + '"';
    }
    return text;
}

std::unique_ptr<http::Call> ValidatorGate::refuse(const http::Request& request,
                                                  const base::Error& error, http::Done done) {
    ++refused_;
    if (settings_.logs_reasons) {
        wiring_.log.write(base::LogLevel::Error, "token refused",
                          {{"endpoint", plan::label_of(*wiring_.endpoint)},
                           {"error", base::row(error.code).name},
                           {"detail", error.detail}});
    }
    const auto with = [&](component::Refusals& refusals, const http::Field& header) {
        return refusals.refuse(request, {.detail = error.detail, .headers = {&header, 1}},
                               std::move(done));
    };
    switch (error.code) {
        case Code::KeysUnavailable:
            return with(no_keys_, {"Retry-After", "5"});
        case Code::BadPlaceholder:
            return bad_placeholder_.refuse(request, error.detail, std::move(done));
        default:
            break;
    }
    component::Refusals& refusals = error.code == Code::TokenMissing     ? missing_
                                    : error.code == Code::TokenExpired   ? expired_
                                    : error.code == Code::TokenForbidden ? forbidden_
                                    : error.code == Code::ScopeMissing   ? scope_missing_
                                                                         : invalid_;
    const std::string text = challenge(error);
    return with(refusals, {"WWW-Authenticate", text});
}

}  // namespace aggregator::components
