#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/json/document.hpp>

#include "admin/reply.hpp"

namespace aggregator::admin {

/// The members of a body that has to be one JSON object. What is wrong with it is gathered, so that
/// all is told at once; values that are not as expected leave what they would have changed.
class Fields {
public:
    explicit Fields(const std::string& body);

    /// Tells members that have none of these names, and those that stand twice.
    void expect_only(std::initializer_list<std::string_view> names);
    /// Tells a member that is not there.
    void require(std::string_view name);
    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    [[nodiscard]] bool is_null(std::string_view name) const;

    /// Each reads a member if it is there; true if it is as expected.
    bool read(std::string_view name, std::string& out);
    /// A number within both bounds.
    struct Bounds {
        double low;
        double high;
        std::string_view wanted;  ///< `a number from 0 to 100`
        bool whole = false;       ///< without decimals
    };
    bool read(std::string_view name, double& out, const Bounds& bounds);

    /// True or false, if it is there and is one of them.
    [[nodiscard]] std::optional<bool> truth(std::string_view name);

    /// Tells a member that was read and is not what is needed.
    void tell(std::string_view name, std::string detail, std::string hint = {});

    [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
    [[nodiscard]] bool sound() const { return faults_.empty(); }

private:
    [[nodiscard]] const json::Node* find(std::string_view name) const;
    [[nodiscard]] const json::Node* find(std::string_view name, json::Kind kind,
                                         std::string_view wanted);

    std::vector<Fault> faults_;
    json::Document document_;
};

}  // namespace aggregator::admin
