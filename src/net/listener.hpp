#pragma once

#include <memory>
#include <string>

#include <Poco/Net/ServerSocket.h>

#include <aggregator/net/server.hpp>

namespace aggregator::net {

/// A listening socket of one worker. Owned by its Server.
class Listener : public Watcher {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<Listener>> open(Server& server,
                                                                      const std::string& address,
                                                                      std::uint16_t port);
    ~Listener() override;

    void on_ready(std::uint32_t events) override;
    [[nodiscard]] std::uint16_t port() const;

private:
    Listener(Server& server, const Poco::Net::ServerSocket& socket);
    void accept_all();

    Server& server_;
    Poco::Net::ServerSocket socket_;
    int descriptor_;
    base::Timer
        retry_;  // after a failure for want of descriptors, nothing else would wake the listener
};

}  // namespace aggregator::net
