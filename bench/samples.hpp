#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/plan/plan.hpp>

namespace aggregator::bench {

/// Three small answers of typical backends: 178, 144 and 114 bytes.
inline constexpr std::string_view kUser =
    R"({"id":42,"name":"Ada Lovelace","email":"ada@example.com",)"
    R"("address":{"street":"12 St James Sq","city":"London","zip":"SW1Y"},)"
    R"("roles":["admin","author"],"active":true,"score":99.5})";
inline constexpr std::string_view kOrders =
    R"({"orders":[{"id":1,"total":10.5,"items":3},{"id":2,"total":20.25,"items":1},)"
    R"({"id":3,"total":7.0,"items":9}],"currency":"GBP","page":1,"pages":4})";
inline constexpr std::string_view kRecommendations =
    R"({"recommendations":["a-100","b-200","c-300","d-400"],"model":"m7","ttl":30,)"
    R"("meta":{"ab":"control","latency_ms":4}})";
inline constexpr std::array<std::string_view, 3> kBodies{kUser, kOrders, kRecommendations};

/// What wrk sends.
inline constexpr std::string_view kPlainRequest =
    "GET /agg3 HTTP/1.1\r\n"
    "Host: 127.0.0.1:8080\r\n"
    "\r\n";

/// What a browser sends.
[[nodiscard]] const std::string& browser_request();

/// kUser with the head that nginx puts in front of it: 333 bytes.
[[nodiscard]] std::string nginx_response();

/// An object with a list of orders, at least `bytes_min` bytes long.
[[nodiscard]] std::string large_body(std::size_t bytes_min);

/// What a configuration's text means. Ends the program if it is refused.
[[nodiscard]] std::shared_ptr<const plan::Plan> plan_of(const std::string& text);

}  // namespace aggregator::bench
