#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <aggregator/reading/source.hpp>

/// The part of a configuration that a component owns. Whoever reads the rest of it knows neither
/// the keys nor the meaning: a component's own code reads them, and finds them again in the plan.
namespace aggregator::reading {

struct Value;

/// What a component's code made of its keys. Immutable from then on; a configuration and the plan
/// that is compiled from it share it.
class Settings {
public:
    virtual ~Settings() = default;
};

/// A component that is in force at the service, an endpoint or a backend.
struct InForce {
    std::string_view name;  ///< its short name; lives as long as the program
    std::shared_ptr<const Settings> settings;
};

/// The same while the files are there.
struct Configured : InForce {
    Source source;  ///< what is written under its name

    /// A component's keys are known to itself alone: what is written stands for what it means.
    friend bool operator==(const Configured& a, const Configured& b) {
        return a.name == b.name && a.source.file->document.compact(*a.source.node) ==
                                       b.source.file->document.compact(*b.source.node);
    }
};

/// What stands beside a component, once all of its place was read.
struct Beside {
    std::string_view path;  ///< of an endpoint, as written: `/users/{id}`; empty at the service
    std::span<const Configured> components;
};

/// How a component is read.
struct Reader {
    std::string_view name;  ///< the short one
    std::uint8_t levels;    ///< where it is supported, as bits of Levels
    /// Reports every mistake. Null if nothing is to be in force, because it is off or is wrong.
    std::shared_ptr<const Settings> (*read)(const Value& value);
    /// Reports what does not fit the service or the endpoint that it stands at; null: nothing can.
    void (*check)(const Value& value, const Settings& settings, const Beside& beside) = nullptr;
    /// As `read` at the service, if it has other keys there; null: it has not.
    std::shared_ptr<const Settings> (*read_at_service)(const Value& value) = nullptr;
};

/// Those that this program has. Outlive every configuration that was read with them.
using Readers = std::span<const Reader>;

/// The settings of that component among those that are in force at one place; null if it is not.
template <typename T, typename All>
[[nodiscard]] const T* settings_of(const All& components, std::string_view name) {
    for (const InForce& one : components) {
        if (one.name == name) {
            return static_cast<const T*>(one.settings.get());
        }
    }
    return nullptr;
}

}  // namespace aggregator::reading
