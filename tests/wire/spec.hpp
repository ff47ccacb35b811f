#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/dice.hpp"
#include "support/fake_wire.hpp"

namespace aggregator::wire {

using testing::Dice;
using testing::LineNature;

// The limits of the program that is played with. What is slow here and no fault takes less.
constexpr base::Duration kHeaderLimit = std::chrono::seconds(3);
constexpr base::Duration kStallLimit = std::chrono::seconds(4);    // of clients
constexpr base::Duration kIdleLimit = std::chrono::seconds(6);     // of clients
constexpr base::Duration kBackendStall = std::chrono::seconds(5);  // of backends
constexpr base::Duration kBackendIdle = std::chrono::seconds(7);   // of backends
constexpr base::Duration kConnectLimit = std::chrono::seconds(1);
constexpr base::Duration kFallbackDelay = std::chrono::milliseconds(200);
constexpr base::Duration kDeadline = std::chrono::seconds(9);  // of a relayed request
constexpr base::Duration kReadLimit = std::chrono::seconds(5);
constexpr base::Duration kHeaderOfAnswer = std::chrono::seconds(2);
constexpr base::Duration kImpatience = std::chrono::milliseconds(150);  // a deadline, too
constexpr base::Duration kContinueLimit = std::chrono::milliseconds(300);
constexpr base::Duration kPatience = std::chrono::milliseconds(700);  // for a 100 Continue

constexpr int kInterimsMax = 16;  // in front of an answer; more are a fault

/// How bytes are cut into pieces, and how long is waited between two of them.
struct Pace {
    std::size_t piece = std::string::npos;
    base::Duration pause{};
};

/// What a backend answers to one request.
struct AnswerSpec {
    enum class Framing : std::uint8_t { Length, Chunked, Close };
    enum class Fate : std::uint8_t { Whole, Reset, Close, Stall, Garbage };
    enum class Where : std::uint8_t { BeforeHead, InHead, InBody };

    int status = 200;
    Framing framing = Framing::Length;
    std::size_t size = 0;
    int interims = 0;
    bool early = false;   ///< it does not wait for the request's body
    bool closes = false;  ///< and says so
    bool trailers = false;
    std::size_t behind = 0;  ///< bytes that nobody asked for, at once behind the answer
    Fate fate = Fate::Whole;
    Where where = Where::InBody;
    base::Duration delay{};
    Pace pace;
    std::optional<base::Duration> leaves_after{};  ///< the connection, when it is idle
    int redirect = 0;                              ///< status of an answer before this one; 0: none
    enum class Leads : std::uint8_t {
        Home,
        Elsewhere,  ///< another host
        Near,       ///< this machine: not from afar
        Forbidden,  ///< the listener that no redirect may reach
    };
    Leads leads = Leads::Home;      ///< the redirect
    std::size_t redirect_size = 5;  ///< of its body
    bool says_continue = true;
};

/// What a client asks.
struct RequestSpec {
    enum class Mode : char {
        Stream = 's',   ///< the answer is passed on as it comes
        Whole = 'w',    ///< ... when it is whole
        Discard = 'd',  ///< read and dropped; a local reply follows
        Local = 'l',    ///< no backend
        Echo = 'e',     ///< the reply is the request's body
    };
    enum class Upload : std::uint8_t { None, Length, Chunked };

    std::size_t number = 0;
    std::string token;
    std::string method = "GET";
    Mode mode = Mode::Stream;
    Upload upload = Upload::None;
    std::size_t size = 0;
    bool trailers = false;
    bool expects = false;
    bool expects_oddly = false;  ///< what no server knows
    bool http10 = false;
    bool absolute = false;    ///< the target is
    bool keeps = true;        ///< the connection
    bool pipelined = false;   ///< does not wait for the reply before it
    std::size_t padding = 0;  ///< bytes of one header
    Pace pace;
    base::Duration pause{};  ///< before it
    bool spoiled = false;    ///< its client says something else in the middle of it
    AnswerSpec answer;

