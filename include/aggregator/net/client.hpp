#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/http/service.hpp>
#include <aggregator/net/discovery.hpp>
#include <aggregator/net/health.hpp>
#include <aggregator/net/pools.hpp>

namespace aggregator::net {

class HostList;

struct ClientOptions {
    /// What becomes of an answer's body.
    enum class Answer : std::uint8_t {
        Whole,    ///< collected in memory before Done runs
        Stream,   ///< handed over as it comes, unless it is all there with its head
        Discard,  ///< read to its end and dropped; Done runs then
    };
    Answer answer = Answer::Whole;
    std::uint64_t answer_bytes_max =
        64u << 20;  ///< of a body that is collected or dropped; beyond: AnswerTooLarge
    base::Duration header_timeout{};  ///< from the request's end to the answer's head; 0: none
    /// How long a body waits for the backend's 100 Continue if the client waits for one too; 0: the
    /// backend is not asked.
    base::Duration continue_timeout{};
    /// Which redirects are followed; one that is not is the answer.
    enum class Redirects : std::uint8_t {
        Follow,
        WithinTls,   ///< those that do not lead from https to http
        SameOrigin,  ///< those that keep to scheme, name and port
        Never,
    };
    Redirects redirects = Redirects::Follow;
    /// Whether a redirect that keeps the method is followed with the body, too. One that is
    /// streamed is held for that, up to the limit.
    bool send_body_on_redirect = false;
    std::uint64_t held_body_bytes_max = 8u << 20;
    /// Names of headers that no redirect takes to another scheme, name or port, besides
    /// Authorization, Proxy-Authorization, Cookie and X-Api-Key.
    std::vector<std::string> credentials{};
    /// What is known of the hosts, if those that fail are to be left out; used only while there are
    /// two or more.
    std::shared_ptr<HostHealth> health{};
};

/// Where the hosts of a client come from that are not written in the configuration.
struct Discovered {
    TargetFeed& feed;
    std::string name;  ///< of SRV records
    bool tls = false;
};

/// A backend over HTTP: its hosts are asked in turn. A host that refuses the connection is passed
/// over for the next. A request on a kept connection that the backend had just closed is sent once
/// more on a fresh one, if its method is idempotent and nothing of the answer had come (RFC
/// 9112 9.3.1). While the hosts of a discovered name are not known yet, calls wait for them.
///
/// Redirects are followed, ten at most: 301, 302 and 303 turn methods other than GET and HEAD into
/// a GET without a body; 307 and 308 repeat the request, and are the answer if its body cannot be.
/// Credentials do not leave the first host's scheme, name and port. A redirect never leads to the
/// listener that Pools::forbid() names, nor from a host whose address is neither loopback nor
/// link-local to one that is: such a call fails with BadRedirect. A followed request bears
/// http::kRedirectsField; for a request that has it already, no redirect is followed.
///
/// Owned by app's worker; lives on its loop's thread.
class Client : public http::Service {
public:
    Client(Pools& pools, const std::vector<Origin>& origins, ClientOptions options,
           const std::string& purpose);
    Client(Pools& pools, const Discovered& source, ClientOptions options,
           const std::string& purpose);
    ~Client() override;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    friend class ClientCall;
    class WaitingCall;

    void found(const base::Result<Targets>& targets);

    Pools& pools_;
    ClientOptions options_;
    std::unique_ptr<HostList> hosts_;
    std::string no_hosts_ = "the backend has no hosts";
    // Of discovered hosts:
    bool tls_ = false;
    bool looking_ = false;                           // nothing is known yet
    std::map<std::uint64_t, WaitingCall*> waiting_;  // by their arrivals
    std::uint64_t arrivals_ = 0;
    std::unique_ptr<TargetFeed::Watch> watch_;
};

}  // namespace aggregator::net
