#include "engine/secret_names.hpp"

#include <algorithm>
#include <array>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/forward.hpp>

namespace aggregator::engine {
namespace {

constexpr std::array<std::string_view, 10> kTelling = {
    "authorization", "cookie", "token",     "secret",     "password",
    "passwd",        "apikey", "accesskey", "credential", "signature"};
constexpr std::array<std::string_view, 9> kWhole = {"auth",    "code",      "jwt", "key", "pwd",
                                                    "session", "sessionid", "sid", "sig"};

/// `X-Api-Key` and `api_key` are spelled as `apikey`.
std::string squeezed(std::string_view name) {
    std::string out = base::to_lower(name);
    std::erase_if(out, [](char c) { return c == '-' || c == '_' || c == '.'; });
    return out;
}

/// A parameter's name, decoded where it can be.
std::string decoded_name(std::string_view name) {
    plan::Outgoing parsed;
    plan::read_query(name, parsed);
    return std::string(parsed.pairs.empty() ? name : parsed.pairs.front().key);
}

}  // namespace

SecretNames::SecretNames(const config::ServiceSettings& service)
    : credentials_(plan::credential_headers(service)) {}

bool SecretNames::has(std::string_view name) const {
    const std::string word = squeezed(name);
    return std::ranges::find(kWhole, word) != kWhole.end() ||
           std::ranges::any_of(
               kTelling, [&word](std::string_view one) { return word.find(one) != word.npos; }) ||
           std::ranges::any_of(credentials_, [name](const std::string& one) {
               return base::equal_ignoring_case(one, name);
           });
}

std::string SecretNames::masked_query(std::string_view query) const {
    std::string out;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals != pair.npos && has(decoded_name(pair.substr(0, equals)))) {
            out.append(pair.substr(0, equals + 1)).append(kMask);
        } else {
            out.append(pair);
        }
        out.append(query.substr(end, 1));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return out;
}

std::string SecretNames::masked_target(std::string_view target) const {
    const std::size_t mark = target.find('?');
    if (mark == target.npos) {
        return std::string(target);
    }
    return std::string(target.substr(0, mark + 1)).append(masked_query(target.substr(mark + 1)));
}

}  // namespace aggregator::engine
