#pragma once

#include <aggregator/component/component.hpp>

namespace aggregator::components {

/// `security/bot-detector`: refuses clients by their User-Agent, with 403. The service's section is
/// for everything but the built-in routes, an endpoint's for that endpoint; where both are, a
/// request has to pass both.
extern const component::Component kBotDetector;

}  // namespace aggregator::components
