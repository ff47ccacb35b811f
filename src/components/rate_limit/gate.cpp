#include "components/rate_limit/gate.hpp"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "components/rate_limit/replies.hpp"

namespace aggregator::components {

namespace {

using base::Code;

constexpr std::string_view kRetryAfter = "Retry-After";
constexpr std::string_view kPolicy = "RateLimit-Policy";
constexpr std::string_view kState = "RateLimit";

Code code_of(const component::Wiring& wiring) {
    return wiring.endpoint == nullptr ? Code::ServiceLimited : Code::EndpointLimited;
}

std::string_view path_of(const component::Wiring& wiring) {
    return wiring.endpoint == nullptr ? std::string_view() : wiring.endpoint->pattern;
}

void append(std::string& list, std::string_view text) {
    list.append(list.empty() ? "" : ", ").append(text);
}

/// The reply with two more headers.
void give(http::Result<http::Response> reply, const std::vector<http::Field>& told,
          const http::Done& done) {
    if (!reply) {
        return done(std::move(reply));
    }
    std::vector<http::Field> fields(reply->headers.begin(), reply->headers.end());
    fields.insert(fields.end(), told.begin(), told.end());
    reply->headers = fields;
    done(std::move(reply));
}

}  // namespace

// style: parameters: they are what a limit consists of
LimitGate::LimitGate(const LimitPlace& place, const LimitSettings& limit, Buckets& buckets,
                     http::Service& inner)
    : loop_(place.wiring.loop),
      limit_(limit),
      buckets_(buckets),
      key_(limit, place.wiring.plan, path_of(place.wiring)),
      client_{
          quoted_name(place.client_name), {}, {place.wiring, place.component, Code::RateLimited}},
      common_{quoted_name(place.common_name),
              {},
              {place.wiring, place.component, code_of(place.wiring)}},
      missing_(place.wiring, place.component, Code::RateKeyMissing),
      admitted_(decisions(place.wiring.rows, place.metric, Decision::Admitted)),
      refused_(decisions(place.wiring.rows, place.metric, Decision::Refused)),
      key_missing_(decisions(place.wiring.rows, place.metric, Decision::KeyMissing)),
      inner_(inner) {
    if (buckets.clients) {
        client_.policy = policy_text(client_.quoted, buckets.clients->rate());
        append(policies_, client_.policy);
    }
    if (buckets.common) {
        common_.policy = policy_text(common_.quoted, buckets.common->rate());
        append(policies_, common_.policy);
    }
}

std::unique_ptr<http::Call> LimitGate::call(const http::Request& request, http::Done done) {
    const bool tells = limit_.headers == LimitSettings::Headers::Always;
    std::string state;
    if (buckets_.clients) {
        const auto client = key_.of(request);
        if (!client) {
            ++key_missing_;
            return missing_.refuse(request, "the request does not say who sends it",
                                   std::move(done));
        }
        const token_bucket::Verdict verdict = buckets_.clients->take(*client, loop_.now());
        if (!verdict.admitted) {
            return refuse(client_, verdict, request, std::move(done));
        }
        append(state, tells ? state_text(client_.quoted, verdict) : std::string());
    }
    if (buckets_.common) {
        const token_bucket::Verdict verdict = buckets_.common->take(loop_.now());
        if (!verdict.admitted) {
            return refuse(common_, verdict, request, std::move(done));
        }
        append(state, tells ? state_text(common_.quoted, verdict) : std::string());
    }
    ++admitted_;
    return tells && !policies_.empty() ? pass(std::move(state), request, std::move(done))
                                       : inner_.call(request, std::move(done));
}

// style: parameters: a request's two, and what is said to it
std::unique_ptr<http::Call> LimitGate::refuse(Side& side, const token_bucket::Verdict& verdict,
                                              const http::Request& request, http::Done done) {
    ++refused_;
    const std::string wait = std::to_string(seconds_of(verdict.wait));
    const std::string state = state_text(side.quoted, verdict);
    const http::Field fields[] = {{kRetryAfter, wait}, {kPolicy, side.policy}, {kState, state}};
    const std::size_t told = limit_.headers == LimitSettings::Headers::Off ? 1 : std::size(fields);
    return side.refusals.refuse(request, {.detail = "too many requests", .headers = {fields, told}},
                                std::move(done));
}

std::unique_ptr<http::Call> LimitGate::pass(std::string state, const http::Request& request,
                                            http::Done done) {
    return inner_.call(request, [this, state = std::move(state),
                                 done = std::move(done)](http::Result<http::Response> reply) {
        give(std::move(reply), {{kPolicy, policies_}, {kState, state}}, done);
    });
}

}  // namespace aggregator::components
