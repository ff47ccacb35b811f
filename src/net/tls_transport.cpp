#include "net/tls_transport.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <sys/socket.h>

namespace aggregator::net {
namespace {

constexpr std::size_t kMethodMin = 3;  // "GET", "PUT"

TlsTransport& transport_of(BIO* bio) { return *static_cast<TlsTransport*>(BIO_get_data(bio)); }

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void keep_beginning(TlsTransport& transport, const char* from, std::size_t size) {
    const std::size_t kept = std::min(size, transport.first.size() - transport.first_bytes);
    std::copy_n(from, kept, transport.first.data() + transport.first_bytes);
    transport.first_bytes += kept;
}

int read_transport(BIO* bio, char* to, std::size_t size, std::size_t* moved) {
    TlsTransport& transport = transport_of(bio);
    BIO_clear_retry_flags(bio);
    ssize_t got = 0;
    do {
        got = ::recv(transport.fd, to, size, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        *moved = static_cast<std::size_t>(got);
        keep_beginning(transport, to, *moved);
        return 1;
    }
    if (got == 0) {
        transport.ended = true;
    } else if (would_block(errno)) {
        BIO_set_retry_read(bio);
    } else {
        transport.error = errno;
    }
    return 0;
}

int write_transport(BIO* bio, const char* from, std::size_t size, std::size_t* moved) {
    TlsTransport& transport = transport_of(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = 0;
    do {
        sent = ::send(transport.fd, from, size, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) {
        *moved = static_cast<std::size_t>(sent);
        return 1;
    }
    if (would_block(errno)) {
        BIO_set_retry_write(bio);
    } else if (!transport.ended) {
        // After an end OpenSSL still tries to send an alert; that this fails says nothing new.
        transport.error = errno;
    }
    return 0;
}

long control_transport(BIO* bio, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_EOF:
            return transport_of(bio).ended ? 1 : 0;
        default:
            return 0;
    }
}

}  // namespace

bool TlsTransport::may_be_tls() const {
    // A record: one of four types, then the major version, which is 3 for all that is called TLS.
    constexpr char kTypeFirst = 20;
    constexpr char kTypeLast = 23;
    constexpr char kMajor = 3;
    return first_bytes < 2 ||
           (first[0] >= kTypeFirst && first[0] <= kTypeLast && first[1] == kMajor);
}

bool TlsTransport::looks_like_http() const {
    const std::string_view seen = beginning();
    if (seen.starts_with("HTTP/")) {
        return true;
    }
    const std::string_view method = seen.substr(0, seen.find(' '));
    return method.size() >= kMethodMin &&
           std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

BioMethodPtr make_transport_method() {
    BioMethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "connection"));
    BIO_meth_set_read_ex(method.get(), read_transport);
    BIO_meth_set_write_ex(method.get(), write_transport);
    BIO_meth_set_ctrl(method.get(), control_transport);
    return method;
}

BIO* make_transport_bio(const BIO_METHOD& method, TlsTransport& transport) {
    BIO* bio = BIO_new(&method);
    BIO_set_data(bio, &transport);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace aggregator::net
