#include <aggregator/base/version.hpp>

namespace aggregator::base {

std::string_view version() { return AGGREGATOR_VERSION; }

}  // namespace aggregator::base
