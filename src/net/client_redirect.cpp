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

bool is_one_of(std::string_view name, const auto& names) {
    return std::any_of(names.begin(), names.end(), [name](std::string_view one) {
        return one.size() == name.size() && equal_ignoring_case(one, name);
    });
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

/// Takes out what may not be sent to where the request goes now.
void choose_fields(std::vector<http::Field>& fields, const Origin& from, Redirect& redirect,
                   const std::vector<std::string>& credentials) {
    const Origin& to = redirect.next.origin;
    if (redirect.followed == 1) {
        redirect.own_referer = http::find(fields, kReferer) != nullptr;
    }
    redirect.left_home = redirect.left_home || !is_same_origin(to, redirect.home);
    const bool drops_referer = !redirect.own_referer || (from.tls && !to.tls);
    std::erase_if(fields, [&](const http::Field& field) {
        return (redirect.left_home &&
                (is_credential(field.name) || is_one_of(field.name, credentials))) ||
               (redirect.drops_body && is_about_content(field.name)) ||
               (drops_referer && equal_ignoring_case(field.name, kReferer)) ||
               equal_ignoring_case(field.name, http::kRedirectsField);
    });
}

}  // namespace

bool ClientCall::can_repeat() const {
    if (body_kind_ == Body::None || answer_.status < kTemporaryRedirect) {
        return true;
    }
    return client_.options_.send_body_on_redirect &&
           (body_kind_ == Body::Whole || redirect_->holds_all);
}

std::optional<bool> ClientCall::redirect(http::Piece::State body) {
    const http::Field* const location = http::find(answer_.fields, "Location");
    if (location == nullptr || location->value.empty() || !can_repeat()) {
        return std::nullopt;
    }
    const bool redirected_here =
        (!redirect_ || redirect_->followed == 0) &&
        http::find(request_.request().headers, http::kRedirectsField) != nullptr;
    if (redirected_here || client_.options_.redirects == ClientOptions::Redirects::Never) {
        return std::nullopt;
    }
    auto next = resolve_location(location->value, origin(), target());
    if (next && !may_follow(next->origin)) {
        return std::nullopt;
    }
    if (next && redirect_ && redirect_->followed == kRedirectsMax) {
        next = base::fail(Code::TooManyRedirects, origin().authority + " redirected after " +
                                                      std::to_string(kRedirectsMax) +
                                                      " redirects had been followed");
    }
    if (!next) {
        fail(next.error());
        return false;
    }
    if (!redirect_) {
        redirect_ = std::make_unique<Redirect>(client_.pools_);
    }
    redirect_->next = std::move(*next);
    // Once a far host has chosen a path, it may have chosen the next one too.
    redirect_->from_afar = redirect_->from_afar || !codec().leads_near();
    judge_answer();
    redirect_->drops_body = answer_.status < kTemporaryRedirect;
    if (body == http::Piece::State::End || source_ != nullptr ||
        answer_.length.value_or(0) > kReadOffBytesMax) {
        follow();
        return false;
    }
    redirect_->reading_off = true;
    return true;
}

bool ClientCall::may_follow(const Origin& to) const {
    switch (client_.options_.redirects) {
        case ClientOptions::Redirects::Follow:
            return true;
        case ClientOptions::Redirects::WithinTls:
            return to.tls || !origin().tls;
        default:
            return is_same_origin(to, origin());
    }
}

bool ClientCall::read_off(const http::Piece& piece) {
    body_bytes_ += piece.bytes.size();
    if (piece.state != http::Piece::State::End && body_bytes_ <= kReadOffBytesMax) {
        return true;
    }
    follow();
    return false;
}

/// The connection is kept only if the redirect has been read to its end.
void ClientCall::follow() {
    http::BodyStream* const source = source_;
    end_exchange(Ending::Finished);
    source_ = redirect_->drops_body ? nullptr : source;
    if (redirect_->next.origin.tls) {
        if (const auto able = client_.pools_.need_tls(); !able) {
            return fail(able.error());
        }
    }
    const Origin from = origin();
    const std::string from_target = target();
    if (redirect_->followed++ == 0) {
        redirect_->home = from;
        client_.hosts_->let_go(*host_);
    }
    guard_redirect();
    redirect_->go(redirect_->next.origin, client_.hosts_->purpose());
    host_ = &redirect_->host;
    rewrite(from, from_target);
    body_begun_ = source_ != nullptr && !redirect_->held.empty();
    if (source_ == nullptr) {
        std::string().swap(redirect_->held);  // if there was any, it is in the request's bytes now
    }
    redirect_->reading_off = false;
    body_bytes_ = 0;
    opened_ = false;
    resent_ = false;
    connect(Pool::Wanted::Any);
}

/// The way home is the configured one, as long as no far host has chosen the path.
void ClientCall::guard_redirect() {
    redirect_->guard.reset();
    if (redirect_->from_afar || !is_same_origin(redirect_->next.origin, redirect_->home)) {
        const ForbiddenListener* const forbidden = client_.pools_.forbidden();
        redirect_->guard =
            RedirectGuard{.from_afar = redirect_->from_afar,
                          .forbidden = forbidden ? std::optional(*forbidden) : std::nullopt};
    }
}

void ClientCall::rewrite(const Origin& from, const std::string& from_target) {
    http::Request request = request_.request();
    std::vector<http::Field> fields(request.headers.begin(), request.headers.end());
    choose_fields(fields, from, *redirect_, client_.options_.credentials);
    const std::string referer = url_of(from, from_target);
    if (!redirect_->own_referer && (!from.tls || redirect_->next.origin.tls)) {
        fields.push_back({kReferer, referer});
    }
    const std::string followed = std::to_string(redirect_->followed);
    fields.push_back({http::kRedirectsField, followed});
    if (body_kind_ == Body::Streamed && source_ == nullptr) {
        request.body = redirect_->held;  // all of it
    }
    if (redirect_->drops_body) {
        request.body = {};
        if (request.method != "GET" && request.method != "HEAD") {
            request.method = "GET";
        }
    }
    request.target = redirect_->next.target;
    request.host = {};
    request.headers = fields;
    request.stream = source_;
    request.expects_continue = false;
    const http::OwnedRequest next(request);  // it views the one before
    request_.keep(next.request());
    prepare();
}

void ClientCall::leave_host() {
    if (on_own_host()) {
        client_.hosts_->let_go(*host_);
    }
}

}  // namespace aggregator::net
