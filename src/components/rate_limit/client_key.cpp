#include "components/rate_limit/client_key.hpp"

#include <algorithm>
#include <span>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/address_set.hpp>
#include <aggregator/plan/path.hpp>

namespace aggregator::components {

namespace {

constexpr unsigned kHalf = 64;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The bits of an address that tell it from other clients' ones.
plan::AddressBits network_of(const plan::AddressBits& address, unsigned prefix) {
    const auto kept = [](std::uint64_t bits, unsigned count) {
        return count == 0 ? 0 : bits & (~std::uint64_t{0} << (kHalf - count));
    };
    return {kept(address.high, std::min(prefix, kHalf)),
            kept(address.low, prefix > kHalf ? prefix - kHalf : 0)};
}

void append_bits(std::string& out, std::uint64_t bits) {
    for (unsigned shift = 0; shift < kHalf; shift += 8) {
        out += static_cast<char>(bits >> shift & 0xFFU);
    }
}

}  // namespace

std::optional<std::string_view> cookie_of(http::Fields headers, std::string_view name) {
    for (const http::Field& field : headers) {
        if (!base::equal_ignoring_case(field.name, "Cookie")) {
            continue;
        }
        std::string_view rest = field.value;
        while (!rest.empty()) {
            const std::string_view pair = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
            const std::size_t equals = pair.find('=');
            if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) {
                continue;
            }
            std::string_view value = trimmed(pair.substr(equals + 1));
            if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
                value = value.substr(1, value.size() - 2);
            }
            return value;
        }
    }
    return std::nullopt;
}

ClientKey::ClientKey(const LimitSettings& limit, const plan::Plan& plan, std::string_view path)
    : limit_(limit), plan_(plan), param_(param_of(path, limit.key)) {}

std::optional<std::string_view> ClientKey::of(const http::Request& request) {
    if (limit_.strategy == Strategy::Ip) {
        return by_address(limit_.key.empty() ? plan::client_of(plan_, request)
                                             : plan::client_of(plan_.trusted_proxies,
                                                               std::span(&limit_.key, 1), request));
    }
    const auto value = value_of(request);
    if (value && !value->empty()) {
        made_.assign("=").append(*value);
        return made_;
    }
    switch (limit_.on_missing) {
        case LimitSettings::Missing::Ip:
            return by_address(plan::client_of(plan_, request));
        case LimitSettings::Missing::Shared:
            return std::string_view();
        default:
            return std::nullopt;
    }
}

std::optional<std::string_view> ClientKey::value_of(const http::Request& request) {
    const http::Identity* const identity = request.identity;
    switch (limit_.strategy) {
        case Strategy::Header: {
            const http::Field* const field = http::find(request.headers, limit_.key);
            return field == nullptr ? std::nullopt : std::optional(trimmed(field->value));
        }
        case Strategy::Param:
            return param_ && *param_ < request.params.size()
                       ? std::optional(request.params[*param_])
                       : std::nullopt;
        case Strategy::Cookie:
            return cookie_of(request.headers, limit_.key);
        case Strategy::Query:
            return in_query(request);
        case Strategy::Claim:
            return identity == nullptr || identity->claims == nullptr
                       ? std::nullopt
                       : identity->claims->text(limit_.key);
        case Strategy::ApiKey:
            if (identity == nullptr || !identity->api_key) {
                return std::nullopt;
            }
            number_ = std::to_string(*identity->api_key);
            return number_;
        default:
            return std::nullopt;
    }
}

std::optional<std::string_view> ClientKey::in_query(const http::Request& request) {
    query_.pairs.clear();
    plan::read_query(plan::split_target(request.target).query, query_);
    const auto found = std::find_if(query_.pairs.begin(), query_.pairs.end(),
                                    [this](const auto& pair) { return pair.key == limit_.key; });
    return found == query_.pairs.end() ? std::nullopt : std::optional(found->value);
}

std::string_view ClientKey::by_address(std::string_view client) {
    const auto address = plan::parse_network(client.substr(0, client.find('%')));
    if (!address) {
        made_.assign("?").append(client);
        return made_;
    }
    const bool v4 = address->is_v4;
    const plan::AddressBits bits =
        v4 ? address->range.first : network_of(address->range.first, limit_.ipv6_prefix);
    made_.assign(v4 ? "4" : "6");
    append_bits(made_, bits.high);
    append_bits(made_, bits.low);
    return made_;
}

}  // namespace aggregator::components
