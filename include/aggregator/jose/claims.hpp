#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/jose/object.hpp>

namespace aggregator::jose {

/// What a token says of its subject (RFC 7519). Immutable.
class Claims {
public:
    /// Reads the payload of a token; TokenInvalid, with what is wrong: no sound object, or a time
    /// that is no number.
    [[nodiscard]] static base::Result<Claims> parse(std::string_view payload);

    /// In seconds since 1970; nothing if the token does not say it.
    [[nodiscard]] std::optional<double> expires() const { return expires_; }
    [[nodiscard]] std::optional<double> not_before() const { return not_before_; }
    [[nodiscard]] std::optional<double> issued() const { return issued_; }

    /// The claim of exactly that name, else the one at the path with dots through objects. A name
    /// that begins with `http` is never a path. Null if there is none.
    [[nodiscard]] const json::Node* find(std::string_view name) const;
    /// The same as text: a text as it is, a whole number in digits, another one with six decimals,
    /// the elements of a list with commas between them, anything else as JSON.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    /// The texts in a list, or the words of a text that spaces separate; all else is left out.
    [[nodiscard]] std::vector<std::string_view> words(std::string_view name) const;
    /// The texts of each element of a list, or of the one value.
    [[nodiscard]] std::vector<std::string> elements(std::string_view name) const;
    /// Whether `aud` is that text, or a list with it.
    [[nodiscard]] bool is_for(std::string_view audience) const;
    /// The object as it was sent.
    [[nodiscard]] const std::string& json() const { return object_.document().text(); }

private:
    explicit Claims(Object object) : object_(std::move(object)) {}

    [[nodiscard]] std::string text_of_node(const json::Node& node) const;

    Object object_;
    std::optional<double> expires_;
    std::optional<double> not_before_;
    std::optional<double> issued_;
};

}  // namespace aggregator::jose
