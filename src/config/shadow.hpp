#pragma once

#include <aggregator/config/service.hpp>
#include "config/reading.hpp"

/// The component `proxy/shadow`. A backend's is read when all files are, over the service's
/// `defaults`, wherever those stand.
namespace aggregator::config {

/// Keeps the place of a backend's.
void note_shadow(const Value& value, BackendConfig& backend);

/// Reads the service's.
void read_shadow_service(const Value& value, ServiceConfig& service);

/// Reads what note_shadow() kept, fills the defaults in, and tells names that stand twice.
void complete_shadows(ServiceConfig& service, Report& report);

/// What is read, with the places.
struct ShadowDraft : ShadowConfig {
    ShadowPlaces places;
};

/// Reads what a shadow and `defaults` have in common, over what is there already.
void read_shadow_sample(const Value& value, ShadowDraft& shadow);
void read_shadow_request(const Value& value, ShadowDraft& shadow);
void read_shadow_limits(const Value& value, ShadowDraft& shadow);

}  // namespace aggregator::config
