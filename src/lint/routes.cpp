#include <aggregator/lint/routes.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <aggregator/json/writer.hpp>

#include "lint/excerpt.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;
using config::EndpointConfig;

constexpr std::size_t kRouteColumns = 6;
using RouteRow = std::array<std::string, kRouteColumns>;

std::string hosts_of(const BackendConfig& backend) {
    std::string out;
    for (const std::string& host : backend.hosts) {
        out.append(out.empty() ? "" : ",").append(printable(host));
    }
    return out;
}

std::vector<RouteRow> rows_of(const config::ServiceConfig& service) {
    std::vector<RouteRow> rows = {{"METHOD", "PATH", "ROLE", "CALLS", "HOSTS", "URL_PATTERN"}};
    for (const EndpointConfig& endpoint : service.endpoints) {
        std::string method = printable(endpoint.method);
        std::string path = printable(endpoint.endpoint);
        for (const BackendConfig& backend : endpoint.backends) {
            rows.push_back({std::exchange(method, {}), std::exchange(path, {}),
                            backend.shadow ? "shadow" : "backend", printable(backend.method),
                            hosts_of(backend), printable(backend.url_pattern)});
        }
    }
    return rows;
}

/// Characters, the bytes of UTF-8 that begin one.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

void write(const BackendConfig& backend, json::Writer& writer) {
    writer.object().member("method", backend.method).key("hosts").array();
    for (const std::string& host : backend.hosts) {
        writer.text(host);
    }
    writer.end().member("url_pattern", backend.url_pattern).end();
}

enum class Role : std::uint8_t { Backend, Shadow };

void write(const EndpointConfig& endpoint, Role role, json::Writer& writer) {
    writer.key(role == Role::Shadow ? "shadows" : "backends").array();
    for (const BackendConfig& backend : endpoint.backends) {
        if (backend.shadow == (role == Role::Shadow)) {
            write(backend, writer);
        }
    }
    writer.end();
}

}  // namespace

std::string routes_to_text(const config::ServiceConfig& service) {
    const std::vector<RouteRow> rows = rows_of(service);
    std::array<std::size_t, kRouteColumns> widths{};
    for (const RouteRow& row : rows) {
        for (std::size_t i = 0; i < kRouteColumns; ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string out;
    for (const RouteRow& row : rows) {
        for (std::size_t i = 0; i + 1 < kRouteColumns; ++i) {
            out += row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
        out += row.back() + '\n';
    }
    return out;
}

std::string routes_to_json(const config::ServiceConfig& service) {
    json::Writer writer;
    writer.object().key("routes").array();
    for (const EndpointConfig& endpoint : service.endpoints) {
        writer.object().member("method", endpoint.method).member("path", endpoint.endpoint);
        write(endpoint, Role::Backend, writer);
        write(endpoint, Role::Shadow, writer);
        writer.end();
    }
    writer.end().end();
    return std::move(writer).take() + '\n';
}

}  // namespace aggregator::lint
