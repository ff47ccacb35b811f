#include "format/feed_date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>

#include <aggregator/base/text.hpp>

namespace aggregator::format {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::size_t kFractionDigitsMax = 9;

struct Zone {
    std::string_view name;
    int hours;
};
constexpr std::array kZones = {Zone{"z", 0},    Zone{"ut", 0},   Zone{"utc", 0},  Zone{"gmt", 0},
                               Zone{"est", -5}, Zone{"edt", -4}, Zone{"cst", -6}, Zone{"cdt", -5},
                               Zone{"mst", -7}, Zone{"mdt", -6}, Zone{"pst", -8}, Zone{"pdt", -7}};

struct Moment {
    int year = 0;
    unsigned month = 1;
    unsigned day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::string_view fraction;  ///< digits
    int offset_minutes = 0;
};

/// Takes a date apart from its beginning.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const { return rest_.empty(); }

    bool take(char c) {
        if (!rest_.starts_with(c)) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void skip_spaces() { rest_ = base::trim(rest_); }

    std::string_view letters() { return leading(is_letter); }
    std::string_view digits() { return leading(is_digit); }

    /// A number of so many digits.
    template <typename Number>
    bool number(Number& number, std::size_t digits_min, std::size_t digits_max) {
        const std::string_view found = digits();
        const auto value = base::parse_decimal(found);
        number = static_cast<Number>(value.value_or(0));
        return value && found.size() >= digits_min && found.size() <= digits_max;
    }

    /// The next two characters, which have to be digits.
    bool two_digits(int& number) {
        Reader pair(rest_.substr(0, 2));
        rest_.remove_prefix(std::min<std::size_t>(2, rest_.size()));
        return pair.number(number, 2, 2);
    }

private:
    static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view leading(bool (*wanted)(char)) {
        const auto end = std::ranges::find_if_not(rest_, wanted);
        const std::string_view found =
            rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(found.size());
        return found;
    }

    std::string_view rest_;
};

// hh:mm[:ss[.fraction]]
bool read_clock(Reader& reader, Moment& moment) {
    if (!reader.number(moment.hour, 1, 2) || !reader.take(':') ||
        !reader.number(moment.minute, 2, 2)) {
        return false;
    }
    if (!reader.take(':')) {
        return true;
    }
    if (!reader.number(moment.second, 2, 2)) {
        return false;
    }
    if (reader.take('.')) {
        moment.fraction = reader.digits().substr(0, kFractionDigitsMax);
    }
    return true;
}

// A name, or hours and minutes with a sign and perhaps a colon; nothing is UTC.
bool read_zone(Reader& reader, Moment& moment) {
    reader.skip_spaces();
    if (reader.done()) {
        return true;
    }
    const bool east = reader.take('+');
    if (!east && !reader.take('-')) {
        const std::string name = base::to_lower(reader.letters());
        const auto zone = std::ranges::find(kZones, name, &Zone::name);
        moment.offset_minutes = zone == kZones.end() ? 0 : zone->hours * 60;
        return zone != kZones.end();
    }
    int hours = 0;
    int rest = 0;
    if (!reader.two_digits(hours)) {
        return false;
    }
    reader.take(':');
    if (!reader.two_digits(rest)) {
        return false;
    }
    moment.offset_minutes = (hours * 60 + rest) * (east ? 1 : -1);
    return hours < 24 && rest < 60;
}

// yyyy[-mm[-dd[(T| )clock[zone]]]]
std::optional<Moment> read_iso(Reader reader) {
    Moment moment;
    if (!reader.number(moment.year, 4, 4)) {
        return std::nullopt;
    }
    if (reader.take('-') && !reader.number(moment.month, 2, 2)) {
        return std::nullopt;
    }
    if (reader.take('-') && !reader.number(moment.day, 2, 2)) {
        return std::nullopt;
    }
    const bool clock = reader.take('T') || reader.take('t') || reader.take(' ');
    if (clock && (!read_clock(reader, moment) || !read_zone(reader, moment))) {
        return std::nullopt;
    }
    return reader.done() ? std::optional(moment) : std::nullopt;
}

int full_year(int year) { return year >= 100 ? year : year + (year < 50 ? 2000 : 1900); }

// [day name,] day month year [clock [zone]]
std::optional<Moment> read_mail(Reader reader) {
    Moment moment;
    if (!reader.letters().empty()) {
        reader.take('.');
        reader.take(',');
        reader.skip_spaces();
    }
    if (!reader.number(moment.day, 1, 2)) {
        return std::nullopt;
    }
    reader.skip_spaces();
    const std::string name = base::to_lower(reader.letters()).substr(0, 3);
    const auto month = std::ranges::find(kMonths, name);
    reader.skip_spaces();
    if (month == kMonths.end() || !reader.number(moment.year, 2, 4)) {
        return std::nullopt;
    }
    moment.month = static_cast<unsigned>(month - kMonths.begin()) + 1;
    moment.year = full_year(moment.year);
    reader.skip_spaces();
    if (!reader.done() && (!read_clock(reader, moment) || !read_zone(reader, moment))) {
        return std::nullopt;
    }
    return reader.done() ? std::optional(moment) : std::nullopt;
}

std::string fraction_text(std::string_view digits) {
    digits = digits.substr(0, digits.find_last_not_of('0') + 1);
    return digits.empty() ? std::string() : "." + std::string(digits);
}

std::optional<std::string> in_utc(const Moment& moment) {
    namespace chrono = std::chrono;
    const chrono::year_month_day day{chrono::year(moment.year), chrono::month(moment.month),
                                     chrono::day(moment.day)};
    // A leap second is written as the second after it.
    if (!day.ok() || moment.hour > 23 || moment.minute > 59 || moment.second > 60) {
        return std::nullopt;
    }
    const auto point = chrono::sys_days(day) + chrono::hours(moment.hour) +
                       minutes(moment.minute - moment.offset_minutes) + seconds(moment.second);
    const auto days = chrono::floor<chrono::days>(point);
    const chrono::year_month_day date(days);
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) {
        return std::nullopt;
    }
    const auto rest = static_cast<int>((point - days).count());
    std::array<char, 32> text;
    const int size =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", year,
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      rest / 3600, rest / 60 % 60, rest % 60);
    std::string utc(text.data(), static_cast<std::size_t>(size));
    return utc + fraction_text(moment.fraction) + "Z";
}

}  // namespace

std::optional<std::string> utc_from(std::string_view date) {
    const Reader reader(base::trim(date));
    std::optional<Moment> moment = read_iso(reader);
    if (!moment) {
        moment = read_mail(reader);
    }
    return moment ? in_utc(*moment) : std::nullopt;
}

}  // namespace aggregator::format
