#pragma once

#include <string>
#include <string_view>

#include <aggregator/http/parser.hpp>
#include <aggregator/net/pools.hpp>
#include <aggregator/net/proxies.hpp>

namespace aggregator::net {

/// What is said to an HTTP proxy before a connection through it belongs to the backend (RFC 9110
/// 9.3.6). Owned by the connection, as long as that lasts.
class Tunnel {
public:
    Tunnel(const Proxy& proxy, const Origin& target);

    [[nodiscard]] const std::string& request() const { return request_; }
    /// Takes what the proxy answers; true once the tunnel is open. Fails with Connect, naming the
    /// proxy and its status, or BadResponse.
    [[nodiscard]] base::Result<bool> take(std::string_view bytes);
    /// What came of an answer that is not whole yet.
    [[nodiscard]] std::string_view kept() const { return carry_; }

private:
    std::string proxy_;
    std::string target_;
    std::string request_;
    std::string carry_;
    http::Parser parser_;
};

}  // namespace aggregator::net
