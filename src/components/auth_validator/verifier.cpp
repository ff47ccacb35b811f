#include "components/auth_validator/verifier.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <aggregator/base/text.hpp>

namespace aggregator::components {

namespace {

using base::Code;
using jose::NamedBy;

tl::unexpected<base::Error> bad_token(std::string why) {
    return base::fail(Code::TokenInvalid, std::move(why));
}

/// The name by which a token calls its key in one of the ways; empty if it does not.
std::string_view name_by(const jose::Token& token, NamedBy by) {
    return by == NamedBy::Kid   ? token.names.kid
           : by == NamedBy::X5t ? token.names.x5t
                                : token.names.x5t_s256;
}

std::vector<NamedBy> ways_of(KeyNaming naming) {
    switch (naming) {
        case KeyNaming::X5t:
            return {NamedBy::X5t};
        case KeyNaming::X5tS256:
            return {NamedBy::X5tS256};
        case KeyNaming::KidThenX5t:
            return {NamedBy::Kid, NamedBy::X5t};
        case KeyNaming::Kid:
            break;
    }
    return {NamedBy::Kid};
}

/// Without `Bearer` in front.
std::string_view without_scheme(std::string_view value) {
    constexpr std::string_view kScheme = "bearer ";
    value = base::trim(value);
    if (base::equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) {
        value = base::trim(value.substr(kScheme.size()));
    }
    return value;
}

/// Calls `show(value)` for each cookie of that name in one Cookie header.
template <typename Show>
void each_cookie(std::string_view header, std::string_view name, const Show& show) {
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        const std::string_view pair = base::trim(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        if (pair.size() > name.size() && pair[name.size()] == '=' &&
            pair.substr(0, name.size()) == name) {
            show(pair.substr(name.size() + 1));
        }
    }
}

base::Result<void> check_content(const jose::Claims& claims, const ValidatorSettings& settings) {
    const json::Node* const issuer = claims.find("iss");
    if (!settings.issuer.empty() && (issuer == nullptr || issuer->kind != json::Kind::String ||
                                     issuer->text != settings.issuer)) {
        return bad_token("it is of another issuer");
    }
    const auto& audience = settings.audience;
    const auto fits = [&claims](const std::string& one) { return claims.is_for(one); };
    const bool is_meant = settings.audience_matcher == Matcher::All
                              ? std::all_of(audience.begin(), audience.end(), fits)
                              : std::any_of(audience.begin(), audience.end(), fits);
    if (!audience.empty() && !is_meant) {
        return bad_token("it is for another audience");
    }
    for (const std::string& name : settings.require_claims) {
        if (claims.find(name) == nullptr) {
            return bad_token("it has no claim `" + name + "`");
        }
    }
    return {};
}

}  // namespace

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

base::Result<void> check_times(const jose::Claims& claims, base::Duration leeway, double now) {
    const double slack = std::chrono::duration<double>(leeway).count();
    if (claims.expires() && now - slack >= *claims.expires()) {
        return base::fail(Code::TokenExpired, "it has expired");
    }
    if (claims.not_before() && now + slack < *claims.not_before()) {
        return base::fail(Code::TokenExpired, "it is not valid yet, by `nbf`");
    }
    if (claims.issued() && now + slack < *claims.issued()) {
        return base::fail(Code::TokenExpired, "it was issued in the future, by `iat`");
    }
    return {};
}

base::Result<jose::Token> read_token(std::string_view text, const ValidatorSettings& settings) {
    auto token = jose::Token::parse(text);
    if (!token) {
        return token;
    }
    if (token->algorithm != jose::row(settings.algorithm).name) {
        return bad_token("its algorithm is not the endpoint's");
    }
    const auto& types = settings.token_types;
    const bool fits = std::any_of(types.begin(), types.end(), [&token](const std::string& type) {
        return base::equal_ignoring_case(type, token->type);
    });
    if (!types.empty() && !fits) {
        return bad_token("its `typ` is not one of `token_types`");
    }
    return token;
}

bool names_key(const jose::Token& token, KeyNaming naming) {
    const std::vector<NamedBy> ways = ways_of(naming);
    return std::any_of(ways.begin(), ways.end(),
                       [&token](NamedBy by) { return !name_by(token, by).empty(); });
}

std::vector<const jose::Key*> keys_for(const jose::Token& token, KeyNaming naming,
                                       const std::vector<const jose::KeySet*>& sets) {
    std::vector<const jose::Key*> found;
    if (!names_key(token, naming)) {
        for (const jose::KeySet* const set : sets) {
            for (const jose::Key& key : set->keys()) {
                found.push_back(&key);
            }
        }
        if (found.size() > 1) {
            found.clear();  // trying them all would make one of many good enough
        }
        return found;
    }
    for (const jose::KeySet* const set : sets) {
        for (const NamedBy by : ways_of(naming)) {
            if (const jose::Key* const key = set->find(by, name_by(token, by))) {
                found.push_back(key);
                break;
            }
        }
    }
    return found;
}

base::Result<jose::Claims> verify(const jose::Token& token,
                                  const std::vector<const jose::Key*>& keys,
                                  const ValidatorSettings& settings, double now) {
    const bool is_signed = std::any_of(keys.begin(), keys.end(), [&](const jose::Key* key) {
        return key->verifies(settings.algorithm, token.input, token.signature);
    });
    if (!is_signed) {
        return bad_token("its signature is wrong");
    }
    auto claims = jose::Claims::parse(token.payload);
    if (!claims) {
        return claims;
    }
    if (const auto timely = check_times(*claims, settings.leeway, now); !timely) {
        return base::fail(timely.error());
    }
    if (const auto fits = check_content(*claims, settings); !fits) {
        return base::fail(fits.error());
    }
    return claims;
}

base::Result<std::optional<std::string_view>> find_token(const http::Request& request,
                                                         const ValidatorSettings& settings) {
    std::optional<std::string_view> in_header;
    std::optional<std::string_view> in_cookie;
    std::size_t headers = 0;
    std::size_t cookies = 0;
    for (const http::Field& field : request.headers) {
        if (base::equal_ignoring_case(field.name, settings.header)) {
            in_header = without_scheme(field.value);
            ++headers;
        } else if (base::equal_ignoring_case(field.name, "Cookie")) {
            each_cookie(field.value, settings.cookie, [&](std::string_view value) {
                in_cookie = value;
                ++cookies;
            });
        }
    }
    if (headers > 1 || (headers == 0 && cookies > 1)) {
        return bad_token("there are several of them");
    }
    return headers == 1 ? in_header : in_cookie;
}

}  // namespace aggregator::components
