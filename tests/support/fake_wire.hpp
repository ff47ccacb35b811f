#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/wire.hpp"
#include "support/dice.hpp"
#include "support/fake_loop.hpp"

namespace aggregator::testing {

class FakeWireLoop;

/// How a line behaves, apart from what its peer does.
struct LineNature {
    enum class Outcome : std::uint8_t { Done, Failed, Never };

    std::size_t room = 1u << 16;        ///< for what was sent and the peer has not taken
    base::Duration lag_max{};           ///< from what happens to who is told of it
    Outcome opening = Outcome::Done;    ///< of a connection that the program begins
    base::Duration opens_after{};       ///< ... or fails then
    Outcome handshake = Outcome::Done;  ///< of TLS, if the program begins with it
    base::Duration shakes_after{};      ///< ... or fails then
    base::Code refusal = base::Code::TlsUntrusted;  ///< why the handshake fails
    bool speaks_http = false;                       ///< with the refusal TlsNotSpoken
};

/// One connection between the program, which has a Wire, and a peer that a test plays. It keeps to
/// what a system does: bytes stay in their order, a short count without TLS means that there is no
/// more, events are edges and come late, at once or for nothing. What breaks the contract of Wire
/// is noted by the loop. Shared by both ends, which live on the loop's thread.
class Line : public std::enable_shared_from_this<Line> {
public:
    enum class Start : std::uint8_t { Connecting, Open };
    Line(FakeWireLoop& loop, const LineNature& nature, Start start);

    // The peer's end.
    /// `news` runs when there is something to hear, an end, a break, or room: in a later turn.
    void listen(std::function<void()> news);
    void say(std::string_view bytes);
    /// No more will be said. With TLS: in good order, or not.
    enum class Farewell : std::uint8_t { Said, Unsaid };
    void end(Farewell farewell = Farewell::Said);
    /// Neither says nor hears any more; a reset if something was not heard, or comes later.
    void close();
    void reset();
    [[nodiscard]] std::string hear(std::size_t bytes_max = std::string::npos);
    [[nodiscard]] std::size_t audible() const { return out_.size(); }
    /// What was said and the program has not read.
    [[nodiscard]] std::size_t unread() const { return in_.size(); }
    /// The program has sent its last byte, and it was heard.
    [[nodiscard]] bool heard_end() const { return program_ended_ && out_.empty(); }
    /// The program has reset the connection, or it was reset from here.
    [[nodiscard]] bool broken() const { return broken_; }
    [[nodiscard]] bool opened() const { return opened_; }
    [[nodiscard]] bool secured() const { return secured_; }
    /// The program's end has closed.
    [[nodiscard]] bool left() const { return left_; }
    [[nodiscard]] base::Time left_at() const { return left_at_; }
    /// The program wrote to a peer that was closed already; what it was.
    [[nodiscard]] const std::string& lost() const { return lost_; }

private:
    friend class FakeWire;

    void tell_program();
    void tell_program_now();
    void tell_peer();
    void break_off();
    [[nodiscard]] bool has_room() const { return room() >= (nature_.room + 2) / 3; }
    [[nodiscard]] std::size_t room() const {
        return out_.size() < nature_.room ? nature_.room - out_.size() : 0;
    }
    [[nodiscard]] std::uint32_t events() const;
    [[nodiscard]] base::Duration lag();
    void open();
    void shake();
    void leave(bool resets);

    FakeWireLoop& loop_;
    LineNature nature_;
    net::Watcher* watcher_ = nullptr;
    std::function<void()> news_;
    std::string in_;   // to the program
    std::string out_;  // to the peer
    std::string lost_;
    base::Timer program_timer_;
    base::Timer peer_timer_;
    base::Timer step_timer_;  // of opening, then of the handshake
    base::Time left_at_{};
    bool opened_ = false;
    bool refused_ = false;
    bool tls_ = false;
    bool shaking_ = false;
    bool shake_failed_ = false;
    bool secured_ = false;
    bool peer_ended_ = false;
    bool peer_closed_ = false;
    bool farewell_ = true;
    bool program_ended_ = false;
    bool broken_ = false;
    bool starved_ = false;  // the program waits for room
    bool left_ = false;
    bool written_ = false;  // a fresh buffer takes all that it has room for
};

/// The program's end of a line.
class FakeWire final : public net::Wire {
public:
    explicit FakeWire(std::shared_ptr<Line> line) : line_(std::move(line)) {}
    ~FakeWire() override;

    void watch(net::Watcher& watcher) override;
    void unwatch() override { line_->watcher_ = nullptr; }
    [[nodiscard]] net::Io connected() const override;
    void begin_tls_accept(const std::shared_ptr<net::TlsContext>& context) override;
    void begin_tls_connect(const std::shared_ptr<net::TlsContext>& context,
                           const std::string& server_name) override;
    [[nodiscard]] bool tls() const override { return line_->tls_; }
    [[nodiscard]] net::Io handshake() override;
    [[nodiscard]] bool peer_speaks_http() const override { return line_->nature_.speaks_http; }
    void drop_tls() override { line_->tls_ = false; }
    [[nodiscard]] net::Io read(std::span<char> room) override;
    [[nodiscard]] net::Io write(std::string_view bytes) override;
    [[nodiscard]] net::Io write_both(std::string_view first, std::string_view second) override;
    void end_sending() override;
    [[nodiscard]] bool gone() const override;
    [[nodiscard]] std::size_t untaken() const override { return line_->out_.size(); }
    void reset_on_close() override { resets_ = true; }
    void keep_alive(int seconds) override;
    [[nodiscard]] std::string peer() const override { return peer_; }
    [[nodiscard]] std::string own() const override { return "192.0.2.1"; }

    void call_peer(std::string address) { peer_ = std::move(address); }

private:
    [[nodiscard]] bool may_transfer(const char* what) const;

    std::shared_ptr<Line> line_;
    std::string peer_ = "198.51.100.1";
    std::string offered_;  // with TLS: what the next write has to begin with
    bool resets_ = false;
};

/// A loop on a clock that is moved by hand, whose connections are lines to peers of a test.
class FakeWireLoop final : public FakeLoopOf<net::WireLoop> {
public:
    /// Makes the line of a connection that the program begins; null: it fails at once.
    using Connects = std::function<std::shared_ptr<Line>(const std::string&, std::uint16_t)>;

    explicit FakeWireLoop(std::uint64_t seed) : FakeLoopOf(seed), dice(seed * 2 + 1) {}

    [[nodiscard]] base::Result<std::unique_ptr<net::Wire>> connect(const std::string& address,
                                                                   std::uint16_t port) override;
    void add(int descriptor, net::Watcher& watcher) override;
    void remove(int descriptor, net::Watcher& watcher) override;

    void note(const std::string& violation) { violations.push_back(violation); }

    Dice dice;
    Connects connects;
    std::size_t wires = 0;                ///< that exist
    int nothing_percent = 3;              ///< of events that are followed by one for nothing
    std::vector<std::string> violations;  ///< of the contract of Wire

protected:
    void end_turn() override { destroy_disposed(); }
};

}  // namespace aggregator::testing
