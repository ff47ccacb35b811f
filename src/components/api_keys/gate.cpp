#include "components/api_keys/gate.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/component/logins.hpp>
#include <aggregator/plan/forward.hpp>

namespace aggregator::components {

namespace {

using base::Code;

constexpr std::string_view kName = "auth/api-keys";
constexpr std::string_view kKind = "api_key";
constexpr std::string_view kAuthorization = "Authorization";
const std::string kAnyRole = "ANY";

/// Without `Bearer ` in front.
std::string_view without_scheme(std::string_view value) {
    constexpr std::string_view kScheme = "Bearer ";
    return base::equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)
               ? base::trim(value.substr(kScheme.size()))
               : value;
}

/// Calls `visit(pair, name)` for each `name=value` of a query string, as it is written.
template <typename Visit>
void for_each_pair(std::string_view query, const Visit& visit) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        visit(pair);
    }
}

/// The decoded value of a pair, if it has that name.
std::optional<std::string> value_of(std::string_view pair, std::string_view name) {
    plan::Outgoing outgoing;
    plan::read_query(pair, outgoing);
    if (outgoing.pairs.size() != 1 || outgoing.pairs.front().key != name) {
        return std::nullopt;
    }
    return std::string(outgoing.pairs.front().value);
}

}  // namespace

/// A request that was let through: keeps whose it is for as long as it lasts.
class KeyGate::Admitted final : public http::Call {
public:
    Admitted(const http::Identity* known, std::uint32_t key, std::string_view role) {
        if (known != nullptr) {
            identity_ = *known;
        }
        identity_.api_key = key;
        identity_.role = role;
    }
    void reject_answer() override { inner_->reject_answer(); }

    [[nodiscard]] const http::Identity& identity() const { return identity_; }
    void run(std::unique_ptr<http::Call> inner) { inner_ = std::move(inner); }

private:
    http::Identity identity_;
    std::unique_ptr<http::Call> inner_;  // ends first
};

KeyGate::KeyGate(const component::Wiring& wiring, const Rules& rules, http::Service& inner)
    : wiring_(wiring),
      asked_(rules.asked),
      declared_(rules.declared),
      limits_(rules.limits),
      inner_(inner),
      table_(declared_),
      place_(asked_.place_beside(declared_)),
      identifier_(asked_.identifier_beside(declared_)),
      challenge_(std::string(base::equal_ignoring_case(identifier_, kAuthorization) ? "Bearer"
                                                                                    : "ApiKey") +
                 " realm=\"" + component::quotable(wiring.plan.service.name) + '"'),
      missing_(wiring, kName, Code::KeyMissing),
      invalid_(wiring, kName, Code::KeyInvalid),
      forbidden_(wiring, kName, Code::KeyForbidden),
      limited_(wiring, kName, Code::RateLimited),
      accepted_(component::logins(wiring, kKind, "accepted")),
      refused_(component::logins(wiring, kKind, "refused")) {}

std::optional<KeyGate::Found> KeyGate::in_header(const http::Request& request) {
    const http::Field* found = nullptr;
    for (const http::Field& field : request.headers) {
        if (base::equal_ignoring_case(field.name, identifier_)) {
            if (found != nullptr) {
                return Found{{}, request};  // two keys are none
            }
            found = &field;
        }
    }
    if (found == nullptr) {
        return std::nullopt;
    }
    const bool bearer = base::equal_ignoring_case(identifier_, kAuthorization);
    return Found{std::string(bearer ? without_scheme(found->value) : found->value), request};
}

std::optional<KeyGate::Found> KeyGate::in_query(const http::Request& request) {
    const std::size_t mark = request.target.find('?');
    if (mark == std::string_view::npos) {
        return std::nullopt;
    }
    std::optional<Found> found;
    target_.assign(request.target.substr(0, mark));
    for_each_pair(request.target.substr(mark + 1), [&](std::string_view pair) {
        auto value = value_of(pair, identifier_);
        if (!value) {
            target_.append(target_.size() > mark ? "&" : "?").append(pair);
        } else if (found) {
            found->key.clear();  // two keys are none
        } else {
            found = Found{*std::move(value), request};
        }
    });
    if (found) {
        found->rest.target = target_;
    }
    return found;
}

const std::string* KeyGate::role_of(std::uint32_t key) const {
    if (asked_.any) {
        return &kAnyRole;
    }
    const std::vector<std::string>& own = declared_.keys[key].roles;
    const auto found = std::ranges::find_if(own, [this](const std::string& role) {
        return std::ranges::find(asked_.roles, role) != asked_.roles.end();
    });
    return found == own.end() ? nullptr : &*found;
}

std::unique_ptr<http::Call> KeyGate::call(const http::Request& request, http::Done done) {
    const auto found = place_ == KeyPlace::Header ? in_header(request) : in_query(request);
    if (!found) {
        return challenge(request, Missing::Yes, std::move(done));
    }
    const auto key = table_.find(found->key);
    if (!key) {
        return challenge(request, Missing::No, std::move(done));
    }
    const std::string* const role = role_of(*key);
    if (role == nullptr) {
        ++refused_;
        return forbidden_.refuse(request, "the key has none of the endpoint's roles",
                                 std::move(done));
    }
    if (limits_ != nullptr) {
        const auto verdict = limits_->take(*key, wiring_.loop.now());
        if (!verdict.admitted) {
            const auto seconds = std::chrono::ceil<std::chrono::seconds>(verdict.wait).count();
            const std::string wait = std::to_string(std::max<std::int64_t>(seconds, 1));
            const http::Field after{"Retry-After", wait};
            return limited_.refuse(request,
                                   {.detail = "the key is used too often", .headers = {&after, 1}},
                                   std::move(done));
        }
    }
    return pass_on(*found, *key, *role, std::move(done));
}

std::unique_ptr<http::Call> KeyGate::pass_on(const Found& found, std::uint32_t key,
                                             std::string_view role, http::Done done) {
    ++accepted_;
    http::Request passed = found.rest;
    if (!declared_.propagate_role.empty()) {
        fields_.clear();
        for (const http::Field& field : passed.headers) {
            if (!base::equal_ignoring_case(field.name, declared_.propagate_role)) {
                fields_.push_back(field);
            }
        }
        fields_.push_back({declared_.propagate_role, role});
        passed.headers = fields_;
    }
    auto admitted = std::make_unique<Admitted>(passed.identity, key, role);
    passed.identity = &admitted->identity();
    admitted->run(inner_.call(passed, std::move(done)));
    return admitted;
}

std::unique_ptr<http::Call> KeyGate::challenge(const http::Request& request, Missing missing,
                                               http::Done done) {
    ++refused_;
    component::Refusals& refusals = missing == Missing::Yes ? missing_ : invalid_;
    const http::Field field{"WWW-Authenticate", challenge_};
    return refusals.refuse(
        request,
        {.detail = missing == Missing::Yes ? "the request has no key" : "the key is not known",
         .headers = {&field, 1}},
        std::move(done));
}

}  // namespace aggregator::components
