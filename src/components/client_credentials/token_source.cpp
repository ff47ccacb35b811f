#include "components/client_credentials/token_source.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/base64.hpp>

#include "components/client_credentials/token_answer.hpp"

namespace aggregator::components {

namespace {

using base::Code;

constexpr base::Duration kPauseMin = std::chrono::seconds(1);
constexpr base::Duration kPauseMax = std::chrono::seconds(60);
/// How often a failing server is asked because a request needs a token.
constexpr base::Duration kExtraEvery = std::chrono::seconds(1);
/// How often tokens are given up because a backend does not take them.
constexpr base::Duration kDropEvery = std::chrono::seconds(10);
constexpr std::uint64_t kAnswerBytesMax = std::uint64_t{64} << 10;
constexpr int kStatusOk = 200;
constexpr int kStatusBad = 400;
constexpr int kStatusUnauthorized = 401;

constexpr base::Metric kAge{"aggregator_client_token_age_seconds",
                            base::MetricKind::Gauge,
                            "How long ago the token for backends was got.",
                            {"source", "client"}};
constexpr base::Metric kFetches{"aggregator_client_token_fetches_total",
                                base::MetricKind::Counter,
                                "Requests for tokens for backends.",
                                {"source", "client", "outcome"}};
constexpr const base::Metric* kSourceMetrics[] = {&kAge, &kFetches};

std::string form_of(const ClientCredentialsSettings& settings) {
    std::string form;
    const auto& params = settings.endpoint_params;
    const bool has_type = std::any_of(params.begin(), params.end(),
                                      [](const auto& one) { return one.first == "grant_type"; });
    if (!has_type) {
        append_form(form, "grant_type", "client_credentials");
    }
    if (!settings.scopes.empty()) {
        append_form(form, "scope", settings.scopes);
    }
    for (const auto& [name, value] : params) {
        append_form(form, name, value);
    }
    return form;
}

bool is_refusal(int status) { return status == kStatusBad || status == kStatusUnauthorized; }

}  // namespace

TokenSource::TokenSource(component::Background& background, const plan::Plan& plan,
                         const ClientCredentialsSettings& settings)
    : background_(background),
      user_agent_(plan.user_agent),
      host_(settings.host),
      target_(settings.target),
      label_(settings.source()),
      client_name_(settings.client_id),
      basic_("Basic " + base::to_base64(form_encoded(settings.client_id) + ':' +
                                        form_encoded(settings.client_secret.reveal()))),
      form_(form_of(settings)),
      timeout_(settings.timeout),
      configured_(settings.style),
      style_(settings.style),
      pause_(kPauseMin) {
    append_form(form_id_, "client_id", settings.client_id);
    append_form(form_id_, "client_secret", settings.client_secret.reveal());
    background_.loop().post([this] { begin(); });
}

void TokenSource::begin() {
    // A redirect would carry the secret to somebody else.
    client_ = background_.client(host_, {.answer_bytes_max = kAnswerBytesMax, .redirects = false});
    refresh_.emplace(background_.loop(), [this] { fetch(); });
    deadline_.emplace(background_.loop(),
                      [this] { finish(base::fail(Code::Timeout, "no answer within `timeout`")); });
    fetch();
}

void TokenSource::fetch() {
    if (call_) {
        return;
    }
    refresh_->stop();
    const bool in_form = style_ == Style::Form;
    const std::string body = in_form ? form_ + '&' + form_id_ : form_;
    const http::Field fields[] = {{"Content-Type", "application/x-www-form-urlencoded"},
                                  {"Accept", "application/json"},
                                  {"User-Agent", user_agent_},
                                  {"Authorization", basic_}};
    http::Request request{};
    request.method = "POST";
    request.target = target_;
    request.headers = http::Fields(fields).first(in_form ? 3 : 4);
    request.body = body;
    request.deadline = background_.loop().now() + timeout_;
    deadline_->start(timeout_);
    call_ = client_->call(
        request, [this](http::Result<http::Response> answer) { finish(std::move(answer)); });
}

bool TokenSource::tries_form(int status) {
    if (!is_refusal(status) || style_ != Style::Auto) {
        return false;
    }
    style_ = Style::Form;
    return true;
}

void TokenSource::finish(http::Result<http::Response> answer) {
    deadline_->stop();
    if (answer && tries_form(answer->status)) {
        call_.reset();  // behind the answer, which it owns
        return fetch();
    }
    if (!answer) {
        fail(answer.error());
    } else if (answer->status != kStatusOk) {
        style_ = is_refusal(answer->status) ? configured_ : style_;
        fail({Code::BadStatus, "it answered with status " + std::to_string(answer->status)});
    } else if (answer->cut) {
        fail(*answer->cut);
    } else if (auto token = read_granted_token(answer->body); !token) {
        fail(token.error());
    } else {
        take(std::move(token->authorization), token->lifetime);
    }
    call_.reset();  // behind the answer, which it owns
    ++token_.answers;
    publish();
}

void TokenSource::take(std::string authorization, base::Duration lifetime) {
    token_.authorization = std::move(authorization);
    token_.dies_at = background_.loop().now() + lifetime;
    ++token_.number;
    pause_ = kPauseMin;
    fetches_.note_fetched();
    // 76 to 84 % of it: not all instances at the same time, and with time for another try.
    const auto share = 760 + static_cast<std::int64_t>(background_.loop().random() % 81);
    refresh_->start(std::max<base::Duration>(lifetime / 1000 * share, kPauseMin));
}

void TokenSource::fail(const base::Error& error) {
    fetches_.note_failed();
    const base::Time now = background_.loop().now();
    next_extra_ = now + kExtraEvery;
    background_.log().write(
        base::LogLevel::Warning,
        token_.is_alive(now) ? "no new token for backends: the older one serves"
                             : "no token for backends: calls that need it fail",
        {{"source", label_}, {"error", base::row(error.code).name}, {"detail", error.detail}});
    refresh_->start(pause_);
    pause_ = std::min(pause_ * 2, kPauseMax);
}

void TokenSource::want() {
    background_.loop().post([this] { answer_want(); });
}

void TokenSource::answer_want() {
    if (call_) {
        return;  // whoever asked is answered by what is under way
    }
    const base::Time now = background_.loop().now();
    if (token_.is_alive(now) || now < next_extra_) {
        ++token_.answers;
        return publish();
    }
    fetch();
}

void TokenSource::refuse(std::uint64_t number) {
    background_.loop().post([this, number] {
        const base::Time now = background_.loop().now();
        if (number == token_.number && now >= token_.next_drop) {
            token_.authorization.clear();
            token_.next_drop = now + kDropEvery;
            publish();  // the other workers do without it, too
        }
        answer_want();
    });
}

void TokenSource::publish() { published_.publish(std::make_shared<const FetchedToken>(token_)); }

void TokenSource::show(base::Figures& figures) const {
    fetches_.show(figures, base::Labels().with(label_).with(client_name_), kAge, kFetches);
}

base::Metrics token_source_metrics() { return kSourceMetrics; }

}  // namespace aggregator::components
