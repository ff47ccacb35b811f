#pragma once

namespace aggregator::app {

/// Sets how much freed memory the program keeps for itself instead of giving it back at once: what
/// is given back is mapped and zeroed again, page by page, for the next large answer. Once, before
/// there are threads.
void keep_freed_memory();

}  // namespace aggregator::app
