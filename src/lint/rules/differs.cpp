#include <string>

#include <aggregator/lint/difference.hpp>

#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

void look_for_hosts(const Subject& subject, Places& places) {
    for_each_backend(subject, [&places](const auto&, const config::BackendConfig& backend) {
        if (!backend.shadow && backend.hosts.size() > 1 && backend.health.passive.value_or(true)) {
            places.at(backend.source, "host");
        }
    });
}

void look_for_wildcards(const Subject& subject, Places& places) {
    const auto& endpoints = subject.service.endpoints;
    for (const config::EndpointConfig& wide : endpoints) {
        if (!wide.endpoint.ends_with("/*")) {
            continue;
        }
        const std::string_view front(wide.endpoint.data(), wide.endpoint.size() - 1);
        const bool meets = std::any_of(endpoints.begin(), endpoints.end(),
                                       [&](const config::EndpointConfig& other) {
                                           return &other != &wide && other.method == wide.method &&
                                                  other.endpoint.starts_with(front);
                                       });
        if (meets) {
            places.at(wide.source, "endpoint");
        }
    }
}

/// Of keys that are no component's.
constexpr component::Differing kOfCore[] = {{10, look_for_hosts}, {44, look_for_wildcards}};

void look(const Subject& subject, int row, Places& places) {
    for (const component::Differing& one : kOfCore) {
        if (one.row == row) {
            one.look(subject, places);
        }
    }
    for (const component::Component* const component : component::all()) {
        for (const component::Differing& one : component->differs) {
            if (one.row == row) {
                one.look(subject, places);
            }
        }
    }
}

void check_differences(const Subject& subject, Findings& findings) {
    for (const Difference& difference : differences()) {
        Places places;
        look(subject, difference.row, places);
        if (places.count() > 0) {
            findings.at(
                places.source(), places.spot(),
                "difference " + std::to_string(difference.row) + ": in KrakenD " +
                    std::string(difference.there) + "; here " + std::string(difference.here) +
                    (places.count() > 1 ? " (" + std::to_string(places.count()) + " places)" : ""));
        }
    }
}

}  // namespace

constinit const Rule kDiffers = {
    .name = "differs",
    .severity = Severity::Advice,
    .summary = "what is done otherwise than in KrakenD on purpose, with its number",
    .explanation =
        R"(A file that was written for KrakenD means something else here where KrakenD
fails open, loses something or breaks a standard. Each of these differences has a
number, which stands in the table of the reference. It is told once, at the first
place where it shows.

Bad:
    nothing: this is what is to be known when a file comes from KrakenD

Good:
    "@lint": { "differs": "off" }, once it has been read)",
    .check = check_differences,
};

}  // namespace aggregator::lint
