#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <aggregator/reading/component.hpp>
#include <aggregator/reading/source.hpp>
#include <aggregator/reading/times.hpp>

#include <aggregator/reading/allowances.hpp>

namespace aggregator::reading {

/// Takes what is to be told about a configuration. What exceeds kDiagnosticsMax is counted and told
/// in one line.
class Report {
public:
    static constexpr std::size_t kDiagnosticsMax = 10000;

    explicit Report(Diagnostics& diagnostics, Readers readers = {})
        : diagnostics_(diagnostics), readers_(readers) {}

    void add(Diagnostic diagnostic);
    /// Notes what has no counterpart here and changes no answer: all of it is told in one advice,
    /// at the first place.
    void add_harmless(std::string_view name, Diagnostic place);
    /// The component of that name, if it stands in a folder of its own; else null.
    [[nodiscard]] const Reader* find_reader(std::string_view name) const;
    [[nodiscard]] Allowances& allowances() { return allowances_; }
    /// Adds the line about what was not told, if there is any.
    void close(const std::string& file);

private:
    void tell_harmless();

    Diagnostics& diagnostics_;
    Readers readers_;
    Allowances allowances_;
    std::vector<std::string> harmless_;
    Diagnostic harmless_place_;
    std::size_t untold_ = 0;
    std::size_t untold_errors_ = 0;
};

/// A value of a file on its way into the configuration, and where complaints about it go. Cheap to
/// copy; borrows all.
struct Value {
    const File& file;
    const json::Node& node;
    std::string_view key;  ///< under which it stands; empty in a list
    Report& report;

    [[nodiscard]] Value member(const json::Node::Entry& entry) const;
    [[nodiscard]] Value element(std::uint32_t index) const;
    [[nodiscard]] Source source() const { return {&file, &node}; }

    /// "`key`: " in front of a message; nothing in a list.
    [[nodiscard]] std::string label() const;

    void error(std::string rule, std::string message, std::string hint = {}) const;
    void warn(std::string rule, std::string message, std::string hint = {}) const;
    /// An error that says what was expected here, and what stands here instead.
    void wrong_type(std::string_view expected, std::string hint = {}) const;
    /// The same two for a member's key.
    void error_at(const json::Node::Entry& entry, std::string rule, std::string message) const;
    /// A diagnostic at the member's key, an error without a message.
    [[nodiscard]] Diagnostic key_of(const json::Node::Entry& entry, std::string rule) const;
    void warn_at(const json::Node::Entry& entry, std::string rule, std::string message,
                 std::string hint = {}) const;
};

/// Whether a key is a comment: it begins with `$`, `@`, `_` or `#`.
[[nodiscard]] bool is_comment(std::string_view key);

/// The text in backticks, cut if it is long.
[[nodiscard]] std::string quoted(std::string_view text);

/// The value for people: `the text "x"`, `the number 5`, `a list`.
[[nodiscard]] std::string described(const json::Node& node);

/// Tells every key that stands twice in one object of the file; keys that are comments may.
void check_duplicates(const File& file, Report& report);

}  // namespace aggregator::reading
