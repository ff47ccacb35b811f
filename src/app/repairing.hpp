#pragma once

#include <cstddef>
#include <string>

#include <aggregator/lint/fix.hpp>

#include "app/lint_options.hpp"

namespace aggregator::app {

/// Repairs configurations as --fix and --diff want it: writes files, or prints to standard output.
class Repairing {
public:
    explicit Repairing(const LintOptions& options) : options_(options) {}

    /// Repairs one configuration; returns what is to be told about the files as they are then. What
    /// cannot be written is told on standard error.
    [[nodiscard]] lint::Result repair(const std::string& path);

    /// Tells on standard error how much was repaired; returns whether all could be written.
    [[nodiscard]] bool finish() const;

private:
    void show(const lint::Fix& fix);
    void write(const lint::Fix& fix);

    const LintOptions& options_;
    std::size_t repaired_ = 0;
    bool written_ = true;
};

}  // namespace aggregator::app
