#include <aggregator/cache/entry.hpp>

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/http/hops.hpp>

namespace aggregator::cache {

namespace {

// What an entry takes besides its texts, about: nodes of the workers' indexes too.
constexpr std::uint64_t kOverhead = 512;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [name](std::string_view one) {
        return base::equal_ignoring_case(one, name);
    });
}

bool is_kept(http::Fields all, std::string_view name) {
    return !http::is_hop_by_hop(name) && !http::is_named_hop(all, name) &&
           !is_one_of(name, {"Age", "Proxy-Authentication-Info", "Content-Length"});
}

bool has_name(http::Fields fields, std::string_view name) {
    return http::find(fields, name) != nullptr;
}

/// Without the spaces around commas that separate.
void append_list(std::string& out, std::string_view list) {
    for_each_element(list, [&out](std::string_view element) {
        out.append(out.empty() ? "" : ",").append(element);
    });
}

std::string in_one_order(std::string_view languages) {
    std::vector<std::string> all;
    for_each_element(languages,
                     [&all](std::string_view one) { all.push_back(base::to_lower(one)); });
    std::sort(all.begin(), all.end());
    std::string sorted;
    for (const std::string& one : all) {
        sorted.append(sorted.empty() ? "" : ",").append(one);
    }
    return sorted;
}

bool names(const std::vector<Selector>& selectors, std::string_view name) {
    return std::any_of(selectors.begin(), selectors.end(),
                       [name](const Selector& one) { return one.name == name; });
}

}  // namespace

std::optional<std::string> selecting_value(std::string_view name, http::Fields request) {
    std::optional<std::string> value;
    for (const http::Field& field : request) {
        if (base::equal_ignoring_case(field.name, name)) {
            value = std::move(value).value_or(std::string());
            append_list(*value, field.value);
        }
    }
    if (value && name == "accept-language") {
        return in_one_order(*value);
    }
    return value;
}

std::vector<Selector> selectors_of(http::Fields answer, http::Fields request) {
    std::vector<Selector> selectors;
    const auto add = [&](std::string_view written) {
        std::string name = base::to_lower(written);
        if (!names(selectors, name)) {
            auto value = selecting_value(name, request);
            selectors.push_back({std::move(name), std::move(value)});
        }
    };
    for (const http::Field& field : answer) {
        if (base::equal_ignoring_case(field.name, "Vary")) {
            for_each_element(field.value, add);
        }
    }
    if (has_name(answer, "Content-Encoding")) {
        add("accept-encoding");
    }
    return selectors;
}

Terms terms_of(const Freshness& freshness, Time received, const StaleDefaults& defaults) {
    const Directives& says = freshness.directives;
    Terms terms{.received = received,
                .age = freshness.age,
                .must_validate = says.no_cache,
                .forbids_stale = says.forbids_stale()};
    terms.fresh_until = received + freshness.lifetime.value_or(Duration::zero()) - freshness.age;
    // s-maxage forbids what the configuration allows, not what stands beside it (RFC 5861).
    const bool strict = says.must_revalidate || says.proxy_revalidate || says.no_cache;
    const auto after = [&](const std::optional<Seconds>& said, Duration otherwise) {
        const Duration allowed = said ? Duration(*said) : otherwise;
        const bool forbidden = said ? strict : terms.forbids_stale;
        return terms.fresh_until + (forbidden ? Duration::zero() : allowed);
    };
    terms.stale_while_revalidate_until =
        after(says.stale_while_revalidate, defaults.while_revalidate);
    terms.stale_if_error_until = after(says.stale_if_error, defaults.if_error);
    return terms;
}

Entry::Entry(const Source& source)
    : key_(source.key),
      status_(source.status),
      body_(source.body),
      selectors_(source.selectors),
      terms_(source.terms) {
    std::size_t size = 0;
    for (const http::Field& field : source.headers) {
        size += field.name.size() + field.value.size();
    }
    bytes_of_fields_.reserve(size);
    for (const http::Field& field : source.headers) {
        if (is_kept(source.headers, field.name)) {
            const std::string_view name = keep(field.name);
            fields_.push_back({name, keep(field.value)});
        }
    }
    if (const http::Field* const tag = http::find(fields_, "ETag")) {
        etag_ = tag->value;
    }
    if (const http::Field* const modified = http::find(fields_, "Last-Modified")) {
        last_modified_ = modified->value;
    }
    bytes_ = kOverhead + key_.size() + size + fields_.size() * sizeof(http::Field) + body_->size();
    used_.store(terms_.received.time_since_epoch().count(), std::memory_order_relaxed);
}

std::string_view Entry::keep(std::string_view text) {
    const std::size_t at = bytes_of_fields_.size();
    bytes_of_fields_.append(text);
    return std::string_view(bytes_of_fields_).substr(at);
}

bool Entry::fits(http::Fields request) const {
    return std::all_of(selectors_.begin(), selectors_.end(), [request](const Selector& one) {
        return selecting_value(one.name, request) == one.value;
    });
}

void Entry::count_in(std::shared_ptr<Account> account) {
    account_ = std::move(account);
    account_->bytes.fetch_add(bytes_, std::memory_order_relaxed);
    account_->entries.fetch_add(1, std::memory_order_relaxed);
}

void Entry::retire() const {
    if (live_.exchange(false, std::memory_order_acq_rel) && account_ != nullptr) {
        account_->bytes.fetch_sub(bytes_, std::memory_order_relaxed);
        account_->entries.fetch_sub(1, std::memory_order_relaxed);
    }
}

void Entry::touch(Time now) const {
    if (now - used() > Seconds(1)) {
        used_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    }
}

std::vector<http::Field> updated_fields(http::Fields stored, http::Fields answer) {
    const auto describes_body = [](std::string_view name) {
        return is_one_of(
            name, {"Content-Encoding", "Content-Length", "Content-MD5", "Content-Range", "ETag"});
    };
    std::vector<http::Field> fields;
    for (const http::Field& field : stored) {
        if (describes_body(field.name) || !has_name(answer, field.name)) {
            fields.push_back(field);
        }
    }
    for (const http::Field& field : answer) {
        if (!describes_body(field.name) && is_kept(answer, field.name)) {
            fields.push_back(field);
        }
    }
    return fields;
}

}  // namespace aggregator::cache
