#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <aggregator/json/document.hpp>
#include <aggregator/reading/diagnostic.hpp>

namespace aggregator::reading {

/// What the names of variables begin with that override a key of the service.
inline constexpr std::string_view kVariablePrefix = "AGGREGATOR_";

/// The variable that stands for a key of the service.
[[nodiscard]] std::string variable_of(std::string_view key);

/// A file of the configuration, kept so that later steps can say where a value stands. Or the
/// variables that override keys of the service: an object of texts, whose `path` is said in front
/// of a variable's name.
struct File {
    std::string path;
    json::Document document;
    bool is_environment = false;
};

/// Where an object of the configuration was written. Borrows from the Loaded that holds the files.
/// All are equal: where something stands says nothing of what it means.
struct Source {
    const File* file = nullptr;
    const json::Node* node = nullptr;
    const File* variables = nullptr;  ///< of the service: what they say counts, if there are any

    /// A value of the object: its key, and an element if it is a list.
    struct Spot {
        Spot(const char* name) : key(name) {}
        Spot(std::string_view name) : key(name) {}
        Spot(std::string_view name, std::size_t element)
            : key(name), index(static_cast<int>(element)) {}

        /// The key itself, not its value.
        [[nodiscard]] static Spot name(std::string_view name) {
            Spot spot(name);
            spot.is_name = true;
            return spot;
        }

        std::string_view key;
        int index = -1;  ///< -1: the list as a whole
        bool is_name = false;
    };

    /// A diagnostic at that value, or at the object itself if it has no such key.
    [[nodiscard]] Diagnostic at(Spot spot, std::string rule, std::string message,
                                std::string hint = {}) const;

    friend bool operator==(const Source&, const Source&) { return true; }
};

/// What the file has under a key of the object, letters compared as the format's keys are: exactly,
/// else without their case. Null if it has none, or `null`.
[[nodiscard]] const json::Node* written(const Source& object, std::string_view key);
/// That value as an object with members of its own; its `node` is null if there is none.
[[nodiscard]] Source part_of(const Source& object, std::string_view key);
/// `extra_config.<name>` of the object, also under the name that the component had long ago.
[[nodiscard]] Source component_of(const Source& object, std::string_view name);

}  // namespace aggregator::reading
