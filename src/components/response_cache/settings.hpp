#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/component/keeping.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// `qos/response-cache` of one endpoint.
struct ResponseCacheSettings final : reading::Settings, component::Keeping {
    reading::Duration ttl{};       ///< unless `ttl_of_backends`
    bool ttl_of_backends = false;  ///< as long as all answers may be used
    std::vector<std::string> methods{"GET", "HEAD"};
    std::vector<int> statuses{200};
    bool incomplete = false;  ///< replies with a part missing are stored too
    bool etag = true;

    [[nodiscard]] bool takes_method(std::string_view method) const;
    [[nodiscard]] bool takes_status(int status) const;
};

[[nodiscard]] std::shared_ptr<const reading::Settings> read_response_cache(
    const reading::Value& value);

}  // namespace aggregator::components
