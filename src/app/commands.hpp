#pragma once

#include "app/options.hpp"

namespace aggregator::app {

/// Each runs one command to its end and returns the program's exit status.
[[nodiscard]] int run(const Options& options);
[[nodiscard]] int check(const Options& options);
[[nodiscard]] int init(const Options& options);
[[nodiscard]] int lint(const Options& options);
[[nodiscard]] int routes(const Options& options);
[[nodiscard]] int fmt(const Options& options);
[[nodiscard]] int schema(const Options& options);
[[nodiscard]] int explain(const Options& options);
[[nodiscard]] int state(const Options& options);

}  // namespace aggregator::app
