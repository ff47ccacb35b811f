#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/http/service.hpp>
#include <aggregator/net/client.hpp>

#include "wire/spec.hpp"

namespace aggregator::wire {

/// What stands between server and client here: passes a request on to one of three clients, or
/// answers by itself, as the first part of its path says.
class Relay : public http::Service {
public:
    struct Clients {
        http::Service& stream;
        http::Service& whole;
        http::Service& discard;
    };

    /// `deadline`: of what is passed on.
    Relay(net::WireLoop& loop, const Clients& clients, base::Duration deadline)
        : loop_(loop), clients_(clients), deadline_(deadline) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

    std::function<const RequestSpec*(std::string_view target)> find;
    std::map<std::string, int> asked;  ///< how often, by token
    std::size_t alive = 0;             ///< calls

private:
    class Passing;
    class Local;

    net::WireLoop& loop_;
    Clients clients_;
    base::Duration deadline_;
};

}  // namespace aggregator::wire
