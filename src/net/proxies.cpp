#include <aggregator/net/proxies.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <aggregator/base/base64.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/net/pools.hpp>
#include "net/address.hpp"

namespace aggregator::net {
namespace {

constexpr std::uint16_t kProxyPort = 80;
constexpr std::size_t kMappedBits = 96;

tl::unexpected<base::Error> bad_proxy(std::string_view variable, std::string_view why) {
    // Not the value: it may hold a password.
    return base::fail(base::Code::BadConfiguration,
                      std::string(variable) + ": " + std::string(why) +
                          "; expected [http://][user:password@]name[:port]");
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain.push_back(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        plain.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return plain;
}

/// `name`, `name:port`, `[v6]`, `[v6]:port`; a bare IPv6 address is a name without a port.
struct HostPort {
    std::string name;
    std::string_view port;  ///< empty: none
};

std::optional<HostPort> split(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view rest = text.substr(close + 1);
        if (!rest.empty() && !rest.starts_with(':')) {
            return std::nullopt;
        }
        return HostPort{base::to_lower(text.substr(1, close - 1)),
                        rest.substr(rest.empty() ? 0 : 1)};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.rfind(':') != colon) {
        return HostPort{base::to_lower(text), {}};
    }
    return HostPort{base::to_lower(text.substr(0, colon)), text.substr(colon + 1)};
}

bool is_host_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':';
    });
}

base::Result<std::string> authorization_of(std::string_view user, std::string_view variable) {
    const auto plain = percent_decoded(user);
    if (!plain) {
        return bad_proxy(variable, "the user has a percent sign without two digits");
    }
    // The colon that ends the name is the first one as written.
    const bool has_password = user.find(':') != std::string_view::npos;
    return "Basic " + base::to_base64(has_password ? *plain : *plain + ":");
}

base::Result<Proxy> read_proxy(std::string_view text, std::string_view variable) {
    if (const std::size_t mark = text.find("://"); mark != std::string_view::npos) {
        const std::string scheme = base::to_lower(text.substr(0, mark));
        if (scheme != "http") {
            return bad_proxy(variable, "proxies that are spoken to in '" + scheme +
                                           "' are not supported, only http ones");
        }
        text.remove_prefix(mark + 3);
    }
    text = text.substr(0, text.find_first_of("/?#"));
    Proxy proxy;
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        auto authorization = authorization_of(text.substr(0, at), variable);
        if (!authorization) {
            return base::fail(authorization.error());
        }
        proxy.authorization = std::move(*authorization);
        text.remove_prefix(at + 1);
    }
    const auto host = split(text);
    if (!host || !is_host_name(host->name)) {
        return bad_proxy(variable, "it has no valid name");
    }
    proxy.name = host->name;
    const auto port = host->port.empty() ? kProxyPort : base::parse_decimal(host->port);
    if (!port || *port == 0 || *port > 65535) {
        return bad_proxy(variable, "it has no valid port");
    }
    proxy.port = static_cast<std::uint16_t>(*port);
    const bool literal = proxy.name.find(':') != std::string::npos;
    proxy.authority =
        (literal ? "[" + proxy.name + "]" : proxy.name) + ":" + std::to_string(proxy.port);
    return proxy;
}

bool same_bits(const Address& a, const Address& b, std::size_t bits) {
    const std::size_t whole = bits / 8;
    const std::size_t left = bits % 8;
    return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()) &&
           (left == 0 || ((a[whole] ^ b[whole]) >> (8 - left)) == 0);
}

}  // namespace

/// One entry of NO_PROXY.
struct Proxies::Exception {
    enum class Kind : std::uint8_t { All, Network, Name };
    Kind kind = Kind::Name;
    Address address{};
    std::size_t bits = 0;
    std::string suffix{};  ///< of a name: `.example.com`
    bool itself = false;   ///< and the name without its dot
    std::string port{};    ///< empty: any

