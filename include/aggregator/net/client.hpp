#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/http/parser.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/net/loop.hpp>
#include <aggregator/net/resolver.hpp>
#include <aggregator/net/tls.hpp>

namespace aggregator::net {

class Pool;
class ClientCall;

/// Where connections go, and what a request to there says.
struct Origin {
    bool tls = false;
    std::string name;  ///< a name or a literal address, without brackets
    std::uint16_t port = 80;
    std::string authority;  ///< of the Host header
    std::string prefix;     ///< path in front of every target
};

/// How connections are made and kept.
struct PoolOptions {
    http::HeadLimits head;
    std::uint32_t idle_max = 250;      ///< kept connections to one origin
    std::uint32_t idle_total_max = 0;  ///< kept connections to all origins; 0: no limit
    base::Duration idle_timeout{};     ///< how long they are kept; 0: until the backend closes
    base::Duration connect_timeout{};  ///< 0: the system's
    base::Duration keep_alive = std::chrono::seconds(15);  ///< TCP probes; negative: none
    bool reuse = true;                                     ///< false: one request a connection
    std::shared_ptr<TlsContext> tls;                       ///< for https origins
};

/// The connections of one worker to all backends: one pool an origin and purpose. Owned by app's
/// worker.
class Pools {
public:
    struct Context {
        EventLoop& loop;
        NameCache& names;
        base::Counters& counters;
        base::Log& log;
    };

    Pools(const Context& context, PoolOptions options);
    ~Pools();
    Pools(const Pools&) = delete;
    Pools& operator=(const Pools&) = delete;

    /// The pool of an origin; `purpose` keeps connections apart that must not be shared, such as a
    /// shadow's.
    [[nodiscard]] Pool& pool(const Origin& origin, const std::string& purpose);
    /// Connections that wait for a request.
    [[nodiscard]] std::size_t idle() const { return idle_; }
    void close_idle();
    /// For pools: one more or one less of them.
    void count_idle(int change) { idle_ += static_cast<std::size_t>(change); }

    [[nodiscard]] const Context& context() const { return context_; }
    [[nodiscard]] const PoolOptions& options() const { return options_; }

private:
    struct Entry;
    Context context_;
    PoolOptions options_;
    std::size_t idle_ = 0;
    std::vector<std::unique_ptr<Entry>> entries_;
};

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
};

/// A backend over HTTP: its hosts are asked in turn. A host that refuses the connection is passed
/// over for the next. A request on a kept connection that the backend had just closed is sent once
/// more on a fresh one, if its method is idempotent and nothing of the answer had come (RFC
/// 9112 9.3.1). Owned by app's worker; lives on its loop's thread.
class Client : public http::Service {
public:
    Client(Pools& pools, const std::vector<Origin>& origins, ClientOptions options,
           const std::string& purpose);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    friend class ClientCall;

    struct Host {
        Origin origin;
        Pool* pool;
    };

    Pools& pools_;
    ClientOptions options_;
    std::vector<Host> hosts_;
    std::size_t turn_ = 0;
};

}  // namespace aggregator::net
