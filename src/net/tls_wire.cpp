#include "net/tls_wire.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <sys/socket.h>

namespace aggregator::net {
namespace {

constexpr std::size_t kMethodMin = 3;  // "GET", "PUT"

TlsWire& wire_of(BIO* bio) { return *static_cast<TlsWire*>(BIO_get_data(bio)); }

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void keep_beginning(TlsWire& wire, const char* from, std::size_t size) {
    const std::size_t kept = std::min(size, wire.first.size() - wire.first_bytes);
    std::copy_n(from, kept, wire.first.data() + wire.first_bytes);
    wire.first_bytes += kept;
}

int read_wire(BIO* bio, char* to, std::size_t size, std::size_t* moved) {
    TlsWire& wire = wire_of(bio);
    BIO_clear_retry_flags(bio);
    ssize_t got = 0;
    do {
        got = ::recv(wire.fd, to, size, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        *moved = static_cast<std::size_t>(got);
        keep_beginning(wire, to, *moved);
        return 1;
    }
    if (got == 0) {
        wire.ended = true;
    } else if (would_block(errno)) {
        BIO_set_retry_read(bio);
    } else {
        wire.error = errno;
    }
    return 0;
}

int write_wire(BIO* bio, const char* from, std::size_t size, std::size_t* moved) {
    TlsWire& wire = wire_of(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = 0;
    do {
        sent = ::send(wire.fd, from, size, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) {
        *moved = static_cast<std::size_t>(sent);
        return 1;
    }
    if (would_block(errno)) {
        BIO_set_retry_write(bio);
    } else if (!wire.ended) {
        // After an end OpenSSL still tries to send an alert; that this fails says nothing new.
        wire.error = errno;
    }
    return 0;
}

long control_wire(BIO* bio, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_EOF:
            return wire_of(bio).ended ? 1 : 0;
        default:
            return 0;
    }
}

}  // namespace

bool TlsWire::may_be_tls() const {
    // A record: one of four types, then the major version, which is 3 for all that is called TLS.
    constexpr char kTypeFirst = 20;
    constexpr char kTypeLast = 23;
    constexpr char kMajor = 3;
    return first_bytes < 2 ||
           (first[0] >= kTypeFirst && first[0] <= kTypeLast && first[1] == kMajor);
}

bool TlsWire::looks_like_http() const {
    const std::string_view seen = beginning();
    if (seen.starts_with("HTTP/")) {
        return true;
    }
    const std::string_view method = seen.substr(0, seen.find(' '));
    return method.size() >= kMethodMin &&
           std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

BioMethodPtr make_wire_method() {
    BioMethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "connection"));
    BIO_meth_set_read_ex(method.get(), read_wire);
    BIO_meth_set_write_ex(method.get(), write_wire);
    BIO_meth_set_ctrl(method.get(), control_wire);
    return method;
}

BIO* make_wire(const BIO_METHOD& method, TlsWire& wire) {
    BIO* bio = BIO_new(&method);
    BIO_set_data(bio, &wire);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace aggregator::net
