#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/base/error.hpp>

namespace aggregator::net {

struct Origin;

/// An HTTP proxy between this machine and backends.
struct Proxy {
    std::string name;  ///< a name or a literal address, without brackets
    std::uint16_t port = 80;
    std::string authority;      ///< `name:port`, for messages; without the user
    std::string authorization;  ///< value of Proxy-Authorization; empty: it asks for none
};

/// Which backends are called through which proxy: what the variables HTTP_PROXY, HTTPS_PROXY and
/// NO_PROXY say, read as Go's programs do. Immutable, shared by all workers.
class Proxies {
public:
    /// The values of the variables; an empty one is not set.
    struct Variables {
        std::string http{};   ///< for http backends
        std::string https{};  ///< for https backends
        std::string none{};   ///< who is called directly
    };

    /// Fails with BadConfiguration, naming the variable and not its value, if a proxy is not
    /// `[http://][user[:password]@]name[:port][/]`.
    [[nodiscard]] static base::Result<Proxies> read(const Variables& variables);

    /// The proxy for an origin; null: it is called directly. `localhost` and loopback addresses
    /// always are, and what a `none` entry names: `*`; a name, which holds those below it; `.name`
    /// or `*.name`, which is only those below; an address; a network such as 10.0.0.0/8. All but
    /// `*` and networks may end with a port, without which all ports are meant.
    [[nodiscard]] const Proxy* choose(const Origin& origin) const;

    [[nodiscard]] const Proxy* http() const { return http_ ? &*http_ : nullptr; }
    [[nodiscard]] const Proxy* https() const { return https_ ? &*https_ : nullptr; }

private:
    struct Exception;

    [[nodiscard]] bool is_excepted(const Origin& origin) const;

    std::optional<Proxy> http_;
    std::optional<Proxy> https_;
    std::vector<Exception> exceptions_;

public:
    Proxies();
    ~Proxies();
    Proxies(const Proxies&);
    Proxies(Proxies&&) noexcept;
    Proxies& operator=(const Proxies&);
    Proxies& operator=(Proxies&&) noexcept;
};

}  // namespace aggregator::net
