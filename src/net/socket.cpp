#include "net/socket.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <aggregator/base/assert.hpp>

namespace aggregator::net {
namespace {

using base::Code;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

std::string describe(int error_number) { return std::generic_category().message(error_number); }

/// The address as text, empty if the connection is gone; an IPv4 one of an IPv6 socket is one of
/// IPv4.
std::string text_of(const auto& end) {
    try {
        constexpr std::string_view kMapped = "::ffff:";
        std::string address = end().host().toString();
        return address.starts_with(kMapped) ? address.substr(kMapped.size()) : address;
    } catch (const Poco::Exception&) {
        return {};
    }
}

/// What a system call that sends has returned.
Io written(ssize_t count) {
    if (count >= 0) {
        return Io::done(static_cast<std::size_t>(count));
    }
    const int problem = errno;
    const bool full = problem == EAGAIN || problem == EWOULDBLOCK || problem == EINTR;
    return full ? Io::wait() : Io::failed({Code::Reset, describe(problem)});
}

}  // namespace

Socket::Socket(WireLoop& loop, const StreamSocket& stream)
    : loop_(loop), stream_(stream), descriptor_(stream_.impl()->sockfd()) {
    stream_.setBlocking(false);
    stream_.setNoDelay(true);
}

Socket::Socket(WireLoop& loop, int descriptor)
    : Socket(loop, StreamSocket(new Poco::Net::StreamSocketImpl(descriptor))) {}

Socket::~Socket() { unwatch(); }

base::Result<std::unique_ptr<Socket>> Socket::connect(WireLoop& loop, const std::string& address,
                                                      std::uint16_t port) {
    const SocketAddress where(address, port);
    try {
        StreamSocket stream(where.family());
        stream.connectNB(where);
        return std::unique_ptr<Socket>(new Socket(loop, stream));
    } catch (const Poco::Exception& problem) {
        return base::fail(Code::Connect, where.toString() + ": " + problem.displayText());
    }
}

void Socket::watch(Watcher& watcher) {
    watcher_ = &watcher;
    loop_.add(descriptor_, watcher);
}

void Socket::unwatch() {
    if (watcher_ != nullptr) {
        loop_.remove(descriptor_, *watcher_);
        watcher_ = nullptr;
    }
}

void Socket::close() {
    unwatch();
    stream_.close();
    descriptor_ = -1;
}

Io Socket::connected() const {
    int problem = 0;
    socklen_t size = sizeof problem;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) {
        problem = errno;
    }
    if (problem != 0) {
        return Io::failed({Code::Connect, describe(problem)});
    }
    return Io::done(0);
}

void Socket::begin_tls_accept(const std::shared_ptr<TlsContext>& context) {
    tls_ = TlsSession::accept(context, descriptor_);
}

void Socket::begin_tls_connect(const std::shared_ptr<TlsContext>& context,
                               const std::string& server_name) {
    tls_ = TlsSession::connect(context, descriptor_, server_name);
}

Io Socket::read(std::span<char> room) {
    Io io = read_some(room);
    count_in(io.bytes);
    return io;
}

Io Socket::write(std::string_view bytes) {
    Io io = write_some(bytes);
    count_out(io.bytes);
    return io;
}

Io Socket::read_some(std::span<char> room) {
    if (tls_) {
        return tls_->read(room.data(), room.size());
    }
    try {
        const int count = stream_.receiveBytes(room.data(), static_cast<int>(room.size()));
        if (count > 0) {
            return Io::done(static_cast<std::size_t>(count));
        }
        return count == 0 ? Io::closed() : Io::wait();
    } catch (const Poco::Exception& problem) {
        return Io::failed({Code::Reset, problem.displayText()});
    }
}

Io Socket::write_some(std::string_view bytes) {
    if (tls_) {
        return tls_->write(bytes.data(), bytes.size());
    }
    // The system call itself: Poco's throws when the socket is full, which is the usual end of a
    // large write.
    return written(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

Io Socket::write_both(std::string_view first, std::string_view second) {
    AGG_ASSERT(!tls_);
    // sendmsg() reads through pointers that are not const.
    std::array<iovec, 2> parts{{{const_cast<char*>(first.data()), first.size()},
                                {const_cast<char*>(second.data()), second.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    Io io = written(::sendmsg(descriptor_, &message, MSG_NOSIGNAL));
    count_out(io.bytes);
    return io;
}

void Socket::end_sending() {
    if (tls_) {
        tls_->shutdown();
    }
    ::shutdown(descriptor_, SHUT_WR);
}

bool Socket::gone() const {
    char byte = 0;
    const auto count = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

std::size_t Socket::untaken() const {
    int bytes = 0;
    return ::ioctl(descriptor_, SIOCOUTQ, &bytes) == 0 ? static_cast<std::size_t>(bytes) : 0;
}

void Socket::reset_on_close() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Socket::keep_alive(int seconds) {
    const int on = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
}

std::string Socket::peer() const {
    return text_of([this] { return stream_.peerAddress(); });
}

std::string Socket::own() const {
    return text_of([this] { return stream_.address(); });
}

}  // namespace aggregator::net
