#pragma once

#include <string>

#include "lint/schema_keys.hpp"

namespace aggregator::lint {

/// Says in words what a schema asks for. Borrows the keys.
class SchemaWords {
public:
    explicit SchemaWords(const SchemaKeys& keys) : keys_(keys) {}

    /// What has to stand there: `a text`, `a list of objects`, `a whole number from 1 to 5`.
    [[nodiscard]] std::string type(const json::Node& schema) const;
    /// What alone may stand there, if it is listed: `"move", "append", "del"`; else empty.
    [[nodiscard]] std::string values(const json::Node& schema) const;
    /// The keys of the object that stands there, or of the objects in a list; else empty.
    [[nodiscard]] std::string members(const json::Node& schema) const;
    /// A value of the schema as it is written there, in one line.
    [[nodiscard]] std::string written(const json::Node& value) const;

private:
    [[nodiscard]] std::string named_type(const json::Node& node) const;
    [[nodiscard]] std::string range(const json::Node& node) const;

    const SchemaKeys& keys_;
};

}  // namespace aggregator::lint
