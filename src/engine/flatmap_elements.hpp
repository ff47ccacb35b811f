#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/plan/plan.hpp>

#include "engine/arena_writer.hpp"
#include "engine/members.hpp"
#include "engine/work.hpp"

namespace aggregator::engine {

/// The operations of a flatmap_filter that change each element of one list by itself, such as
/// `items.*.address.city` to `items.*.city`: they need no tree of all that is in the list. It is
/// read once, and every element is edited on the way. Holds nothing but memory that is used again.
class ElementEditor {
public:
    using Operations = std::span<const plan::FlatmapOperation>;

    /// Runs the operations that the list begins with and that are of this kind; returns the rest.
    /// Changed values are written to the arena, and the names of keys may be the operations' own.
    /// `members` have no name twice. Stops early once the work is too much, which `with` tells.
    [[nodiscard]] Operations apply(Operations operations, Members& members, const Resources& with);
    /// Frees what grew beyond the usual.
    void shrink();

private:
    using Path = std::span<const std::string>;

    void begin(Operations operations);
    /// The value with its list edited, the list being where `way` leads; nothing if nothing
    /// changed.
    [[nodiscard]] std::optional<std::string_view> edit(std::string_view value, Path way);
    /// Of an object on the way to the list, or of the list; none if it is too much work.
    [[nodiscard]] Members members_at(std::string_view object);
    [[nodiscard]] std::optional<std::string_view> edit_array(std::string_view array);
    [[nodiscard]] std::optional<std::string_view> edit_object(std::string_view object);
    /// Writes the element that a text begins with to `out`, edited.
    struct Element {
        std::size_t bytes = 0;  ///< of it, as it came
        bool changed = false;
    };
    Element write_object(std::string_view text, ArenaWriter& out);
    bool run_all();
    bool run(const plan::FlatmapOperation& operation);
    bool move(Path from, const std::string& name);
    /// Takes a value out of the members that lie `depth` levels below the element.
    [[nodiscard]] std::optional<std::string_view> take(Path path, std::size_t depth);
    /// The member of that name, `depth` levels below the element.
    [[nodiscard]] Members::iterator find_at(std::size_t depth, const std::string& name);
    bool rename(Path path, const std::string& name, std::size_t depth);
    /// Reads the members of the object that a text begins with, for editing. Returns how many bytes
    /// it has.
    std::size_t read(std::string_view element);
    /// Reads those of an object that lies `depth` levels below the element.
    void open(std::string_view object, std::size_t depth);
    /// None, if it is too much work.
    void keep_last(std::size_t depth);
    /// The members of that level as a value.
    [[nodiscard]] std::string_view written(std::size_t depth);

    Operations operations_;        ///< those of one list
    std::size_t shared_ = 0;       ///< segments of their paths up to the wildcard, which counts
    std::vector<Members> levels_;  ///< an element, and what is open below it
    json::Within within_{};  ///< what the first operation goes through is read with the element
    const Resources* with_ = nullptr;
};

}  // namespace aggregator::engine
