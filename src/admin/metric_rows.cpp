#include <aggregator/admin/metric_rows.hpp>

namespace aggregator::admin {
namespace {

constexpr MetricRow kRows[] = {
    {"aggregator_requests_total", "counter", "endpoint method status",
     "Requests that were answered."},
    {"aggregator_request_duration_seconds", "histogram", "endpoint method status",
     "From a request's head to its answer's end."},
    {"aggregator_exchanges_total", "counter", "endpoint backend outcome",
     "Exchanges with backends that ended."},
    {"aggregator_exchange_duration_seconds", "histogram", "endpoint backend outcome",
     "From a call to a backend to its end."},
    {"aggregator_host_requests_total", "counter", "endpoint backend host outcome",
     "Calls that ended, by the host that was asked last."},
    {"aggregator_host_healthy", "gauge", "endpoint backend host",
     "1, or 0 while a host is left out because it failed."},
    {"aggregator_host_ejections_total", "counter", "endpoint backend host reason",
     "How often a host was left out."},
    {"aggregator_host_panics_total", "counter", "endpoint backend",
     "Calls made while every host was left out."},
    {"aggregator_shadow_eligible_total", "counter", "endpoint shadow",
     "Requests that a shadow might get a copy of."},
    {"aggregator_shadow_finished_total", "counter", "endpoint shadow class",
     "Copies that were answered."},
    {"aggregator_shadow_dropped_total", "counter", "endpoint shadow reason",
     "Copies that were not sent, or not answered."},
    {"aggregator_shadow_in_flight", "gauge", "endpoint shadow", "Copies that have not ended."},
    {"aggregator_shadow_bytes_held", "gauge", "endpoint shadow",
     "Bytes of bodies that a shadow's copies hold."},
    {"aggregator_shadow_duration_seconds", "histogram", "endpoint shadow",
     "From a copy's start to its end."},
    {"aggregator_shadow_queue_seconds", "histogram", "endpoint shadow",
     "What copies waited for their turn."},
    {"aggregator_shadow_effective_percentage", "gauge", "endpoint shadow",
     "Percentage of requests that are copied; 0 while switched off."},
    {"aggregator_shadow_expires_in_seconds", "gauge", "endpoint shadow",
     "Until a shadow stops by itself."},
    {"aggregator_certificate_expiry_seconds", "gauge", "certificate",
     "When a file's certificate ends, in seconds since 1970."},
    {"aggregator_connections", "gauge", "", "Open connections of clients."},
    {"aggregator_pool_connections", "gauge", "", "Open connections to backends."},
    {"aggregator_loop_lag_seconds", "gauge", "worker", "How late a worker's loop is."},
    {"aggregator_resident_memory_bytes", "gauge", "", "Memory of the process that is resident."},
    {"aggregator_access_log_dropped_total", "counter", "",
     "Lines of the log, of the access log too, that were dropped."},
    {"aggregator_held_bytes", "gauge", "kind", "Memory for what peers are not done with."},
    {"aggregator_given_up_total", "counter", "kind", "What was given up to make room for more."},
    {"aggregator_errors_total", "counter", "error", "Failures, by their names."},
};

}  // namespace

std::span<const MetricRow> metric_rows() { return kRows; }

}  // namespace aggregator::admin
