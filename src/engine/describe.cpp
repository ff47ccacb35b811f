#include "engine/describe.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/json/spans.hpp>
#include <aggregator/plan/forward.hpp>
#include <aggregator/plan/path.hpp>

namespace aggregator::engine {

namespace {

using http::Request;

/// Names and values; equal names stand together.
using Pairs = std::vector<std::pair<std::string, std::string_view>>;

// Of one hop, or told elsewhere.
constexpr std::array<std::string_view, 2> kUntold = {"Host", "Transfer-Encoding"};

std::string with_capitals(std::string_view name) {
    std::string out = base::to_lower(name);
    bool first = true;
    for (char& c : out) {
        if (first && c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
        first = c == '-';
    }
    return out;
}

// `{"name":["value","value"]}`.
std::string lists_of(Pairs pairs) {
    std::ranges::stable_sort(pairs, {},
                             [](const auto& pair) -> const std::string& { return pair.first; });
    std::string out = "{";
    const std::string* last = nullptr;
    for (const auto& [name, value] : pairs) {
        if (last == nullptr || *last != name) {
            out += last == nullptr ? "" : "],";
            json::append_string(out, name);
            out += ":[";
        } else {
            out += ',';
        }
        json::append_string(out, value);
        last = &name;
    }
    return out + (last == nullptr ? "}" : "]}");
}

/// `secrets` null: everything is shown.
std::string headers_of(const Request& request, const SecretNames* secrets) {
    Pairs pairs;
    for (const http::Field& field : request.headers) {
        const bool untold = std::ranges::any_of(kUntold, [&field](std::string_view name) {
            return base::equal_ignoring_case(field.name, name);
        });
        if (!untold) {
            const bool hidden = secrets != nullptr && secrets->has(field.name);
            pairs.emplace_back(with_capitals(field.name),
                               hidden ? SecretNames::kMask : field.value);
        }
    }
    return lists_of(std::move(pairs));
}

std::string query_of(std::string_view query, const SecretNames* secrets) {
    plan::Outgoing parsed;
    plan::read_query(query, parsed);
    Pairs pairs;
    for (const auto& pair : parsed.pairs) {
        const bool hidden = secrets != nullptr && secrets->has(pair.key);
        pairs.emplace_back(pair.key, hidden ? SecretNames::kMask : pair.value);
    }
    return lists_of(std::move(pairs));
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out.append(out.ends_with('{') ? "\"" : ",\"").append(name).append("\":");
    json::append_string(out, value);
}

}  // namespace

Echo describe_echo(const Request& request, std::string_view path) {
    const std::string_view query = plan::split_target(request.target).query;
    Echo echo;
    std::string& out = echo.before_body;
    out = "{";
    append_member(out, "req_uri", request.target);
    out += R"(,"req_uri_details":{)";
    append_member(out, "user", "");
    append_member(out, "host", request.host);
    append_member(out, "path", path);
    append_member(out, "query", query);
    append_member(out, "fragment", "");
    out += '}';
    append_member(out, "req_method", request.method);
    out.append(R"(,"req_querystring":)").append(query_of(query, nullptr)).append(R"(,"req_body":)");
    echo.after_body = R"(,"req_headers":)" + headers_of(request, nullptr) + '}';
    return echo;
}

Visit describe_visit(const Request& request, std::string_view param, const SecretNames& secrets) {
    return {.method = std::string(request.method),
            .url = secrets.masked_target(request.target),
            .query = query_of(plan::split_target(request.target).query, &secrets),
            .param = std::string(param),
            .headers = headers_of(request, &secrets)};
}

}  // namespace aggregator::engine
