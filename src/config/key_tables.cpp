#include "config/key_tables.hpp"

namespace aggregator::config {

KeyTables key_tables() {
    constexpr void (*kAdders[])(KeyTables&) = {
        add_service_keys, add_endpoint_keys, add_backend_keys,        add_router_keys,
        add_proxy_keys,   add_flatmap_keys,  add_admin_keys,          add_health_keys,
        add_tls_keys,     add_shadow_keys,   add_shadow_request_keys, add_shadow_sample_keys};
    KeyTables all;
    for (const auto add : kAdders) {
        add(all);
    }
    return all;
}

}  // namespace aggregator::config
