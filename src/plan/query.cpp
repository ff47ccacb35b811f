#include "plan/query.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "plan/escape.hpp"

namespace aggregator::plan {

namespace {

using Pair = Outgoing::Pair;

/// Appends the bytes that form-encoded text stands for; false if an escape is malformed.
bool decode_form(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const auto byte = decode_escape(text, i);
        if (!byte) {
            return false;
        }
        out += *byte;
        i += 2;
    }
    return true;
}

bool passes_key(const Filter& filter, std::string_view key) {
    return filter.all ||
           std::find(filter.names.begin(), filter.names.end(), key) != filter.names.end();
}

void add_pair(const Filter& filter, std::string_view text, Outgoing& out) {
    if (text.empty() || text.find(';') != std::string_view::npos) {
        return;
    }
    const std::size_t equals = text.find('=');
    const auto key = decode_query_part(text.substr(0, equals), out.scratch);
    if (!key || !passes_key(filter, *key)) {
        return;
    }
    const auto value = equals == std::string_view::npos
                           ? std::optional(std::string_view{})
                           : decode_query_part(text.substr(equals + 1), out.scratch);
    if (value) {
        out.pairs.push_back({.key = *key, .value = *value});
    }
}

/// What stands between a target and its first forwarded parameter.
std::string_view separator_behind(std::string_view target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) {
        return "?";
    }
    return mark + 1 < target.size() ? "&" : "";
}

void read_pairs(const Filter& filter, std::string_view query, Outgoing& out) {
    out.pairs.clear();
    out.scratch.clear();
    out.scratch.reserve(
        query.size());  // what is decoded is never longer, so views into it stay valid
    for (std::size_t from = 0; from <= query.size();) {
        const std::size_t end = std::min(query.find('&', from), query.size());
        add_pair(filter, query.substr(from, end - from), out);
        from = end + 1;
    }
}

}  // namespace

std::optional<std::string_view> decode_query_part(std::string_view text, std::string& scratch) {
    if (text.find_first_of("%+") == std::string_view::npos) {
        return text;
    }
    const std::size_t begin = scratch.size();
    if (!decode_form(text, scratch)) {
        return std::nullopt;
    }
    return std::string_view(scratch).substr(begin);
}

void read_query(std::string_view query, Outgoing& out) {
    read_pairs({.all = true, .names = {}}, query, out);
}

void append_query(const Filter& filter, std::string_view query, Outgoing& out) {
    if (query.empty() || (!filter.all && filter.names.empty())) {
        return;
    }
    read_pairs(filter, query, out);
    const auto by_key = [](const Pair& a, const Pair& b) { return a.key < b.key; };
    if (!std::is_sorted(out.pairs.begin(), out.pairs.end(), by_key)) {
        std::stable_sort(out.pairs.begin(), out.pairs.end(), by_key);
    }
    std::string_view separator = separator_behind(out.target);
    for (const Pair& pair : out.pairs) {
        out.target += std::exchange(separator, "&");
        append_form_value(out.target, pair.key);
        out.target += '=';
        append_form_value(out.target, pair.value);
    }
}

}  // namespace aggregator::plan
