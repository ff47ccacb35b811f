#pragma once

#include <aggregator/plan/forward.hpp>

#include <string>
#include <vector>

#include "plan/filters.hpp"

namespace aggregator::plan::tests {

using Names = std::vector<std::string>;

/// One request and the backend it is for; text() says what is sent.
struct Call {
    config::EndpointConfig endpoint;
    config::BackendConfig config;
    std::string pattern = "/";
    std::string query;
    std::vector<http::Field> headers;
    http::Request request;
    Backend backend;
    ClientFacts origin;
    Outgoing out;

    Call() {
        request.method = "GET";
        request.host = "shop.example";
        request.client = "9.8.7.6";
        backend.method = "GET";
    }

    void send() {
        std::vector<Template::Unknown> unknown;
        backend.target = Template::compile(pattern, {}, unknown);
        compile_filters(endpoint, config, backend);
        plan_.user_agent = "aggregator/1";
        plan_.via = "aggregator/1";
        target_ = "/in?" + query;
        request.target = target_;
        request.headers = headers;
        origin = client_facts_of(plan_, request);
        forward(backend, request, origin, out);
    }

    /// The target that is sent.
    std::string target() {
        send();
        return std::string(out.request.target);
    }

    /// The header lines that are sent.
    std::string lines() {
        send();
        std::string text;
        for (const http::Field& field : out.request.headers) {
            text.append(field.name).append(": ").append(field.value).append("\n");
        }
        return text;
    }

    /// Those of them that the gateway does not add to every request.
    std::string passed() {
        backend.asks_gzip = false;
        std::string text = lines();
        const std::string own =
            "X-Forwarded-For: 9.8.7.6\nX-Forwarded-Host: shop.example\nUser-Agent: aggregator/1\n";
        const std::size_t at = text.find(own);
        return at == std::string::npos ? "without the gateway's: " + text
                                       : text.erase(at, own.size());
    }

private:
    Plan plan_;
    std::string target_;
};

}  // namespace aggregator::plan::tests
