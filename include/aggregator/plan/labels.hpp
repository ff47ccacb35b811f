#pragma once

#include <string>

#include <aggregator/base/figures.hpp>
#include <aggregator/plan/endpoint.hpp>

/// How metrics name what is configured.
namespace aggregator::plan {

/// The endpoint's name, or `GET /users/{id}`.
[[nodiscard]] std::string label_of(const Endpoint& endpoint);
/// Where a backend stands in its endpoint, and where it asks: `0 users.internal:8080`; of a shadow
/// its name.
[[nodiscard]] std::string label_of(const Backend& backend);

/// Values for the labels `endpoint` and `method`.
[[nodiscard]] base::LabelValues labels_of(const Endpoint& endpoint);
/// Values for the labels `endpoint` and `backend`, or `shadow` of one.
[[nodiscard]] base::LabelValues labels_of(const Endpoint& endpoint, const Backend& backend);

}  // namespace aggregator::plan
