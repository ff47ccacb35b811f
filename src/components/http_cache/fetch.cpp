#include "components/http_cache/fetch.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/cache/recording.hpp>

namespace aggregator::components {

namespace {

using http::Field;
using http::Response;
using http::Result;

constexpr int kNotModified = 304;
/// So much before its deadline a call is given up for a stored answer: its caller waits no longer.
constexpr auto kBeforeDeadline = std::chrono::microseconds(1);

bool is_condition(std::string_view name) {
    constexpr std::string_view kNames[] = {"If-None-Match", "If-Modified-Since", "If-Match",
                                           "If-Unmodified-Since", "If-Range"};
    return std::any_of(std::begin(kNames), std::end(kNames), [name](std::string_view one) {
        return base::equal_ignoring_case(one, name);
    });
}

/// Those of RFC 5861 4: others say what the request is worth.
bool is_outage(int status) { return status == 500 || (status >= 502 && status <= 504); }

}  // namespace

FetchCall::FetchCall(Caching& caching, const http::Request& request, Errand errand, http::Done done)
    : CachedCall(caching, request, std::move(done)),
      errand_(std::move(errand)),
      mark_(caching.index.mark()),
      asked_at_(caching.now()),
      settle_(caching.wiring.loop, [this] { std::exchange(settled_, {})(); }),
      give_up_(caching.wiring.loop, [this] { give_up(); }) {}

void FetchCall::start(const http::Request& request, http::Service& inner) {
    http::Request sent = request;
    std::vector<Field> fields;
    if (errand_.stores) {
        request_.keep(request);
        authorized_ = caching_.is_personal(request);
        no_store_ = cache::read_directives(request.headers).no_store;
        if (errand_.shares) {
            flight_.emplace(caching_.index.flights(), errand_.key);
        }
    }
    const cache::Entry* const stored = errand_.stores ? errand_.stored.get() : nullptr;
    if (stored != nullptr && !(stored->etag().empty() && stored->last_modified().empty())) {
        validates_ = true;
        fields = validating_fields(request.headers);
        sent.headers = fields;
    }
    if (caching_.now() < errand_.on_error_until && request.deadline != base::Time{}) {
        sent.deadline = request.deadline - kBeforeDeadline;
        give_up_.start_at(sent.deadline);
    }
    inner_ = inner.call(sent, [this](Result<Response> answer) { collect(std::move(answer)); });
}

void FetchCall::settle_with(std::function<void()> settled) { settled_ = std::move(settled); }

void FetchCall::reject_answer() {
    if (inner_) {
        inner_->reject_answer();
    }
}

std::vector<Field> FetchCall::validating_fields(http::Fields fields) const {
    std::vector<Field> sent;
    for (const Field& field : fields) {
        if (!is_condition(field.name)) {
            sent.push_back(field);
        }
    }
    if (!errand_.stored->etag().empty()) {
        sent.push_back({"If-None-Match", errand_.stored->etag()});
    }
    if (!errand_.stored->last_modified().empty()) {
        sent.push_back({"If-Modified-Since", errand_.stored->last_modified()});
    }
    return sent;
}

void FetchCall::collect(Result<Response> answer) {
    give_up_.stop();
    if (is_covered(answer)) {
        return give_stored(answer);
    }
    if (!answer) {
        const std::string_view code = base::row(answer.error().code).name;
        land(nullptr);
        caching_.note(
            asked_, errand_.stores ? Outcome::Miss : Outcome::Bypass,
            "aggregator; fwd=" + std::string(errand_.why) + "; detail=" + std::string(code));
        return finish(std::move(answer));
    }
    if (validates_ && answer->status == kNotModified) {
        return freshen(*answer);
    }
    take(std::move(*answer));
}

void FetchCall::give_up() {
    inner_.reset();
    give_stored(base::fail(base::Code::Timeout, "no answer before the deadline"));
}

bool FetchCall::is_covered(const Result<Response>& answer) const {
    if (caching_.now() >= errand_.on_error_until) {
        return false;
    }
    if (!answer) {
        return base::row(answer.error().code).fault == base::Fault::Backend;
    }
    return is_outage(answer->status) || answer->cut;
}

void FetchCall::give_stored(const Result<Response>& answer) {
    std::string status = "aggregator; fwd=stale";
    if (answer) {
        status += "; fwd-status=" + std::to_string(answer->status);
    } else {
        status.append("; detail=").append(base::row(answer.error().code).name);
    }
    land(errand_.stored);
    give(errand_.stored, {Outcome::Stale, std::move(status)});
}

void FetchCall::freshen(const Response& answer) {
    std::vector<Field> fields = cache::updated_fields(errand_.stored->headers(), answer.headers);
    std::vector<Field> now = fields;
    if (const Field* const age = http::find(answer.headers, "Age")) {
        now.push_back(*age);
    }
    const cache::Freshness freshness = cache::freshness_of(now, moment());
    const cache::EntryPtr old = errand_.stored;
    const auto entry = entry_of(old->status(), fields, freshness, old->body());
    const bool stored = cache::may_store(old->status(), fields, freshness,
                                         {.authorized = authorized_, .no_store = no_store_}) &&
                        put(entry);
    if (!stored) {
        caching_.index.remove(*old);
    }
    land(stored && entry->is_fresh(caching_.now()) ? entry : nullptr);
    give(entry, {Outcome::Revalidated, "aggregator; fwd=stale; fwd-status=304"});
}

void FetchCall::take(Response answer) {
    std::string status = "aggregator; fwd=" + std::string(errand_.why);
    if (errand_.stored != nullptr && errand_.stores) {
        status += "; fwd-status=" + std::to_string(answer.status);
    }
    const cache::Freshness freshness = cache::freshness_of(answer.headers, moment());
    if (!errand_.stores || !is_worth_storing(answer, freshness)) {
        if (errand_.stores && errand_.stored != nullptr && !is_outage(answer.status)) {
            caching_.index.remove(*errand_.stored);
        }
        if (errand_.shares) {
            caching_.index.flights().note_unshared(errand_.key, caching_.now());
        }
        land(nullptr);
        return pass_on(std::move(answer), std::move(status));
    }
    if (answer.stream) {
        record(answer, freshness);
        return pass_on(std::move(answer), status + "; stored");
    }
    const auto entry = entry_of(answer.status, answer.headers, freshness,
                                std::make_shared<const std::string>(answer.body));
    const bool stored = put(entry);
    land(stored && entry->is_fresh(caching_.now()) ? entry : nullptr);
    pass_on(std::move(answer), stored ? status + "; stored" : status);
}

void FetchCall::record(Response& answer, const cache::Freshness& freshness) {
    head_.emplace(Head{answer.status, {}, freshness});
    for (const Field& field : answer.headers) {
        head_->fields.emplace_back(field.name, field.value);
    }
    answer.stream = std::make_unique<cache::Recording>(
        caching_.wiring.loop, std::move(answer.stream),
        cache::Recording::Options{.bytes_max = caching_.settings.entry_bytes_max(),
                                  .done = [this](const auto& body) { keep_recorded(body); }});
}

void FetchCall::keep_recorded(const std::shared_ptr<const std::string>& body) {
    if (body == nullptr) {
        return land(nullptr);
    }
    std::vector<Field> fields;
    for (const auto& [name, value] : head_->fields) {
        fields.push_back({name, value});
    }
    const auto entry = entry_of(head_->status, fields, head_->freshness, body);
    land(put(entry) && entry->is_fresh(caching_.now()) ? entry : nullptr);
}

std::shared_ptr<cache::Entry> FetchCall::entry_of(int status, http::Fields fields,
                                                  const cache::Freshness& freshness,
                                                  std::shared_ptr<const std::string> body) const {
    const HttpCacheSettings& settings = caching_.settings;
    return std::make_shared<cache::Entry>(cache::Entry::Source{
        .key = errand_.key,
        .status = status,
        .headers = fields,
        .body = std::move(body),
        .selectors = cache::selectors_of(fields, request_.request().headers),
        .terms = cache::terms_of(freshness, caching_.now(),
                                 {.while_revalidate = settings.stale_while_revalidate,
                                  .if_error = settings.stale_if_error})});
}

bool FetchCall::put(const std::shared_ptr<cache::Entry>& entry) {
    const bool stored = caching_.index.put(entry, mark_);
    if (errand_.shares && !(stored && entry->is_fresh(caching_.now()))) {
        caching_.index.flights().note_unshared(errand_.key, caching_.now());
    }
    return stored;
}

bool FetchCall::is_worth_storing(const Response& answer, const cache::Freshness& freshness) const {
    if (answer.cut || was_redirected(answer) ||
        (answer.stream &&
         answer.stream->length().value_or(0) > caching_.settings.entry_bytes_max())) {
        return false;
    }
    const bool useful = freshness.lifetime.value_or(base::Duration::zero()) > freshness.age ||
                        freshness.directives.stale_if_error ||
                        freshness.directives.stale_while_revalidate ||
                        caching_.settings.stale_if_error > base::Duration::zero() ||
                        http::find(answer.headers, "ETag") != nullptr ||
                        http::find(answer.headers, "Last-Modified") != nullptr;
    return useful && cache::may_store(answer.status, answer.headers, freshness,
                                      {.authorized = authorized_, .no_store = no_store_});
}

/// What another target answered is not the answer of this one: its own was a redirect.
bool FetchCall::was_redirected(const Response& answer) const {
    const http::Sender& from = answer.from;
    const std::string_view target = request_.request().target;
    const auto& hosts = caching_.wiring.backend->hosts;
    const auto is_own = [&](const plan::Host& host) {
        return host.tls == from.tls && host.authority == from.authority &&
               from.target.starts_with(host.prefix) &&
               from.target.substr(host.prefix.size()) == target;
    };
    const bool own =
        hosts.empty() ? from.target == target : std::any_of(hosts.begin(), hosts.end(), is_own);
    return !from.authority.empty() && !own;
}

cache::Moment FetchCall::moment() const {
    return {.asked = asked_at_, .came = caching_.now(), .calendar = cache::calendar_now()};
}

void FetchCall::pass_on(Response answer, std::string status) {
    caching_.note(asked_, errand_.stores ? Outcome::Miss : Outcome::Bypass, status);
    const std::string_view shown = caching_.shown(status);
    // Whoever gets the answer may destroy this call: its fields live here.
    std::vector<Field> fields;
    if (!shown.empty()) {
        fields.assign(answer.headers.begin(), answer.headers.end());
        fields.push_back({"Cache-Status", shown});
        answer.headers = fields;
    }
    finish(std::move(answer));
}

void FetchCall::land(const cache::EntryPtr& entry) {
    if (flight_) {
        flight_->land(entry);
    }
    if (settled_) {
        settle_.start({});
    }
}

}  // namespace aggregator::components
