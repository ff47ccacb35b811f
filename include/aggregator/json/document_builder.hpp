#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <aggregator/json/document.hpp>

namespace aggregator::json {

/// Makes a Document out of a text in another syntax than JSON, value by value: the root first, and
/// what belongs to an object or array before the next value beside it. The caller keeps the limits
/// of a Document.
class DocumentBuilder {
public:
    /// A value and the place in the text where it stands, or where the reader looks for it.
    struct Value {
        Kind kind = Kind::Null;
        std::size_t offset = 0;
        std::string text;  ///< a string's content, a number as JSON has it; else empty
    };
    struct Key {
        std::string text;
        std::size_t offset = 0;
    };

    explicit DocumentBuilder(std::string text);

    [[nodiscard]] const std::string& text() const { return document_.text_; }
    [[nodiscard]] std::size_t size() const { return document_.nodes_.size(); }

    /// Each adds a value and returns its index.
    std::uint32_t root(Value value);
    std::uint32_t element(std::uint32_t array, Value value);
    std::uint32_t member(std::uint32_t object, Key key, Value value);

    [[nodiscard]] Document finish() &&;

private:
    std::uint32_t add(std::uint32_t parent, Value value);

    Document document_;
};

}  // namespace aggregator::json
