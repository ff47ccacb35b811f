#pragma once

#include <string>

#include <aggregator/reading/value.hpp>

namespace aggregator::reading {

/// A password, key or other secret as text. In a configuration it is a text, `{"file": "path"}` or
/// `{"env": "NAME"}`; files are read when the configuration is, and lose one line end at their end.
/// Nothing that is told about it repeats it, and nothing prints it: whoever uses it asks for it.
class Secret {
public:
    static constexpr std::size_t kBytesMax = std::size_t{64} << 10;

    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    friend bool operator==(const Secret& a, const Secret& b) { return a.text_ == b.text_; }

private:
    std::string text_;
};

/// What a message says of a value that may be a secret: its kind alone.
[[nodiscard]] std::string described_secret(const Value& value);

namespace strict {

/// Reads a secret that is not empty; tells what is wrong, and leaves `secret` as it was then.
void read(const Value& value, Secret& secret);

}  // namespace strict

}  // namespace aggregator::reading
