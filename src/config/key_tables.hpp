#pragma once

#include <string_view>
#include <vector>

namespace aggregator::config {

/// The keys of one object, by the table that they are read with. What is held against the tables,
/// schemas and the reference, asks them and not the source.
struct KeyTable {
    std::string_view name;  ///< `router`, or of an object in another one `router.error_body`
    std::vector<std::string_view> keys;
};
using KeyTables = std::vector<KeyTable>;

/// Those of the room; an object that is read with several tables stands there several times.
[[nodiscard]] KeyTables key_tables();

template <typename Fields>
void add_keys(KeyTables& all, std::string_view name, const Fields& fields) {
    KeyTable& table = all.emplace_back(KeyTable{name, {}});
    for (const auto& field : fields) {
        table.keys.push_back(field.name);
    }
}

// Each file adds its own:
void add_service_keys(KeyTables& all);
void add_endpoint_keys(KeyTables& all);
void add_backend_keys(KeyTables& all);
void add_router_keys(KeyTables& all);
void add_proxy_keys(KeyTables& all);
void add_flatmap_keys(KeyTables& all);
void add_admin_keys(KeyTables& all);
void add_health_keys(KeyTables& all);
void add_tls_keys(KeyTables& all);
void add_shadow_keys(KeyTables& all);
void add_shadow_request_keys(KeyTables& all);
void add_shadow_sample_keys(KeyTables& all);

}  // namespace aggregator::config
