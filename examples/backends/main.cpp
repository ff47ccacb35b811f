// The services that the examples put behind the gateway: users, orders and recommendations, in a
// first and a second version. The recommendations of v1 are slow, every third answer of the orders
// of v2 is a failure, and each version tells at /received how often each service was asked.
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace {

namespace net = Poco::Net;

constexpr auto kSlow = std::chrono::milliseconds(600);
constexpr int kFailEvery = 3;

enum class Version { V1, V2 };

/// How often each service of one version was asked.
struct Received {
    std::atomic<int> users{0};
    std::atomic<int> orders{0};
    std::atomic<int> recommendations{0};
};

struct Answer {
    net::HTTPResponse::HTTPStatus status = net::HTTPResponse::HTTP_OK;
    std::string body;
    std::string cache_control = {};
};

/// What follows `prefix` in the path; the user's number in `/users/7`.
std::string after(const std::string& path, std::string_view prefix) {
    return path.substr(prefix.size());
}

bool begins(const std::string& path, std::string_view prefix) {
    return path.compare(0, prefix.size(), prefix) == 0;
}

Answer user(Version version, const std::string& id) {
    if (version == Version::V1) {
        return {.body = R"({"id":)" + id + R"(,"name":"Ada Lovelace","email":"ada@example.org",)" +
                        R"("address":{"city":"London","street":"12 St James's Square"}})"};
    }
    return {.body = R"({"id":)" + id + R"(,"first_name":"Ada","last_name":"Lovelace",)" +
                    R"("contact":{"email":"ada@example.org"}})"};
}

Answer orders(Version version, int count) {
    if (version == Version::V2 && count % kFailEvery == 0) {
        return {net::HTTPResponse::HTTP_SERVICE_UNAVAILABLE, R"({"error":"try again"})"};
    }
    return {.body = R"({"orders":[{"no":1001,"total":12.50},{"no":1002,"total":3.10}],)"
                    R"("currency":"GBP","page":1})"};
}

Answer recommendations(Version version) {
    if (version == Version::V1) {
        std::this_thread::sleep_for(kSlow);
    }
    return {.body = R"(["a compass","a paper on engines","seven punched cards"])",
            .cache_control = "max-age=60"};
}

Answer counts(const Received& received) {
    return {.body = R"({"users":)" + std::to_string(received.users) + R"(,"orders":)" +
                    std::to_string(received.orders) + R"(,"recommendations":)" +
                    std::to_string(received.recommendations) + "}"};
}

class Handler : public net::HTTPRequestHandler {
public:
    Handler(Version version, Received& received) : version_(version), received_(received) {}

    void handleRequest(net::HTTPServerRequest& request,
                       net::HTTPServerResponse& response) override {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        const Answer answer =
            body.empty() ? answer_to(Poco::URI(request.getURI()).getPath()) : accept(body);
        response.setStatusAndReason(answer.status);
        response.setContentType("application/json");
        if (!answer.cache_control.empty()) {
            response.set("Cache-Control", answer.cache_control);
        }
        response.sendBuffer(answer.body.data(), answer.body.size());
    }

private:
    Answer answer_to(const std::string& path) {
        if (begins(path, "/users/")) {
            ++received_.users;
            return user(version_, after(path, "/users/"));
        }
        if (begins(path, "/orders")) {
            return orders(version_, ++received_.orders);
        }
        if (begins(path, "/recommendations")) {
            ++received_.recommendations;
            return recommendations(version_);
        }
        if (path == "/received") {
            return counts(received_);
        }
        return {net::HTTPResponse::HTTP_NOT_FOUND, R"({"error":"no such thing"})"};
    }

    /// Whatever is sent with a body is an order.
    Answer accept(const std::string& body) {
        ++received_.orders;
        return {net::HTTPResponse::HTTP_CREATED,
                R"({"accepted":)" + std::to_string(body.size()) + R"(,"unit":"bytes"})"};
    }

    Version version_;
    Received& received_;
};

class Factory : public net::HTTPRequestHandlerFactory {
public:
    Factory(Version version, Received& received) : version_(version), received_(received) {}

    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
        return new Handler(version_, received_);
    }

private:
    Version version_;
    Received& received_;
};

net::ServerSocket listen(const char* port) {
    const auto number = static_cast<Poco::UInt16>(std::strtoul(port, nullptr, 10));
    return net::ServerSocket(net::SocketAddress("127.0.0.1", number));
}

int serve(const std::array<const char*, 2>& ports, const sigset_t& signals) {
    std::array<Received, 2> received;
    std::array<net::ServerSocket, 2> sockets{listen(ports[0]), listen(ports[1])};
    net::HTTPServer first(new Factory(Version::V1, received[0]), sockets[0],
                          new net::HTTPServerParams);
    net::HTTPServer second(new Factory(Version::V2, received[1]), sockets[1],
                           new net::HTTPServerParams);
    first.start();
    second.start();
    std::printf("v1 %s\nv2 %s\n", sockets[0].address().toString().c_str(),
                sockets[1].address().toString().c_str());
    std::fflush(stdout);
    int number = 0;
    sigwait(&signals, &number);
    first.stopAll(true);
    second.stopAll(true);
    return 0;
}

}  // namespace

/// `sample_backends [V1_PORT V2_PORT]`: 9001 and 9002 if not said, 0 lets the system choose. Says
/// where it listens and serves until SIGTERM or SIGINT.
int main(int argc, char** argv) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    try {
        return serve({argc > 1 ? argv[1] : "9001", argc > 2 ? argv[2] : "9002"}, signals);
    } catch (const Poco::Exception& error) {
        std::fprintf(stderr, "sample_backends: %s\n", error.displayText().c_str());
        return 1;
    }
}
