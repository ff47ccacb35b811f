#include <memory>
#include <string>
#include <vector>

#include <aggregator/net/client.hpp>

#include "growth/subject.hpp"
#include "net/host_list.hpp"
#include "net/location.hpp"
#include "net/tunnel.hpp"

namespace aggregator::growth {

namespace {

/// What pools need.
struct World {
    net::EventLoop loop;
    base::Log log{{.level = base::LogLevel::Error}};
    base::Counters counters;
    net::Resolver resolver{1};
    net::NameCache names{resolver, loop, std::chrono::seconds(30)};
    net::Pools pools{{loop, names, counters, log}, {}};
};

std::vector<net::Origin> origins(std::size_t n) {
    std::vector<net::Origin> made(n);
    for (std::size_t i = 0; i < n; ++i) {
        made[i].name = "127.0.0.1";
        made[i].port = 80;
        made[i].authority = "host-" + std::to_string(i);
    }
    return made;
}

void add_locations(Subjects& subjects) {
    const auto add = [&subjects](const std::string& name, const std::string& segment) {
        subjects.push_back(
            {"Location: " + name, 300, [segment](std::size_t n) {
                 return [base = origins(1).front(),
                         text = "/a" + joined(n, "", [&segment](std::size_t) { return segment; })] {
                     const auto to = net::resolve_location(text, base, "/b");
                     require(to.has_value(), text);
                 };
             }});
    };
    add("segments", "/aaa");
    add("dot segments", "/a/..");
    add("escapes", "%41%25");
    add("bytes to be escaped", "<<\"\"");
}

/// Calls whose clients leave, the last one first, before their backend's hosts are known.
void add_waiting_calls(Subjects& subjects) {
    subjects.push_back(
        {"calls that wait for hosts", 100, [](std::size_t n) {
             struct Waiting : World {
                 net::Discovery discovery{{.servers = {}}, log};
                 net::TargetFeed feed{discovery, loop};
                 net::Client client{pools, {feed, "growth.invalid", false}, {}, "growth"};
             };
             auto world = std::make_shared<Waiting>();
             http::Request request;
             request.method = "GET";
             request.target = "/";
             return [world, request, n] {
                 std::vector<std::unique_ptr<http::Call>> calls(n);
                 for (auto& call : calls) {
                     call = world->client.call(request, [](const auto&) {});
                 }
                 while (!calls.empty()) {
                     calls.pop_back();
                 }
             };
         }});
}

}  // namespace

void add_net(Subjects& subjects) {
    add_locations(subjects);
    add_waiting_calls(subjects);
    subjects.push_back({"pools held and let go", 100, [](std::size_t n) {
                            auto world = std::make_shared<World>();
                            return [world, made = origins(n)] {
                                std::vector<net::Pool*> held;
                                for (const net::Origin& origin : made) {
                                    held.push_back(&world->pools.hold(origin, "growth"));
                                }
                                for (net::Pool* const pool : held) {
                                    world->pools.let_go(*pool);
                                }
                            };
                        }});
    subjects.push_back({"host list that changes", 60, [](std::size_t n) {
                            auto world = std::make_shared<World>();
                            return [world, made = origins(n)] {
                                net::HostList hosts(world->pools, "growth");
                                hosts.set(made);
                                hosts.set({made.front()});
                            };
                        }});
    subjects.push_back({"a proxy's answer in single bytes", 3'500, [](std::size_t n) {
                            return [answer = "HTTP/1.1 200 OK\r\nX: " + std::string(n, 'x') +
                                             "\r\n\r\n"] {
                                net::Tunnel tunnel({"proxy", 3128, "proxy:3128", ""}, {});
                                bool open = false;
                                for (const char& byte : answer) {
                                    open = tunnel.take({&byte, 1}).value();
                                }
                                require(open, "a tunnel");
                            };
                        }});
    subjects.push_back({"waits for one name", 200, [](std::size_t n) {
                            auto world = std::make_shared<World>();
                            return [world, n] {
                                std::vector<std::unique_ptr<net::NameCache::Wait>> waits(n);
                                for (auto& wait : waits) {
                                    (void)world->names.find("invalid.", wait, [](const auto&) {});
                                }
                                while (!waits.empty()) {
                                    waits.pop_back();
                                }
                            };
                        }});
    subjects.push_back({"timers", 200, [](std::size_t n) {
                            auto world = std::make_shared<World>();
                            return [world, n] {
                                std::vector<std::unique_ptr<base::Timer>> timers(n);
                                for (std::size_t i = 0; i < n; ++i) {
                                    timers[i] = std::make_unique<base::Timer>(world->loop, [] {});
                                    timers[i]->start(std::chrono::seconds(n - i));
                                }
                            };
                        }});
}

}  // namespace aggregator::growth
