// The part of ClientCall that goes where its backend sends it.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/http/hops.hpp>
#include "net/client_call.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using base::equal_ignoring_case;

constexpr unsigned kRedirectsMax = 10;
constexpr int kTemporaryRedirect = 307;
constexpr std::string_view kReferer = "Referer";
// A redirect's body is read so far for the sake of its connection; a new one is cheaper than more.
constexpr std::uint64_t kReadOffBytesMax = 64u << 10;

/// A request's head, read back from its bytes.
struct Head {
    std::string_view method;
    std::vector<http::Field> fields;  // without what the serializer adds
    std::string_view body;
};

bool is_one_of(std::string_view name, const auto& names) {
    return std::any_of(names.begin(), names.end(), [name](std::string_view one) {
        return one.size() == name.size() && equal_ignoring_case(one, name);
    });
}

bool is_serializers(std::string_view name) {
    static constexpr std::array<std::string_view, 5> kNames{
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"};
    return is_one_of(name, kNames);
}

bool is_credential(std::string_view name) {
    static constexpr std::array<std::string_view, 6> kNames{
        "Authorization", "Proxy-Authorization", "Cookie",
        "X-Api-Key",     "Www-Authenticate",    "Cookie2"};
    return is_one_of(name, kNames);
}

bool is_about_content(std::string_view name) {
    constexpr std::string_view kStart = "Content-";
    return equal_ignoring_case(name.substr(0, kStart.size()), kStart);
}

/// `authorization`: what was said to a proxy.
Head read_back(std::string_view bytes, std::string_view authorization) {
    Head head;
    head.method = bytes.substr(0, bytes.find(' '));
    std::size_t at = bytes.find("\r\n") + 2;
    for (;;) {
        const std::size_t end = bytes.find("\r\n", at);
        if (end == at) {
            head.body = bytes.substr(end + 2);
            return head;
        }
        const std::string_view line = bytes.substr(at, end - at);
        const std::size_t colon = line.find(':');
        const http::Field field{line.substr(0, colon), line.substr(colon + 2)};
        const bool proxys = !authorization.empty() && field.value == authorization &&
                            field.name == "Proxy-Authorization";
        if (!is_serializers(field.name) && !proxys) {
            head.fields.push_back(field);
        }
        at = end + 2;
    }
}

/// Takes out what may not be sent to where the request goes now.
void choose_fields(std::vector<http::Field>& fields, const Origin& from, Detour& detour,
                   const std::vector<std::string>& credentials) {
    const Origin& to = detour.next.origin;
    if (detour.followed == 1) {
        detour.own_referer = http::find(fields, kReferer) != nullptr;
    }
    detour.left_home = detour.left_home || !is_same_origin(to, detour.home);
    const bool drops_referer = !detour.own_referer || (from.tls && !to.tls);
    std::erase_if(fields, [&](const http::Field& field) {
        return (detour.left_home &&
                (is_credential(field.name) || is_one_of(field.name, credentials))) ||
               (detour.drops_body && is_about_content(field.name)) ||
               (drops_referer && equal_ignoring_case(field.name, kReferer)) ||
               equal_ignoring_case(field.name, http::kRedirectsField);
    });
}

}  // namespace

bool ClientCall::can_repeat() const {
    if (body_kind_ == Body::None || parser().status() < kTemporaryRedirect) {
        return true;
    }
    return client_.options_.send_body_on_redirect &&
           (body_kind_ == Body::Whole || detour_->holds_all);
}

