#pragma once

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

/// The key that was meant by one that is not known; empty if there is no telling.
[[nodiscard]] std::string closest_key(std::string_view key);

}  // namespace aggregator::lint
