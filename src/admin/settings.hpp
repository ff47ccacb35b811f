#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <aggregator/config/shadow.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/shadow/controls.hpp>

#include "admin/fields.hpp"

namespace aggregator::admin {

/// What of a shadow can be changed while it runs, at one moment.
struct Settings {
    bool enabled = true;
    double percentage = 100;
    double max_rate = 0;       ///< 0: no limit
    std::int64_t timeout = 0;  ///< nanoseconds
    config::ShadowLog log = config::ShadowLog::Errors;
    std::int64_t expires = 0;  ///< nanoseconds since 1970; 0: never
};

/// One of them: how it is called and how it is read, shown and taken over.
struct SettingRow {
    std::string_view name;
    /// As a JSON value.
    std::string (*text)(const Settings& settings);
    void (*take)(const Settings& from, Settings& to);
    /// The body's member, which is there; `now` in nanoseconds since 1970.
    void (*read)(Fields& fields, std::int64_t now, Settings& out);
};

[[nodiscard]] std::span<const SettingRow> setting_rows();

/// As they are in force.
[[nodiscard]] Settings settings_of(const shadow::Controls& controls);
/// As they were written in the configuration, or made.
[[nodiscard]] Settings first_settings_of(const plan::Backend& shadow);
/// Each counts from the next request on.
void put(const Settings& settings, shadow::Controls& controls);

/// A change of some of the settings.
struct Patch {
    Settings values;
    std::uint32_t given = 0;  ///< a bit each, in the order of setting_rows()

    [[nodiscard]] bool has(std::size_t row) const { return (given >> row & 1u) != 0; }
    /// What it changes is changed in `settings`.
    void apply(Settings& settings) const;
    /// Takes over what `later` changes.
    void merge(const Patch& later);
    /// As a JSON object that read_patch() understands.
    [[nodiscard]] std::string text() const;
};

/// A change as a client sends it, or as it was stored.
[[nodiscard]] Patch read_patch(Fields& fields, std::int64_t now);

}  // namespace aggregator::admin