    /// Nothing of what says nothing.
    static std::optional<Exception> read(std::string_view text);
    [[nodiscard]] bool holds(std::string_view name, const std::optional<Address>& other,
                             const std::string& other_port) const;
};

std::optional<Proxies::Exception> Proxies::Exception::read(std::string_view text) {
    if (text == "*") {
        return Exception{.kind = Kind::All};
    }
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        const auto address = parse_address(text.substr(0, slash));
        const auto bits = base::parse_decimal(text.substr(slash + 1));
        const bool v4 = text.find(':') == std::string_view::npos;
        if (!address || !bits || *bits > (v4 ? 32u : 128u)) {
            return std::nullopt;
        }
        return Exception{
            .kind = Kind::Network, .address = *address, .bits = *bits + (v4 ? kMappedBits : 0)};
    }
    auto host = split(text);
    if (!host || host->name.empty()) {
        return std::nullopt;
    }
    Exception exception{.port = std::string(host->port)};
    if (const auto address = parse_address(host->name)) {
        exception.kind = Kind::Network;
        exception.address = *address;
        exception.bits = 128;
        return exception;
    }
    if (host->name.starts_with("*.")) {
        host->name.erase(0, 1);
    }
    exception.itself = !host->name.starts_with('.');
    exception.suffix = (exception.itself ? "." : "") + host->name;
    return exception;
}

bool Proxies::Exception::holds(std::string_view name, const std::optional<Address>& other,
                               const std::string& other_port) const {
    if (kind == Kind::All) {
        return true;
    }
    if (!port.empty() && port != other_port) {
        return false;
    }
    if (kind == Kind::Network) {
        return other && same_bits(address, *other, bits);
    }
    return name.ends_with(suffix) || (itself && name == std::string_view(suffix).substr(1));
}

Proxies::Proxies() = default;
Proxies::~Proxies() = default;
Proxies::Proxies(const Proxies&) = default;
Proxies::Proxies(Proxies&&) noexcept = default;
Proxies& Proxies::operator=(const Proxies&) = default;
Proxies& Proxies::operator=(Proxies&&) noexcept = default;

base::Result<Proxies> Proxies::read(const Variables& variables) {
    Proxies proxies;
    const auto take = [](std::string_view text, std::string_view variable,
                         std::optional<Proxy>& to) -> base::Result<void> {
        if (text = base::trim(text); text.empty()) {
            return {};
        }
        auto proxy = read_proxy(text, variable);
        if (!proxy) {
            return base::fail(proxy.error());
        }
        to = std::move(*proxy);
        return {};
    };
    if (const auto read = take(variables.http, "HTTP_PROXY", proxies.http_); !read) {
        return base::fail(read.error());
    }
    if (const auto read = take(variables.https, "HTTPS_PROXY", proxies.https_); !read) {
        return base::fail(read.error());
    }
    const std::string_view none = variables.none;
    for (std::size_t from = 0; from <= none.size();) {
        const std::size_t end = std::min(none.find(',', from), none.size());
        if (auto exception = Exception::read(base::trim(none.substr(from, end - from)))) {
            proxies.exceptions_.push_back(std::move(*exception));
        }
        from = end + 1;
    }
    return proxies;
}

const Proxy* Proxies::choose(const Origin& origin) const {
    const std::optional<Proxy>& proxy = origin.tls ? https_ : http_;
    return proxy && !is_excepted(origin) ? &*proxy : nullptr;
}

bool Proxies::is_excepted(const Origin& origin) const {
    const std::string name = base::to_lower(origin.name);
    const auto address = parse_address(name);
    if (name == "localhost" || (address && is_loopback(*address))) {
        return true;
    }
    const std::string port = std::to_string(origin.port);
    return std::any_of(exceptions_.begin(), exceptions_.end(), [&](const Exception& exception) {
        return exception.holds(name, address, port);
    });
}

}  // namespace aggregator::net
