#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace aggregator::json {

/// Writes JSON text value by value and puts the commas and colons where they belong. The caller
/// gives each member of an object a key, and ends what he began.
class Writer {
public:
    Writer& object();
    Writer& array();
    /// Ends the object or array that was begun last.
    Writer& end();

    Writer& key(std::string_view name);
    Writer& text(std::string_view value);
    Writer& number(std::uint64_t value);
    /// A finished JSON value.
    Writer& raw(std::string_view json);

    /// A whole member of an object.
    Writer& member(std::string_view name, std::string_view value) { return key(name).text(value); }
    Writer& count(std::string_view name, std::uint64_t value) { return key(name).number(value); }

    /// What was written.
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    void separate();
    Writer& open(char opener, char closer);

    std::string out_;
    std::string closers_;  // of what is open
    bool first_ = true;    // no comma belongs in front of what comes next
};

}  // namespace aggregator::json
