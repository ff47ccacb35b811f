#pragma once

#include <aggregator/base/figures.hpp>
#include "app/worker.hpp"

namespace aggregator::app {

/// What holds for the process: the standard `process_…`, what runs, the limits in force, the log,
/// certificates. May read files of the system: not for a worker's thread.
void show_process(base::Figures& figures, const Shared& shared);

/// How late a worker's loop is, in seconds.
void show_lag(base::Figures& figures, unsigned worker, double seconds);

/// The metrics of both.
[[nodiscard]] base::Metrics process_metrics();

}  // namespace aggregator::app
