#include "admin/settings.hpp"

#include <chrono>
#include <limits>

#include <aggregator/base/text.hpp>
#include <aggregator/json/spans.hpp>
#include <aggregator/json/writer.hpp>
#include <aggregator/reading/times.hpp>

#include "admin/times.hpp"

namespace aggregator::admin {

namespace {

using config::ShadowLog;

constexpr std::string_view kEnabled = "enabled";
constexpr std::string_view kPercentageKey = "percentage";
constexpr std::string_view kMaxRate = "max_rate";
constexpr std::string_view kTimeout = "timeout";
constexpr std::string_view kLog = "log";
constexpr std::string_view kExpiresKey = "expires";

constexpr std::string_view kLogWords[] = {"off", "errors", "all"};  // like ShadowLog

std::string quoted(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

void read_max_rate(Fields& fields, Settings& out) {
    if (fields.is_null(kMaxRate)) {
        out.max_rate = 0;
        return;
    }
    fields.read(kMaxRate, out.max_rate,
                {0, 1e9, "a number of copies a second, or null for no limit"});
}

void read_timeout(Fields& fields, Settings& out) {
    std::string text;
    if (!fields.read(kTimeout, text)) {
        return;
    }
    const auto duration = reading::parse_duration(text);
    if (!duration || duration->count() <= 0 || *duration > config::kShadowTimeoutMax) {
        return fields.tell(
            kTimeout,
            "expected a duration of more than nothing and at most 24h, found " + quoted(text),
            "such as \"1500ms\" or \"2s\"");
    }
    out.timeout = duration->count();
}

void read_log(Fields& fields, Settings& out) {
    std::string text;
    if (!fields.read(kLog, text)) {
        return;
    }
    for (std::size_t i = 0; i < std::size(kLogWords); ++i) {
        if (kLogWords[i] == text) {
            out.log = static_cast<ShadowLog>(i);
            return;
        }
    }
    const auto near = base::closest(text, {std::begin(kLogWords), std::end(kLogWords)});
    fields.tell(kLog, "expected \"off\", \"errors\" or \"all\", found " + quoted(text),
                near ? "did you mean " + quoted(*near) + "?" : "");
}

void read_expires(Fields& fields, std::int64_t now, Settings& out) {
    std::string text;
    if (fields.is_null(kExpiresKey)) {
        out.expires = 0;
        return;
    }
    if (!fields.read(kExpiresKey, text)) {
        return;
    }
    const auto when = parse_expiry(text, now);
    if (!when) {
        return fields.tell(kExpiresKey,
                           "expected a time, a duration or null, found " + quoted(text),
                           "such as \"2030-01-31T12:00:00Z\" or \"24h\"");
    }
    if (*when <= now) {
        return fields.tell(kExpiresKey, "the time is over: " + quoted(text),
                           "to stop a shadow set \"enabled\" to false");
    }
    out.expires = *when;
}

constexpr SettingRow kSettingRows[] = {
    {kEnabled, [](const Settings& s) { return std::string(s.enabled ? "true" : "false"); },
     [](const Settings& from, Settings& to) { to.enabled = from.enabled; },
     [](Fields& fields, std::int64_t, Settings& out) {
         out.enabled = fields.truth(kEnabled).value_or(true);
     }},
    {kPercentageKey, [](const Settings& s) { return number_text(s.percentage); },
     [](const Settings& from, Settings& to) { to.percentage = from.percentage; },
     [](Fields& fields, std::int64_t, Settings& out) {
         fields.read(kPercentageKey, out.percentage, {0, 100, "a number from 0 to 100"});
     }},
    {kMaxRate, [](const Settings& s) { return s.max_rate > 0 ? number_text(s.max_rate) : "null"; },
     [](const Settings& from, Settings& to) { to.max_rate = from.max_rate; },
     [](Fields& fields, std::int64_t, Settings& out) { read_max_rate(fields, out); }},
    {kTimeout, [](const Settings& s) { return quoted(duration_text(s.timeout)); },
     [](const Settings& from, Settings& to) { to.timeout = from.timeout; },
     [](Fields& fields, std::int64_t, Settings& out) { read_timeout(fields, out); }},
    {kLog, [](const Settings& s) { return quoted(kLogWords[static_cast<std::size_t>(s.log)]); },
     [](const Settings& from, Settings& to) { to.log = from.log; },
     [](Fields& fields, std::int64_t, Settings& out) { read_log(fields, out); }},
    {kExpiresKey,
     [](const Settings& s) {
         return s.expires == 0 ? std::string("null") : quoted(instant_text(s.expires));
     },
     [](const Settings& from, Settings& to) { to.expires = from.expires; },
     [](Fields& fields, std::int64_t now, Settings& out) { read_expires(fields, now, out); }},
};

}  // namespace

std::span<const SettingRow> setting_rows() { return kSettingRows; }

Settings settings_of(const shadow::Controls& controls) {
    constexpr auto kOrder = std::memory_order_relaxed;
    return {.enabled = controls.enabled.load(kOrder),
            .percentage = controls.percentage.load(kOrder),
            .max_rate = controls.max_rate.load(kOrder),
            .timeout = controls.timeout.load(kOrder),
            .log = controls.log.load(kOrder),
            .expires = controls.expires.load(kOrder)};
}

Settings first_settings_of(const plan::Backend& shadow) {
    return settings_of(shadow::Controls(shadow.rules->config, shadow.shadow_timeout.count()));
}

void put(const Settings& settings, shadow::Controls& controls) {
    constexpr auto kOrder = std::memory_order_relaxed;
    controls.enabled.store(settings.enabled, kOrder);
    controls.percentage.store(settings.percentage, kOrder);
    controls.max_rate.store(settings.max_rate, kOrder);
    controls.timeout.store(settings.timeout, kOrder);
    controls.log.store(settings.log, kOrder);
    controls.expires.store(settings.expires, kOrder);
}

void Patch::apply(Settings& settings) const {
    for (std::size_t i = 0; i < std::size(kSettingRows); ++i) {
        if (has(i)) {
            kSettingRows[i].take(values, settings);
        }
    }
}

void Patch::merge(const Patch& later) {
    later.apply(values);
    given |= later.given;
}

std::string Patch::text() const {
    json::Writer out;
    out.object();
    for (std::size_t i = 0; i < std::size(kSettingRows); ++i) {
        if (has(i)) {
            out.key(kSettingRows[i].name).raw(kSettingRows[i].text(values));
        }
    }
    return std::move(out.end()).take();
}

Patch read_patch(Fields& fields, std::int64_t now) {
    fields.expect_only({kEnabled, kPercentageKey, kMaxRate, kTimeout, kLog, kExpiresKey});
    Patch patch;
    for (std::size_t i = 0; i < std::size(kSettingRows); ++i) {
        if (fields.has(kSettingRows[i].name)) {
            kSettingRows[i].read(fields, now, patch.values);
            patch.given |= 1u << i;
        }
    }
    return patch;
}

}  // namespace aggregator::admin
