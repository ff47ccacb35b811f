#include "plan/facts.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/path.hpp>

#include "plan/fields.hpp"
#include "plan/pattern.hpp"
#include "plan/query.hpp"

namespace aggregator::plan {

namespace {

using Subject = config::ShadowConditionConfig::Subject;

/// Cuts the text up to the next separator off, which goes too.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

}  // namespace

Facts::Facts(const Fact& fact, const http::Request& request, std::string& scratch)
    : fact_(fact), request_(request), scratch_(scratch) {
    if (fact.subject == Subject::Query) {
        rest_ = split_target(request.target).query;
    }
}

std::optional<std::string_view> Facts::next() {
    switch (fact_.subject) {
        case Subject::Header:
            return next_header(fact_.name);
        case Subject::Cookie:
            return next_cookie();
        case Subject::Query:
            return next_query();
        case Subject::Param:
            break;
    }
    return param();
}

std::optional<std::string_view> Facts::next_header(std::string_view name) {
    while (at_ < request_.headers.size()) {
        const http::Field& field = request_.headers[at_++];
        if (same_name(field.name, name)) {
            return field.value;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Facts::next_cookie() {
    while (true) {
        while (!rest_.empty()) {
            const std::string_view pair = base::trim(take_until(rest_, ';'));
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == fact_.name) {
                return pair.substr(equals + 1);
            }
        }
        const auto field = next_header("Cookie");
        if (!field) {
            return std::nullopt;
        }
        rest_ = *field;
    }
}

std::optional<std::string_view> Facts::next_query() {
    while (!rest_.empty()) {
        const std::string_view pair = take_until(rest_, '&');
        const std::size_t equals = std::min(pair.find('='), pair.size());
        scratch_.clear();
        // What is decoded is never longer, so views into it stay valid.
        scratch_.reserve(pair.size());
        const auto key = decode_query_part(pair.substr(0, equals), scratch_);
        if (pair.empty() || !key || *key != fact_.name) {
            continue;
        }
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        if (const auto decoded = decode_query_part(value, scratch_)) {
            return decoded;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Facts::param() {
    const std::string_view value =
        fact_.param < request_.params.size() ? request_.params[fact_.param] : std::string_view();
    return at_++ > 0 || value.data() == nullptr ? std::nullopt : std::optional(value);
}

std::optional<std::size_t> param_named(const std::vector<std::string>& params,
                                       std::string_view name) {
    const std::string wanted = capitalised(name);
    for (std::size_t i = params.size(); i-- > 0;) {
        if (capitalised(params[i]) == wanted) {
            return i;
        }
    }
    return std::nullopt;
}

}  // namespace aggregator::plan
