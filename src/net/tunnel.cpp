#include "net/tunnel.hpp"

namespace aggregator::net {
namespace {

using base::Code;

constexpr std::uint32_t kHeadBytesMax = 16u << 10;
constexpr std::uint32_t kHeadersMax = 100;
constexpr int kFirstFinal = 200;
constexpr int kFirstFailure = 300;

std::string with_port(const Origin& origin) {
    const bool literal = origin.name.find(':') != std::string::npos;
    return (literal ? "[" + origin.name + "]" : origin.name) + ":" + std::to_string(origin.port);
}

}  // namespace

Tunnel::Tunnel(const Proxy& proxy, const Origin& target)
    : proxy_(proxy.authority),
      target_(with_port(target)),
      parser_(http::Parser::Role::Response, {kHeadBytesMax, kHeadersMax}) {
    request_ = "CONNECT " + target_ + " HTTP/1.1\r\nHost: " + target_ + "\r\n";
    if (!proxy.authorization.empty()) {
        request_ += "Proxy-Authorization: " + proxy.authorization + "\r\n";
    }
    request_ += "\r\n";
    parser_.expect_no_body();
}

base::Result<bool> Tunnel::take(std::string_view bytes) {
    const std::string_view input = carry_.empty() ? bytes : carry_.append(bytes);
    std::size_t begin = 0;
    for (;;) {
        const auto step = parser_.step(input.substr(begin));
        if (!step) {
            return base::fail(
                Code::BadResponse,
                "the proxy " + proxy_ + " did not answer in HTTP: " + step.error().detail);
        }
        if (!parser_.head_done()) {
            // What is kept already stays where it is: an answer that drips in is not copied each
            // time.
            if (carry_.empty()) {
                carry_.assign(input.substr(begin));
            } else {
                carry_.erase(0, begin);
            }
            return false;
        }
        begin += step->consumed;
        const int status = parser_.status();
        if (status >= kFirstFailure) {
            return base::fail(Code::Connect, "the proxy " + proxy_ + " refused the connection to " +
                                                 target_ + " with status " +
                                                 std::to_string(status));
        }
        if (status >= kFirstFinal) {
            break;
        }
        parser_.reset();
        parser_.expect_no_body();
    }
    if (begin < input.size()) {
        return base::fail(Code::BadResponse, "the proxy " + proxy_ + " sent bytes of " + target_ +
                                                 " before it was asked anything");
    }
    return true;
}

}  // namespace aggregator::net
