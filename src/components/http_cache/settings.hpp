#pragma once

#include <memory>

#include <aggregator/component/keeping.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// `qos/http-cache` of one backend.
struct HttpCacheSettings final : reading::Settings, component::Keeping {
    bool shared = false;        ///< one store with all others that say so
    bool status_header = true;  ///< where an endpoint has one backend
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_http_cache(const reading::Value& value);

}  // namespace aggregator::components
