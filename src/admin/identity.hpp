#pragma once

#include <string>
#include <string_view>

#include <aggregator/admin/gateway.hpp>

namespace aggregator::admin {

/// 16 hexadecimal digits of method and pattern: the same after a restart.
[[nodiscard]] std::string id_of(const plan::Endpoint& endpoint);

/// `GET /users/{id}`.
[[nodiscard]] std::string title_of(const plan::Endpoint& endpoint);

/// The endpoint of that name or title; null if there is none.
[[nodiscard]] const plan::Endpoint* find_endpoint(const plan::Plan& plan, std::string_view name);
[[nodiscard]] const plan::Endpoint* endpoint_of_id(const plan::Plan& plan, std::string_view id);

/// The shadow of that id; null if there is none.
[[nodiscard]] const LiveShadow* find_shadow(const Gateway& gateway, std::string_view id);

/// The place of an endpoint in its plan.
[[nodiscard]] std::size_t place_of(const plan::Plan& plan, const plan::Endpoint& endpoint);

/// `http://users.internal:8080`, with its prefix.
[[nodiscard]] std::string url_of(const plan::Host& host);

}  // namespace aggregator::admin