std::optional<bool> ClientCall::redirect() {
    const http::Field* const location = http::find(parser().fields(), "Location");
    if (location == nullptr || location->value.empty() || !can_repeat()) {
        return std::nullopt;
    }
    const bool redirected_here =
        (!detour_ || detour_->followed == 0) &&
        http::find(read_back(bytes_, authorization_).fields, http::kRedirectsField) != nullptr;
    if (redirected_here || client_.options_.redirects == ClientOptions::Redirects::Never) {
        return std::nullopt;
    }
    auto next = resolve_location(location->value, origin(), target());
    if (next && !may_follow(next->origin)) {
        return std::nullopt;
    }
    if (next && detour_ && detour_->followed == kRedirectsMax) {
        next = base::fail(Code::TooManyRedirects, origin().authority + " redirected after " +
                                                      std::to_string(kRedirectsMax) +
                                                      " redirects had been followed");
    }
    if (!next) {
        fail(next.error());
        return false;
    }
    if (!detour_) {
        detour_ = std::make_unique<Detour>(client_.pools_);
    }
    detour_->next = std::move(*next);
    detour_->from_afar = !upstream_->leads_near();
    judge_answer();
    detour_->drops_body = parser().status() < kTemporaryRedirect;
    if (parser().complete()) {
        follow(ending());
        return false;
    }
    if (source_ != nullptr || parser().content_length().value_or(0) > kReadOffBytesMax) {
        follow(Ending::Ragged);
        return false;
    }
    carry_.clear();
    detour_->reading_off = true;
    return true;
}

bool ClientCall::may_follow(const Origin& to) const {
    return client_.options_.redirects == ClientOptions::Redirects::Follow ||
           is_same_origin(to, origin());
}

bool ClientCall::read_off(std::string_view input) {
    const auto batch = batch_from(input);
    body_bytes_ += batch ? batch->bytes.size() : 0;
    const bool whole = batch && parser().complete();
    if (batch && !whole && body_bytes_ <= kReadOffBytesMax) {
        return true;
    }
    follow(whole ? ending() : Ending::Ragged);
    return false;
}

void ClientCall::follow(Ending ending) {
    http::BodyStream* const source = source_;
    give_back(ending);
    source_ = detour_->drops_body ? nullptr : source;
    if (detour_->next.origin.tls) {
        if (const auto able = client_.pools_.need_tls(); !able) {
            return fail(able.error());
        }
    }
    const Origin from = origin();
    const std::string authorization(authorization_);
    if (detour_->followed++ == 0) {
        detour_->home = from;
        client_.hosts_->let_go(*host_);
    }
    guard_detour();
    detour_->go(detour_->next.origin, client_.hosts_->purpose());
    host_ = &detour_->host;
    rewrite(from, authorization);
    body_begun_ = source_ != nullptr && !detour_->held.empty();
    if (source_ == nullptr) {
        std::string().swap(detour_->held);  // if there was any, it is in the request's bytes now
    }
    detour_->reading_off = false;
    carry_.clear();
    body_bytes_ = 0;
    opened_ = false;
    received_ = false;
    resent_ = false;
    interim_answers_ = 0;
    connect(Pool::Wanted::Any);
}

/// The way home is the configured one, and not for a redirect to judge.
void ClientCall::guard_detour() {
    detour_->guard.reset();
    if (!is_same_origin(detour_->next.origin, detour_->home)) {
        const ForbiddenListener* const forbidden = client_.pools_.forbidden();
        detour_->guard =
            RedirectGuard{.from_afar = detour_->from_afar,
                          .forbidden = forbidden ? std::optional(*forbidden) : std::nullopt};
    }
}

void ClientCall::rewrite(const Origin& from, const std::string& authorization) {
    const std::string before = std::exchange(bytes_, {});
    Head head = read_back(before, authorization);
    const std::string referer =
        url_of(from, std::string_view(before).substr(target_at_, rest_at_ - target_at_));
    choose_fields(head.fields, from, *detour_, client_.options_.credentials);
    if (!detour_->own_referer && (!from.tls || detour_->next.origin.tls)) {
        head.fields.push_back({"Referer", referer});
    }
    const std::string followed = std::to_string(detour_->followed);
    head.fields.push_back({http::kRedirectsField, followed});
    if (detour_->drops_body) {
        body_kind_ = Body::None;
        head.body = {};
        if (head.method != "GET" && head.method != "HEAD") {
            head.method = "GET";
        }
    }
    http::Request request;
    request.method = head.method;
    request.target = detour_->next.target;
    request.headers = head.fields;
    request.body = body_kind_ == Body::Streamed ? std::string_view(detour_->held) : head.body;
    request.stream = source_;
    render(request);
}

void ClientCall::leave_host() {
    if (on_own_host()) {
        client_.hosts_->let_go(*host_);
    }
}

}  // namespace aggregator::net
