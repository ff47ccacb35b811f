#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::plan {

/// A compiled `url_pattern`: literal text with the endpoint's
/// parameters in it, each percent-encoded for the place where it lands. Immutable, shared by all
/// workers.
class Template {
public:
    Template() = default;

    /// What a pattern refers to and cannot have, for the compiler's diagnostics.
    struct Unknown {
        std::string name;
    };

    /// Compiles `pattern`; `params` are the names that the endpoint's path captures, in order:
    /// where two of them differ in the case of the first letter only, or not at all, the last one
    /// gives the value. A `respN_` or `JWT.` placeholder is a parameter if `params` has it with its
    /// first letter in upper case. A name that is neither is reported in `unknown`, once. A
    /// placeholder that has no parameter, or whose value is missing, goes out as `{{.Name}}`,
    /// percent-encoded. A fragment is dropped.
    [[nodiscard]] static Template compile(std::string_view pattern,
                                          std::span<const std::string> params,
                                          std::vector<Unknown>& unknown);

    /// Appends the request target without the forwarded query. `params` are the values of
    /// compile()'s names, one without data is missing; what is appended is a valid origin-form
    /// target whatever bytes they hold.
    void render(std::span<const std::string_view> params, std::string& out) const;

    /// Whether the values make a dot segment of the path that it has not by itself, in any of the
    /// disguises of http::holds_dot_segment().
    [[nodiscard]] bool climbs(std::span<const std::string_view> params) const;

    /// Whether the pattern has a query part of its own, be it empty.
    /// Which parameters it uses, as indices, ascending, each once.
    [[nodiscard]] std::vector<std::uint32_t> used() const;

private:
    enum class Place : std::uint8_t { Path, Query };
    static constexpr std::uint32_t kNoParam = ~std::uint32_t{0};
    struct Segment {
        std::string literal;             ///< already encoded
        std::uint32_t param = kNoParam;  ///< what follows the literal
        Place place = Place::Path;       ///< where the parameter lands
        std::string missing;             ///< what stands there without a value, encoded
    };

    void add_literal(std::string_view text);
    void add_param(std::uint32_t param, std::string_view name);
    [[nodiscard]] Segment& open_segment();
    /// The path that the values make, as it is before it is encoded.
    [[nodiscard]] std::string path_of(std::span<const std::string_view> params) const;

    std::vector<Segment> segments_;
    bool has_query_ = false;
    bool has_dots_ = false;  // a dot segment of its own
};

}  // namespace aggregator::plan
