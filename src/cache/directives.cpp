#include <aggregator/cache/directives.hpp>

#include <algorithm>
#include <string>

#include <aggregator/base/text.hpp>

namespace aggregator::cache {

namespace {

constexpr Seconds kMost{std::int64_t{1} << 31};

constexpr bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Flag {
    std::string_view name;
    bool Directives::*member;
};
constexpr Flag kFlags[] = {
    {"no-store", &Directives::no_store},
    {"no-cache", &Directives::no_cache},
    {"private", &Directives::is_private},
    {"public", &Directives::is_public},
    {"must-revalidate", &Directives::must_revalidate},
    {"proxy-revalidate", &Directives::proxy_revalidate},
    {"must-understand", &Directives::must_understand},
    {"only-if-cached", &Directives::only_if_cached},
};

struct Number {
    std::string_view name;
    std::optional<Seconds> Directives::*member;
    Seconds missing{0};  // what it is without a value
};
constexpr Number kNumbers[] = {
    {"max-age", &Directives::max_age},
    {"s-maxage", &Directives::s_maxage},
    {"stale-if-error", &Directives::stale_if_error},
    {"stale-while-revalidate", &Directives::stale_while_revalidate},
    {"max-stale", &Directives::max_stale, kMost},
    {"min-fresh", &Directives::min_fresh, kMost},
};

/// The characters between the quotes. An escape in a number makes it none.
std::string_view unquoted(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

void read_one(std::string_view element, Directives& out) {
    const std::size_t equals = element.find('=');
    const std::string_view name = element.substr(0, equals);
    for (const Flag& flag : kFlags) {
        if (base::equal_ignoring_case(name, flag.name)) {
            out.*flag.member = true;
            return;
        }
    }
    for (const Number& number : kNumbers) {
        if (!base::equal_ignoring_case(name, number.name)) {
            continue;
        }
        const Seconds value =
            equals == std::string_view::npos
                ? number.missing
                : read_seconds(unquoted(element.substr(equals + 1))).value_or(Seconds{0});
        auto& member = out.*number.member;
        member = std::min(member.value_or(value), value);
        return;
    }
}

std::string_view opaque(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

std::optional<Seconds> read_seconds(std::string_view text) {
    if (!is_digits(text)) {
        return std::nullopt;
    }
    const auto number = base::parse_decimal(text);
    return number ? std::min(Seconds(static_cast<std::int64_t>(
                                 std::min<std::uint64_t>(*number, kMost.count()))),
                             kMost)
                  : kMost;
}

Directives read_directives(http::Fields fields) {
    Directives directives;
    for (const http::Field& field : fields) {
        if (base::equal_ignoring_case(field.name, "Cache-Control")) {
            for_each_element(field.value, [&directives](std::string_view element) {
                read_one(element, directives);
            });
        }
    }
    return directives;
}

void for_each_element(std::string_view list, const std::function<void(std::string_view)>& visit) {
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i <= list.size(); ++i) {
        if (i == list.size() || (list[i] == ',' && !quoted)) {
            const std::string_view element = base::trim(list.substr(begin, i - begin));
            if (!element.empty()) {
                visit(element);
            }
            begin = i + 1;
        } else if (list[i] == '"') {
            quoted = !quoted;
        } else if (list[i] == '\\' && quoted && i + 1 < list.size()) {
            ++i;
        }
    }
}

bool lists_tag(std::string_view list, std::string_view tag) {
    if (base::trim(list) == "*") {
        return true;
    }
    bool found = false;
    for_each_element(
        list, [&](std::string_view element) { found = found || opaque(element) == opaque(tag); });
    return found && !tag.empty();
}

}  // namespace aggregator::cache