    [[nodiscard]] bool idempotent() const { return method != "POST"; }
    [[nodiscard]] bool has_body() const { return upload != Upload::None && size > 0; }
    /// Whether the backend's answer has a body.
    [[nodiscard]] bool answered_with_body() const {
        return method != "HEAD" && answer.status != 204 && answer.status != 304;
    }
    [[nodiscard]] bool relayed() const {
        return mode == Mode::Stream || mode == Mode::Whole || mode == Mode::Discard;
    }
    [[nodiscard]] std::string head() const;
    [[nodiscard]] std::string body() const;
    /// As it goes out.
    [[nodiscard]] std::string framed_body() const;
};

/// One client and its connection.
struct ClientSpec {
    enum class Trouble : std::uint8_t {
        None,
        Leaves,
        Resets,
        EndsSaying,
        StopsSaying,
        StopsHearing,
        Garbage,
    };
    std::vector<RequestSpec> requests;
    base::Duration start{};
    LineNature nature;
    Pace hearing;
    Trouble trouble = Trouble::None;
    bool shakes = true;          ///< hands, if the server wants TLS
    bool unasked = false;        ///< the server may say something before it was asked
    std::size_t troubled = 0;    ///< the request at which it happens
    std::size_t trouble_at = 0;  ///< after so many thousandths of it
    bool lingers = true;         ///< leaves the end of the connection to the server
};

/// What lies between the program and its backends, for all of one run.
enum class Way : std::uint8_t {
    Plain,
    TwoHosts,  ///< the first of them is dead
    NoHost,    ///< ... or the only one
    Families,  ///< addresses of one family are dead
    Tls,
    TlsBroken,  ///< no handshake is ever complete
    TlsUnset,   ///< there are no settings for https
    Proxy,      ///< with two hosts; it does not take every connection
    Tunnel,
};

/// How a proxy answers when it is asked for a tunnel.
enum class TunnelAnswer : std::uint8_t {
    Given,
    Pieces,   ///< ... behind an interim answer, in pieces
    Refused,  ///< with a status
    Garbage,
    Eager,   ///< bytes of the other end, which was not asked yet, come with it
    Silent,  ///< never comes
};

struct WorldSpec {
    Way way = Way::Plain;
    TunnelAnswer tunnel = TunnelAnswer::Given;
    bool tls = false;  ///< of clients
    LineNature backend_nature;
    Pace backend_hearing;
    std::optional<base::Duration> drains;
    std::size_t idle_max = 250;
    bool reuse = true;
    std::size_t connections_max = 1000;  ///< of clients
    base::Duration header_limit{};       ///< of answers; 0: none
    std::uint64_t budget = 0;            ///< of memory for peers; 0: none
    /// Peers take what is sent in sips, too small to make room before they would be thought to have
    /// stalled.
    bool sips = false;
    base::Duration deadline = kDeadline;  ///< of a relayed request
    base::Duration read_limit{};          ///< of a request's body; 0: none
    std::vector<ClientSpec> clients;

    /// Whether a connection may be closed, or a request refused, for want of room.
    [[nodiscard]] bool crowded() const { return connections_max < 1000 || budget > 0; }
};

[[nodiscard]] WorldSpec random_world(std::uint64_t seed);

/// For people who look into a run.
[[nodiscard]] std::string describe(const WorldSpec& world);

/// Text of that length in which every few bytes say whose it is.
[[nodiscard]] std::string stamped(std::string_view token, char kind, std::size_t size);

/// The bytes of a backend's answer up to where its fate is, and whether that is its end.
struct Script {
    std::string bytes;
    AnswerSpec::Fate fate = AnswerSpec::Fate::Whole;
    bool reusable = true;
};
[[nodiscard]] Script script_of(const RequestSpec& request, Dice& dice);
/// Of the redirect in front of it.
[[nodiscard]] Script redirect_of(const RequestSpec& request);

/// The names of failures with which a request may end that no client's trouble has reached; whether
/// it may be answered as the backend wanted.
struct Allowed {
    bool good = true;
    bool broken = false;  ///< a reply that ends before its end
    std::set<std::string, std::less<>> failures;
};
[[nodiscard]] Allowed allowed_for(const RequestSpec& request, const WorldSpec& world);

}  // namespace aggregator::wire
