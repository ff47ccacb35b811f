#include "components/auth_validator/key_source.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>

namespace aggregator::components {

namespace {

using base::Code;

constexpr base::Duration kPauseMin = std::chrono::seconds(5);
constexpr base::Duration kPauseMax = std::chrono::seconds(60);
constexpr int kStatusOk = 200;

constexpr base::Metric kAge{"aggregator_jwks_age_seconds",
                            base::MetricKind::Gauge,
                            "How long ago the keys of tokens were fetched.",
                            {"source"}};
constexpr base::Metric kFetches{"aggregator_jwks_fetches_total",
                                base::MetricKind::Counter,
                                "Fetches of the keys of tokens.",
                                {"source", "outcome"}};
constexpr const base::Metric* kSourceMetrics[] = {&kAge, &kFetches};

/// `max-age` of a Cache-Control; nothing if it has none.
std::optional<std::chrono::seconds> max_age_of(http::Fields headers) {
    constexpr std::string_view kDirective = "max-age=";
    constexpr std::uint64_t kSecondsMax = 86'400ull * 365;
    const http::Field* const control = http::find(headers, "Cache-Control");
    std::string_view rest = control == nullptr ? std::string_view() : control->value;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view one = base::trim(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        if (base::equal_ignoring_case(one.substr(0, kDirective.size()), kDirective)) {
            if (const auto seconds = base::parse_decimal(one.substr(kDirective.size()))) {
                return std::chrono::seconds(std::min(*seconds, kSecondsMax));
            }
        }
    }
    return std::nullopt;
}

bool has_private_part(const FetchedKeys::Sets& sets) {
    return std::any_of(sets.begin(), sets.end(), [](const auto& set) {
        const auto& keys = set.second.keys();
        return std::any_of(keys.begin(), keys.end(),
                           [](const jose::Key& key) { return key.has_private_part(); });
    });
}

base::Duration shorter(base::Duration a, base::Duration b) {
    return a == base::Duration::zero() ? b : std::min(a, b);
}

}  // namespace

const jose::KeySet* FetchedKeys::find(jose::Algorithm algorithm) const {
    if (sets == nullptr) {
        return nullptr;
    }
    const auto found = sets->find(algorithm);
    return found == sets->end() ? nullptr : &found->second;
}

KeySource::KeySource(component::Background& background, const plan::Plan& plan, const KeyUrl& url)
    : background_(background),
      user_agent_(plan.user_agent),
      url_(url),
      label_(url.text.substr(0, url.text.find_first_of("?#"))),
      pause_(kPauseMin) {
    times_.lifetime = {};
    background_.loop().post([this] { begin(); });
}

void KeySource::serve(jose::Algorithm algorithm, const KeyTimes& times) {
    const bool is_first = algorithms_.empty();
    if (std::find(algorithms_.begin(), algorithms_.end(), algorithm) == algorithms_.end()) {
        algorithms_.push_back(algorithm);
    }
    times_.lifetime = shorter(times_.lifetime, times.lifetime);
    times_.cooldown = is_first ? times.cooldown : std::min(times_.cooldown, times.cooldown);
    times_.timeout = is_first ? times.timeout : std::min(times_.timeout, times.timeout);
    times_.stale = is_first ? times.stale : std::min(times_.stale, times.stale);
}

void KeySource::begin() {
    client_ = background_.client(url_.host,
                                 {.answer_bytes_max = jose::KeySet::kBytesMax, .redirects = true});
    refresh_.emplace(background_.loop(), [this] { fetch(); });
    deadline_.emplace(background_.loop(), [this] {
        finish(base::fail(Code::Timeout, "no answer within `jwk_timeout`"));
    });
    death_.emplace(background_.loop(), [this] { let_die(); });
    fetch();
}

void KeySource::fetch() {
    if (call_) {
        return;
    }
    refresh_->stop();
    const http::Field headers[] = {{"Accept", "application/jwk-set+json, application/json"},
                                   {"User-Agent", user_agent_}};
    http::Request request{};
    request.method = "GET";
    request.target = url_.target;
    request.headers = headers;
    request.deadline = background_.loop().now() + times_.timeout;
    deadline_->start(times_.timeout);
    call_ = client_->call(
        request, [this](http::Result<http::Response> answer) { finish(std::move(answer)); });
}

void KeySource::finish(http::Result<http::Response> answer) {
    deadline_->stop();
    if (!answer) {
        fail(answer.error());
    } else if (auto sets = read(*answer); !sets) {
        fail(sets.error());
    } else {
        take(std::move(*sets), *answer);
    }
    call_.reset();  // behind the answer, which it owns
    keys_.answered = last_asked_;
    publish();
}

base::Result<std::shared_ptr<const FetchedKeys::Sets>> KeySource::read(
    const http::Response& answer) const {
    const http::Field* const type = http::find(answer.headers, "Content-Type");
    if (answer.status != kStatusOk) {
        return base::fail(Code::BadStatus,
                          "it answered with status " + std::to_string(answer.status));
    }
    if (answer.cut) {
        return base::fail(*answer.cut);
    }
    if (type == nullptr || base::to_lower(type->value).find("json") == std::string::npos) {
        return base::fail(Code::BadResponse, "its answer is no JSON, by its Content-Type");
    }
    auto sets = std::make_shared<FetchedKeys::Sets>();
    for (const jose::Algorithm algorithm : algorithms_) {
        auto set = jose::KeySet::parse(answer.body, {algorithm, jose::Purpose::Verify});
        if (!set) {
            return base::fail(set.error());
        }
        sets->emplace(algorithm, std::move(*set));
    }
    return sets;
}

void KeySource::take(std::shared_ptr<const FetchedKeys::Sets> sets, const http::Response& answer) {
    base::Duration lifetime = times_.lifetime;
    if (const auto age = max_age_of(answer.headers)) {
        lifetime = std::min<base::Duration>(lifetime, std::max(*age, kServerLifetimeMin));
    }
    tell_skipped(*sets);
    tell_private(*sets);
    keys_.sets = std::move(sets);
    death_->start(lifetime + times_.stale);
    pause_ = kPauseMin;
    fetches_.note_fetched();
    // 72 to 88 % of it: not all instances at the same time, and with time for another try.
    const auto share = 720 + static_cast<std::int64_t>(background_.loop().random() % 161);
    refresh_->start(lifetime / 1000 * share);
}

void KeySource::fail(const base::Error& error) {
    fetches_.note_failed();
    background_.log().write(
        base::LogLevel::Warning,
        keys_.sets != nullptr ? "keys of tokens cannot be fetched: older ones serve"
                              : "keys of tokens cannot be fetched: requests with "
                                "tokens are answered with 503",
        {{"source", label_}, {"error", base::row(error.code).name}, {"detail", error.detail}});
    refresh_->start(pause_);
    pause_ = std::min(pause_ * 2, kPauseMax);
}

void KeySource::let_die() {
    keys_.sets = nullptr;
    background_.log().write(base::LogLevel::Warning,
                            "keys of tokens are too old: requests with tokens are answered with "
                            "503",
                            {{"source", label_}});
    publish();
}

void KeySource::tell_skipped(const FetchedKeys::Sets& sets) const {
    for (const auto& [algorithm, set] : sets) {
        const FetchedKeys::Sets* const before = keys_.sets.get();
        const auto old =
            before == nullptr ? FetchedKeys::Sets::const_iterator{} : before->find(algorithm);
        const bool is_known = before != nullptr && old != before->end() &&
                              old->second.skipped().size() == set.skipped().size();
        if (!set.skipped().empty() && !is_known) {
            background_.log().write(base::LogLevel::Warning, "keys of tokens are not used",
                                    {{"source", label_}, {"detail", set.skipped().front().why}});
        }
    }
}

void KeySource::tell_private(const FetchedKeys::Sets& sets) const {
    if (has_private_part(sets) && (keys_.sets == nullptr || !has_private_part(*keys_.sets))) {
        background_.log().write(base::LogLevel::Warning,
                                "keys of tokens are published with their private parts: whoever "
                                "can fetch them can sign tokens",
                                {{"source", label_}});
    }
}

std::uint64_t KeySource::want() {
    const std::uint64_t number = asked_.fetch_add(1, std::memory_order_relaxed) + 1;
    background_.loop().post([this, number] { extra(number); });
    return number;
}

void KeySource::extra(std::uint64_t number) {
    last_asked_ = std::max(last_asked_, number);
    if (call_) {
        return;  // whoever asked is answered by what is under way
    }
    const base::Time now = background_.loop().now();
    if (now < keys_.next_extra) {
        keys_.answered = last_asked_;
        return publish();
    }
    keys_.next_extra = now + times_.cooldown;
    fetch();
}

void KeySource::publish() { published_.publish(std::make_shared<const FetchedKeys>(keys_)); }

void KeySource::show(base::Figures& figures) const {
    fetches_.show(figures, base::Labels().with(label_), kAge, kFetches);
}

base::Metrics key_source_metrics() { return kSourceMetrics; }

}  // namespace aggregator::components
