#include <aggregator/plan/labels.hpp>

#include <memory>
#include <vector>

namespace aggregator::plan {

namespace {

using Values = std::vector<std::string>;

}  // namespace

std::string label_of(const Endpoint& endpoint) {
    return endpoint.name.empty() ? endpoint.method + ' ' + endpoint.pattern : endpoint.name;
}

std::string label_of(const Backend& backend) {
    if (backend.rules != nullptr) {
        return backend.rules->config.name;
    }
    const std::string place = std::to_string(backend.index);
    if (!backend.hosts.empty()) {
        return place + ' ' + backend.hosts.front().authority;
    }
    return backend.discovery ? place + ' ' + backend.discovery->name : place;
}

base::LabelValues labels_of(const Endpoint& endpoint) {
    return std::make_shared<const Values>(Values{label_of(endpoint), endpoint.method});
}

base::LabelValues labels_of(const Endpoint& endpoint, const Backend& backend) {
    return std::make_shared<const Values>(Values{label_of(endpoint), label_of(backend)});
}

}  // namespace aggregator::plan
