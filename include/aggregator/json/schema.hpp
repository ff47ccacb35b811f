#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/json/document.hpp>

namespace aggregator::json {

/// What a schema gets to see of a value.
enum class Shown : std::uint8_t {
    Whole,
    Hollow,  ///< an object without its members
    Hidden,  ///< nothing: the object or array around it is as if it had no such element
};

/// Where a document does not keep to a schema.
struct Violation {
    const Node* node;     ///< the value; the member's own for a key that may not stand there
    std::string keyword;  ///< what was not kept: `type`, `enum`, `additionalProperties` ...
    std::string schema;   ///< pointer (RFC 6901) to the schema that has the keyword
};

/// A JSON Schema, draft 4, ready to be held against values. Immutable, but for one thread at a
/// time: patterns are matched in memory of its own.
class Schema {
public:
    using Show = std::function<Shown(const Node& node)>;

    /// Nothing if the text is no JSON object. References lead into the text itself; what stands
    /// beside one does not count. A pattern has no more than `^ $ . [] () | * + ? {}`.
    [[nodiscard]] static std::optional<Schema> compile(std::string_view text);

    Schema(Schema&& other) noexcept;
    Schema& operator=(Schema&& other) noexcept;
    ~Schema();

    /// The first violation in the value of a document, in the order of its text; nothing if the
    /// value keeps to the schema. `show` says what is seen of what the value contains.
    [[nodiscard]] std::optional<Violation> check(const Document& document, const Node& value,
                                                 const Show& show) const;

private:
    struct Compiled;

    explicit Schema(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> compiled_;
};

}  // namespace aggregator::json
