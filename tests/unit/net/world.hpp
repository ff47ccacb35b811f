#pragma once

// A Server and the connections to it, on one loop over loopback.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/net/client.hpp>
#include <aggregator/net/server.hpp>

namespace aggregator::net::test {

/// Answers with what it was asked, in the next turn of the loop; redirects to `location` if there
/// is one.
class Echo : public http::Service {
public:
    explicit Echo(base::Loop& loop) : loop_(loop) {}

    std::unique_ptr<http::Call> call(const http::Request& request, http::Done done) override {
        class Answer : public http::Call {
        public:
            Answer(base::Loop& loop, std::string text, std::string location, http::Done done)
                : text_(std::move(text)),
                  location_(std::move(location)),
                  done_(std::move(done)),
                  timer_(loop, [this] { answer(); }) {
                timer_.start(base::Duration::zero());
            }

        private:
            void answer() {
                http::Response response;
                const http::Field field{"Location", location_};
                if (!location_.empty()) {
                    response.status = 302;
                    response.headers = {&field, 1};
                }
                response.body = text_;
                const auto finished = std::move(done_);
                finished(std::move(response));
            }
            std::string text_;
            std::string location_;
            http::Done done_;
            base::Timer timer_;
        };
        seen.emplace_back(request.method);
        names.clear();
        for (const http::Field& field : request.headers) {
            names.emplace_back(field.name);
        }
        std::string text(request.method);
        text.append(" ").append(request.target).append(" ").append(request.body);
        return std::make_unique<Answer>(loop_, std::move(text), std::exchange(location, {}),
                                        std::move(done));
    }

    std::vector<std::string> seen;
    std::vector<std::string> names;  ///< of the last request's headers
    std::string location;            ///< for the next request alone

private:
    base::Loop& loop_;
};

/// Everything that the tests need, on one loop.
struct World {
    std::vector<http::Field> fields;  ///< of what is asked
    net::EventLoop loop;
    base::Log log{{.level = base::LogLevel::Error}};
    base::Counters counters;
    Echo echo{loop};
    net::Resolver resolver{1};
    net::NameCache names{resolver, loop, std::chrono::seconds(30)};
    net::Pools pools{{loop, names, counters, log}, pool_options()};
    std::unique_ptr<net::Server> server = make_server();
    std::uint16_t port = *server->listen("127.0.0.1", 0);

    static net::PoolOptions pool_options() {
        net::PoolOptions options;
        options.unheld_max = 2;
        return options;
    }
    std::unique_ptr<net::Server> make_server() {
        return std::make_unique<net::Server>(net::Server::Context{loop, echo, log, counters},
                                             net::ServerOptions{});
    }
    net::Origin origin(const std::string& host = "127.0.0.1") const {
        return {.tls = false, .name = host, .port = port, .authority = host, .prefix = {}};
    }
    net::Client client(const std::string& host = "127.0.0.1") {
        return net::Client(pools, {origin(host)}, {}, "test");
    }
    /// Asks, runs the loop until the answer is there, and returns its body or the failure's name.
    std::string ask(net::Client& client, std::string_view method, std::string_view body = {}) {
        http::Request request;
        request.method = method;
        request.target = "/t";
        request.headers = fields;
        request.body = body;
        std::string outcome;
        bool over = false;
        auto call = client.call(request, [&](http::Result<http::Response> answer) {
            outcome = answer ? std::string(answer->body)
                             : std::string(base::row(answer.error().code).name);
            over = true;
        });
        CHECK(!over);
        run_until([&] { return over; });
        return outcome;
    }
    void run_until(const std::function<bool()>& done) {
        base::Timer check(
            loop, [&] { done() ? loop.stop() : check.start(std::chrono::milliseconds(1)); });
        check.start(base::Duration::zero());
        loop.run();
    }
    /// Runs as many turns as it takes until what is closed has gone.
    void sweep() {
        int turns_left = 2;
        run_until([&] { return --turns_left < 0; });
    }
};

}  // namespace aggregator::net::test
