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

std::optional<NoCopies> no_copies(const Subject& subject, const Shadow& shadow) {
    constexpr std::string_view kForGood = ", and without `admin` nobody can change that";
    const config::ShadowSampleConfig& sample = shadow.config.sample;
    const std::string& method = shadow.endpoint.method;
    if (!sample.methods.empty() && !lists(sample.methods, method)) {
        return NoCopies{"sample.methods", "the endpoint has no other requests than " + method};
    }
    if (!subject.service.admin && !shadow.config.enabled) {
        return NoCopies{"enabled", "it is off" + std::string(kForGood)};
    }
    if (!subject.service.admin && sample.percentage == 0) {
        return NoCopies{"sample.percentage", "0 of a hundred are copied" + std::string(kForGood)};
    }
    return std::nullopt;
}

ShadowSpot spot_of(const Subject& subject, const Shadow& shadow, std::string_view key) {
    const std::string_view last = key.substr(key.rfind('.') + 1);
    const Source& own = shadow.backend.shadow_places.whole;
    for (const Source& object : {own, subject.service.places.shadow_defaults.whole}) {
        if (const Source holder = holder_of(object, key); holder.node != nullptr) {
            return {.source = holder, .key = last};
        }
    }
    return {.source = own, .key = {}};
}

void ShadowFindings::add(const ShadowSpot& spot, const Shadow& shadow, Text text) {
    const Cause cause{spot.source.node, spot.key, text.before, text.after};
    const auto [group, fresh] = groups_.try_emplace(cause);
    if (fresh) {
        group->second = {.spot = spot, .title = title_of(shadow), .text = std::move(text)};
    }
    ++group->second.count;
}

void ShadowFindings::close() {
    for (auto& [cause, group] : groups_) {
        const std::string more =
            group.count == 1 ? "" : " (" + std::to_string(group.count - 1) + " more too)";
        findings_.at(group.spot.source, group.spot.key,
                     group.text.before + group.title + more + group.text.after,
                     std::move(group.text.hint));
    }
}

}  // namespace aggregator::lint
