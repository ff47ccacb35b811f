#include <aggregator/cache/freshness.hpp>

#include <algorithm>
#include <array>
#include <chrono>

#include <aggregator/base/text.hpp>

namespace aggregator::cache {

namespace {

constexpr Duration kOldest = Seconds(std::int64_t{1} << 31);
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/// Reads a text from its front. After what does not fit, nothing fits any more.
class Reader {
public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    void skip(std::string_view text) {
        const bool fits = rest_.starts_with(text);
        fine_ = fine_ && fits;
        rest_.remove_prefix(fits ? text.size() : 0);
    }
    /// A number of so many digits; a space may stand for the first if `spaced`.
    int number(std::size_t digits, char filler = '0') {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = i < rest_.size() ? rest_[i] : '?';
            const bool fill = i == 0 && c == filler;
            fine_ = fine_ && (fill || (c >= '0' && c <= '9'));
            value = value * 10 + (fill || !fine_ ? 0 : c - '0');
        }
        rest_.remove_prefix(std::min(digits, rest_.size()));
        return value;
    }
    template <std::size_t N>
    std::size_t word(const std::array<std::string_view, N>& words) {
        const auto* const found = std::find_if(words.begin(), words.end(),
                                               [this](auto one) { return rest_.starts_with(one); });
        fine_ = fine_ && found != words.end();
        if (found == words.end()) {
            return 0;
        }
        rest_.remove_prefix(found->size());
        return static_cast<std::size_t>(found - words.begin());
    }
    void skip_letters() {
        while (!rest_.empty() && rest_.front() >= 'a' && rest_.front() <= 'z') {
            rest_.remove_prefix(1);
        }
    }
    [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_.front(); }
    [[nodiscard]] bool ended() const { return fine_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool fine_ = true;
};

struct Date {
    int year = 0;
    std::size_t month = 0;  // from 0
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

void read_time(Reader& in, Date& date) {
    date.hour = in.number(2);
    in.skip(":");
    date.minute = in.number(2);
    in.skip(":");
    date.second = in.number(2);
}

std::optional<std::int64_t> seconds_of(const Date& date) {
    const std::chrono::year_month_day day(std::chrono::year(date.year),
                                          std::chrono::month(static_cast<unsigned>(date.month) + 1),
                                          std::chrono::day(static_cast<unsigned>(date.day)));
    if (!day.ok() || date.hour > 23 || date.minute > 59 || date.second > 60) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days(day).time_since_epoch().count();
    return std::int64_t{days} * 86400 + date.hour * 3600 + date.minute * 60 + date.second;
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`, from behind the day's name.
void read_rfc850(Reader& in, Date& date, std::int64_t now) {
    date.day = in.number(2);
    in.skip("-");
    date.month = in.word(kMonths);
    in.skip("-");
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(now)));
    const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
    date.year = this_year / 100 * 100 + in.number(2);
    date.year -= date.year > this_year + 50 ? 100 : 0;
}

const http::Field* only(http::Fields fields, std::string_view name) {
    const http::Field* found = nullptr;
    for (const http::Field& field : fields) {
        if (base::equal_ignoring_case(field.name, name)) {
            if (found != nullptr) {
                return nullptr;
            }
            found = &field;
        }
    }
    return found;
}

Duration age_of(http::Fields fields) {
    const http::Field* const age = http::find(fields, "Age");
    if (age == nullptr) {
        return Duration::zero();
    }
    // Of several the first counts (RFC 9111 5.1); what cannot be read may be of any age.
    const std::string_view first = base::trim(age->value.substr(0, age->value.find(',')));
    const auto seconds = read_seconds(first);
    return seconds ? Duration(*seconds) : kOldest;
}

/// What `Expires` says; 0 if it cannot be read: it is the same as one in the past.
std::optional<Duration> time_to_expiry(http::Fields fields, std::int64_t sent,
                                       std::int64_t calendar) {
    if (http::find(fields, "Expires") == nullptr) {
        return std::nullopt;
    }
    const http::Field* const expires = only(fields, "Expires");
    const auto at = expires == nullptr ? std::nullopt : read_date(expires->value, calendar);
    const auto most = std::chrono::duration_cast<Seconds>(kOldest).count();
    return Seconds(at ? std::clamp<std::int64_t>(*at - sent, 0, most) : 0);
}

bool is_understood(int status) {
    constexpr int kKnown[] = {200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401,
                              403, 404, 405, 410, 414, 500, 501, 502, 503, 504};
    return std::find(std::begin(kKnown), std::end(kKnown), status) != std::end(kKnown);
}

bool varies_always(http::Fields fields) {
    bool found = false;
    for (const http::Field& field : fields) {
        if (base::equal_ignoring_case(field.name, "Vary")) {
            for_each_element(field.value,
                             [&found](std::string_view name) { found = found || name == "*"; });
        }
    }
    return found;
}

}  // namespace

std::optional<std::int64_t> read_date(std::string_view text, std::int64_t now) {
    Reader in(text);
    Date date;
    (void)in.word(kDays);
    if (in.next() == ' ') {  // `Sun Nov  6 08:49:37 1994`
        in.skip(" ");
        date.month = in.word(kMonths);
        in.skip(" ");
        date.day = in.number(2, ' ');
        in.skip(" ");
        read_time(in, date);
        in.skip(" ");
        date.year = in.number(4);
        return in.ended() ? seconds_of(date) : std::nullopt;
    }
    if (in.next() == ',') {  // `Sun, 06 Nov 1994 08:49:37 GMT`
        in.skip(", ");
        date.day = in.number(2);
        in.skip(" ");
        date.month = in.word(kMonths);
        in.skip(" ");
        date.year = in.number(4);
    } else {
        in.skip_letters();
        in.skip(", ");
        read_rfc850(in, date, now);
    }
    in.skip(" ");
    read_time(in, date);
    in.skip(" GMT");
    return in.ended() ? seconds_of(date) : std::nullopt;
}

std::int64_t calendar_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<Seconds>(now).count();
}

Freshness freshness_of(http::Fields fields, const Moment& moment) {
    Freshness found{.directives = read_directives(fields)};
    const http::Field* const date = only(fields, "Date");
    const auto sent = date == nullptr ? std::nullopt : read_date(date->value, moment.calendar);
    const Directives& directives = found.directives;
    if (directives.s_maxage || directives.max_age) {
        found.lifetime = directives.s_maxage ? *directives.s_maxage : *directives.max_age;
    } else {
        found.lifetime = time_to_expiry(fields, sent.value_or(moment.calendar), moment.calendar);
    }
    // One second is what whole seconds and clocks differ by.
    const std::int64_t behind = moment.calendar - sent.value_or(moment.calendar);
    const Duration apparent = Seconds(behind > 1 ? behind : 0);
    const Duration corrected = age_of(fields) + (moment.came - moment.asked);
    found.age = std::min(std::max(apparent, corrected), kOldest);
    return found;
}

bool may_store(int status, http::Fields fields, const Freshness& freshness,
               const Question& question) {
    const Directives& says = freshness.directives;
    if (status < 200 || status == 206 || status == 304 || question.no_store || says.no_store ||
        says.is_private || (says.must_understand && !is_understood(status))) {
        return false;
    }
    if (!freshness.lifetime && !says.no_cache) {
        return false;
    }
    if (http::find(fields, "Set-Cookie") != nullptr && !says.is_public) {
        return false;
    }
    if (question.authorized && !says.is_public && !says.must_revalidate && !says.s_maxage) {
        return false;
    }
    return !varies_always(fields);
}

}  // namespace aggregator::cache
