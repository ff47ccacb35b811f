#pragma once

#include <string>
#include <utility>

#include "support/gateway.hpp"

/// What the tests of `qos/http-cache` have in common.
namespace aggregator::testing {

inline constexpr const char* kStatus = "Cache-Status";

/// One endpoint whose backend has a cache with those keys; `more` are components beside it.
inline std::string cached(const std::string& keys = "{}", const std::string& more = {},
                          const std::string& output = "no-op") {
    return R"({"version":3,"host":["http://b"],"timeout":"3s","endpoints":[{"endpoint":"/a",
               "output_encoding":")" +
           output + R"(","input_headers":["*"],"input_query_strings":["q"],
               "backend":[{"url_pattern":"/a","extra_config":{"qos/http-cache":)" +
           keys + more + "}}]}]}";
}

inline Script answer(const std::string& control, std::string body = "one") {
    return {.headers = {{"Cache-Control", control}}, .body = std::move(body)};
}

}  // namespace aggregator::testing
