#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace aggregator::growth {

/// Something whose cost must grow with its input, and not faster. `prepare(n)` makes an input of n
/// elements, which is not measured, and returns the work on it, which is.
struct Subject {
    std::string name;
    std::size_t size;  ///< the smallest of the three inputs: this, twice and four times this
    std::function<std::function<void()>(std::size_t)> prepare;
};
using Subjects = std::vector<Subject>;

// One function a room.
void add_http(Subjects& subjects);
void add_json(Subjects& subjects);
void add_format(Subjects& subjects);
void add_plan(Subjects& subjects);
void add_engine(Subjects& subjects);
void add_net(Subjects& subjects);
void add_lint(Subjects& subjects);

/// Ends the program with the text if it does not hold: a subject that fails early costs little and
/// would pass.
void require(bool holds, const std::string& text);

/// n texts made from their numbers, with `between` between them.
[[nodiscard]] std::string joined(std::size_t n, const std::string& between,
                                 const std::function<std::string(std::size_t)>& one);

}  // namespace aggregator::growth
