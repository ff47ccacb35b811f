#include <aggregator/cache/rendering.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>

namespace aggregator::cache {

namespace {

constexpr int kOk = 200;

std::optional<std::string> text_of(http::Fields fields, std::string_view name) {
    const http::Field* const field = http::find(fields, name);
    return field == nullptr ? std::nullopt : std::optional<std::string>(field->value);
}

/// When the stored answer was last changed, as far as is known.
std::optional<std::int64_t> changed_at(const Entry& entry, std::int64_t now) {
    if (!entry.last_modified().empty()) {
        return read_date(entry.last_modified(), now);
    }
    const http::Field* const date = http::find(entry.headers(), "Date");
    return date == nullptr ? std::nullopt : read_date(date->value, now);
}

/// Whether a range may be taken out of what is stored (RFC 9110 13.1.5).
bool range_applies(const Entry& entry, const Conditions& conditions) {
    if (!conditions.if_range) {
        return true;
    }
    const std::string_view wanted = *conditions.if_range;
    const bool strong = !entry.etag().empty() && !entry.etag().starts_with("W/");
    return (strong && wanted == entry.etag()) ||
           (!entry.last_modified().empty() && wanted == entry.last_modified());
}

}  // namespace

Conditions conditions_of(http::Fields request) {
    return {.none_match = text_of(request, "If-None-Match"),
            .modified_since = text_of(request, "If-Modified-Since"),
            .range = text_of(request, "Range"),
            .if_range = text_of(request, "If-Range")};
}

std::optional<ByteRange> read_range(std::string_view text, std::uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (!base::equal_ignoring_case(text.substr(0, kUnit.size()), kUnit)) {
        return std::nullopt;
    }
    const std::string_view range = base::trim(text.substr(kUnit.size()));
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto first = base::parse_decimal(range.substr(0, dash));
    const auto last = base::parse_decimal(range.substr(dash + 1));
    if (dash == 0) {  // the last so many bytes
        return last ? std::optional(ByteRange{size - std::min(*last, size), size}) : std::nullopt;
    }
    if (!first || (!last && dash + 1 != range.size()) || (last && *last < *first)) {
        return std::nullopt;
    }
    const std::uint64_t end = last ? std::min(*last, size - 1) + 1 : size;
    return *first >= size ? ByteRange{size, size} : ByteRange{*first, end};
}

bool is_known_to(const Entry& entry, const Conditions& conditions) {
    if (entry.status() != kOk) {
        return false;
    }
    if (conditions.none_match) {
        return lists_tag(*conditions.none_match, entry.etag());
    }
    if (!conditions.modified_since) {
        return false;
    }
    const std::int64_t now = calendar_now();
    const auto since = read_date(*conditions.modified_since, now);
    const auto changed = changed_at(entry, now);
    return since && changed && *changed <= *since;
}

http::Response Rendering::render(const Entry& entry, const Conditions& conditions,
                                 const Marks& marks) {
    fields_.assign(entry.headers().begin(), entry.headers().end());
    http::Response response;
    response.status = entry.status();
    response.body = *entry.body();
    if (is_known_to(entry, conditions)) {
        response.status = 304;
        response.body = {};
        drop_description();
    } else if (conditions.range && entry.status() == kOk && range_applies(entry, conditions)) {
        (void)take_range(entry, conditions, response);
    }
    const auto seconds = std::chrono::duration_cast<Seconds>(marks.age).count();
    age_.clear();
    base::append_decimal(age_, static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0)));
    fields_.push_back({"Age", age_});
    if (!marks.status.empty()) {
        fields_.push_back({"Cache-Status", marks.status});
    }
    response.headers = fields_;
    return response;
}

bool Rendering::take_range(const Entry& entry, const Conditions& conditions,
                           http::Response& response) {
    const std::uint64_t size = entry.body()->size();
    const auto range = size == 0 ? std::nullopt : read_range(*conditions.range, size);
    if (!range) {
        return false;
    }
    if (range->begin == range->end) {
        range_ = "bytes */" + std::to_string(size);
        response.status = 416;
        response.body = {};
        drop_description();
    } else {
        range_ = "bytes " + std::to_string(range->begin) + '-' + std::to_string(range->end - 1) +
                 '/' + std::to_string(size);
        response.status = 206;
        response.body = response.body.substr(range->begin, range->end - range->begin);
    }
    fields_.push_back({"Content-Range", range_});
    return true;
}

void Rendering::drop_description() {
    std::erase_if(fields_, [](const http::Field& field) {
        return base::equal_ignoring_case(field.name, "Content-Type") ||
               base::equal_ignoring_case(field.name, "Content-Encoding") ||
               base::equal_ignoring_case(field.name, "Content-Language");
    });
}

}  // namespace aggregator::cache
