#include "lint/rules/shadows.hpp"

namespace aggregator::lint {

namespace {

/// The object that has the last name of a dotted key; no node if it is not written.
Source holder_of(Source object, std::string_view key) {
    for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
        object = part_of(object, key.substr(0, dot));
        key.remove_prefix(dot + 1);
    }
    const bool has = object.node != nullptr && written(object, key) != nullptr;
    return has ? object : Source();
}

}  // namespace

const plan::Backend* plan_of(const Subject& subject, std::size_t endpoint, std::size_t backend) {
    if (subject.plan == nullptr) {
        return nullptr;
    }
    const auto& shadows = subject.plan->endpoints[endpoint].shadows;
    const auto found = std::find_if(shadows.begin(), shadows.end(),
                                    [backend](const auto& one) { return one.index == backend; });
    return found == shadows.end() ? nullptr : &*found;
}

std::string title_of(const Shadow& shadow) {
    return "the shadow " + quoted(shadow.config.name) + " of " + title_of(shadow.endpoint);
}

ShadowSpot spot_of(const Subject& subject, const Shadow& shadow, std::string_view key) {
    const std::string_view last = key.substr(key.rfind('.') + 1);
    for (const Source& object : {shadow.config.source, subject.service.shadow.defaults.source}) {
        if (const Source holder = holder_of(object, key); holder.node != nullptr) {
            return {.source = holder, .key = last};
        }
    }
    return {.source = shadow.config.source, .key = {}};
}

}  // namespace aggregator::lint
