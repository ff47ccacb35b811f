#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aggregator::simulation {

/// How one backend's answers are reshaped; empty members ask for nothing. Paths in one list never
/// lie inside each other.
struct ShapeSpec {
    bool is_collection = false;
    std::string target;
    std::vector<std::string> allow;
    std::vector<std::string> deny;
    std::vector<std::pair<std::string, std::string>> mapping;
    std::string group;
};

/// A backend that answered in time: with which body, and how that is reshaped.
struct Answered {
    std::string body;
    ShapeSpec shape;
};

/// What an endpoint has to reply to whole, valid answers.
struct Merged {
    std::string body;
    bool complete = true;
};

/// The reply for the backends that answered, in the order of the configuration, worked out plainly:
/// each answer a tree, every step a copy. `width` is how many backends there are.
[[nodiscard]] Merged merged_reply(const std::vector<Answered>& answers, std::size_t width);

/// Whether two JSON texts say the same with their keys in the same order; false if one of them is
/// no JSON.
[[nodiscard]] bool same_json(const std::string& a, const std::string& b);

}  // namespace aggregator::simulation
