#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/net/tls.hpp>

#include "net/tls_openssl.hpp"
#include "net/tls_session.hpp"

namespace aggregator::net::tests {

/// A folder that goes with its owner.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
    /// Writes a file and gives its path.
    std::string write(const std::string& name, std::string_view content) const;

private:
    std::string path_;
};

enum class KeyKind { Ec, Rsa };

/// What a test certificate says.
struct Subject {
    std::string common_name = "test";
    std::string
        names;  ///< subjectAltName as OpenSSL writes it: "DNS:a.example,IP:::1"; empty: none
    long begins = -3600;  ///< seconds from now
    long ends = 86400;
    KeyKind kind = KeyKind::Ec;
    bool authority = false;
};

/// A certificate made for a test, with its key.
struct Made {
    X509Ptr certificate;
    KeyPtr key;

    [[nodiscard]] std::string certificate_pem() const;
    [[nodiscard]] std::string key_pem(const std::string& passphrase = "") const;
};

/// Signed by `issuer`; by itself if that is null.
[[nodiscard]] Made make_certificate(const Subject& subject, const Made* issuer);

/// An authority, and a folder with the files of what it issued.
class Authority {
public:
    explicit Authority(const std::string& name = "Test CA");

    /// Issues a certificate and writes both files; `file` is their name without its ending.
    TlsKeyPair issue(const std::string& file, const Subject& subject) const;
    [[nodiscard]] std::string ca_file() const { return folder.path("ca.pem"); }

    TemporaryFolder folder;
    Made made;
};

/// Contexts that must be right.
[[nodiscard]] std::shared_ptr<TlsContext> listener_for(const TlsListenerOptions& options);
[[nodiscard]] std::shared_ptr<TlsContext> client_for(const TlsClientOptions& options);
/// Trusts one file only.
[[nodiscard]] std::shared_ptr<TlsContext> client_trusting(const std::string& ca_file);

/// Two connected descriptors that do not block: 0 for the listener, 1 for the client.
class Connection {
public:
    Connection();
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int listener() const { return ends_[0]; }
    [[nodiscard]] int client() const { return ends_[1]; }
    void close_listener() { close(0); }
    void close_client() { close(1); }

private:
    void close(std::size_t which);

    std::array<int, 2> ends_{-1, -1};
};

/// Both sides of one TLS connection.
struct Talk {
    Talk(const std::shared_ptr<TlsContext>& listener_context,
         const std::shared_ptr<TlsContext>& client_context, const std::string& server_name);

    /// Steps both sides until each is done or has failed, or neither can go on.
    void shake();
    [[nodiscard]] bool established() const;
    /// Lets the client take in what the listener says after the handshake, such as tickets.
    [[nodiscard]] Io settle();

    Connection connection;
    std::unique_ptr<TlsSession> listener;
    std::unique_ptr<TlsSession> client;
    Io listener_outcome;
    Io client_outcome;
};

/// Writes all bytes with what the peer makes room for.
void send_raw(int descriptor, std::string_view bytes);
/// What can be read without waiting.
[[nodiscard]] std::string receive_raw(int descriptor);
[[nodiscard]] bool contains(std::string_view text, std::string_view part);

}  // namespace aggregator::net::tests
