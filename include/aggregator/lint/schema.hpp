#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The schemas of a configuration (JSON Schema, draft 4), one for each of its parts: what editors
/// complete and check with, what lint checks with, and what is known about a key.
namespace aggregator::lint {

/// The part that is the whole of a configuration's file.
inline constexpr std::string_view kWholeSchema = "service";

/// The names of the parts, in alphabetical order: `backend`, `endpoint`, `proxy` ...
[[nodiscard]] std::vector<std::string_view> schema_names();

/// The schema of a part as one document: what it refers to stands below its `definitions`. A part's
/// name may have `/` where a file's name has `-`. Nothing if there is no such part.
[[nodiscard]] std::optional<std::string> schema_of(std::string_view part);

/// What the schemas say about a key, for people, at every place where it may stand; empty if there
/// is no such key. A key is its name alone, a part of the way to it with dots, such as
/// `proxy.shadow`, or a JSON pointer. Begins and ends with no empty line.
[[nodiscard]] std::string explain_key(std::string_view key);

/// A key at one place, in words; what the reference shows of it.
struct KeyRow {
    std::string level;      ///< `service`, `endpoint` or `backend`
    std::string component;  ///< of `extra_config`; empty: it stands in the level itself
    std::string key;  ///< the way to it from there, as `sample.by`; empty: the component itself
    std::string type;
    std::string values;    ///< those that alone may stand there; empty: all of the type
    std::string fallback;  ///< the default, as it would be written; empty: there is none
    std::string meaning;
    std::string example;  ///< a value, as it would be written
    std::string since;
    bool required = false;
};

/// All keys, those of the service first, then those of endpoints, then those of backends; those of
/// one component stand together.
[[nodiscard]] std::vector<KeyRow> key_rows();

/// A component of the format's published version, or of this program alone.
struct ComponentRow {
    enum class Status : std::uint8_t { Same, Differs, Own, Missing };
    std::string name;
    std::string older;  ///< a name that it had long ago; empty: none
    std::string levels;
    Status status;
    std::string note;  ///< the differences, or what to use instead
};

/// All of them, by their names.
[[nodiscard]] std::vector<ComponentRow> component_rows();

/// "not here".
[[nodiscard]] std::string_view name_of(ComponentRow::Status status);

/// The key that was meant by one that is not known; empty if there is no telling.
[[nodiscard]] std::string closest_key(std::string_view key);

}  // namespace aggregator::lint
