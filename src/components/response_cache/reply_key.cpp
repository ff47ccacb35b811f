#include "components/response_cache/reply_key.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

namespace aggregator::components {

namespace {

void add_all(std::vector<std::string>& names, const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
}

void make_unique(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

ReplyKey::ReplyKey(const plan::Endpoint& endpoint) {
    for (const plan::Backend& backend : endpoint.backends) {
        add_all(headers_, backend.headers.names);
        if (backend.sees_user_agent) {
            headers_.emplace_back("User-Agent");
        }
        queries_.all = queries_.all || backend.queries.all;
        add_all(queries_.names, backend.queries.names);
    }
    if (endpoint.output == plan::Output::Negotiate) {
        headers_.emplace_back("Accept");
    }
    make_unique(headers_);
    make_unique(queries_.names);
}

const std::string& ReplyKey::of(const http::Request& request) {
    key_.clear();
    add(request.host);
    for (const std::string_view param : request.params) {
        add(param);
    }
    if (queries_.all || !queries_.names.empty()) {
        const std::size_t mark = request.target.find('?');
        add_query(mark == std::string_view::npos ? std::string_view()
                                                 : request.target.substr(mark + 1));
    }
    for (const std::string& name : headers_) {
        key_ += '\n';
        for (const http::Field& field : request.headers) {
            if (base::equal_ignoring_case(field.name, name)) {
                add(field.value);
            }
        }
    }
    return key_;
}

/// With its length in front, so that no text can look like two.
void ReplyKey::add(std::string_view text) {
    base::append_decimal(key_, text.size());
    key_.append(":").append(text);
}

void ReplyKey::add_query(std::string_view query) {
    key_ += '?';
    plan::read_query(query, outgoing_);
    auto& pairs = outgoing_.pairs;
    std::erase_if(pairs, [this](const plan::Outgoing::Pair& pair) {
        return !queries_.all &&
               !std::binary_search(queries_.names.begin(), queries_.names.end(), pair.key);
    });
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const auto& one, const auto& other) { return one.key < other.key; });
    for (const plan::Outgoing::Pair& pair : pairs) {
        add(pair.key);
        add(pair.value);
    }
}

}  // namespace aggregator::components
