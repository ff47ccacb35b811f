#pragma once

#include <aggregator/config/service.hpp>
#include "config/reading.hpp"

namespace aggregator::config {

/// Reads the service with its endpoints; nothing is inherited yet. The members of `variables`, if
/// there are any, stand in the place of those of the same name.
void read_service(const Value& value, const File* variables, ServiceConfig& service);

/// The names of the service's keys.
[[nodiscard]] std::vector<std::string_view> service_keys();

/// Reads the endpoints of a list, or the one that an object is, behind those that are there.
void read_endpoints(const Value& value, ServiceConfig& service);

/// Fills in what an object leaves to the one around it and cleans the hosts.
void complete(ServiceConfig& service, Report& report);

/// Tells what makes the completed configuration invalid.
void check(const ServiceConfig& service, Report& report);

}  // namespace aggregator::config
