#include "net/srv_lookup.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <utility>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/time.h>

#include <ares.h>

#include <aggregator/base/text.hpp>
#include "net/targets.hpp"

namespace aggregator::net {
namespace {

using base::Code;
using Found = std::function<void(const std::string&, base::Result<Targets>)>;

constexpr int kTryMs = 1500;  // doubled with each try
constexpr int kTries = 2;
constexpr int kEndingCheckMs = 50;

std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v6 = address.sa_family == AF_INET6;
    const void* const at = &address;
    const void* const bytes =
        v6 ? static_cast<const void*>(&static_cast<const sockaddr_in6*>(at)->sin6_addr)
           : static_cast<const void*>(&static_cast<const sockaddr_in*>(at)->sin_addr);
    return inet_ntop(address.sa_family, bytes, text.data(), text.size()) != nullptr ? text.data()
                                                                                    : "";
}

/// In one order whatever the server's was, the preferred family first.
void settle(Addresses& addresses) {
    const auto is_v6 = [](const std::string& text) { return text.find(':') != text.npos; };
    const bool first = !addresses.empty() && is_v6(addresses.front());
    std::sort(addresses.begin(), addresses.end(), [&](const auto& a, const auto& b) {
        return is_v6(a) != is_v6(b) ? is_v6(a) == first : a < b;
    });
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

/// A name of the round, and its targets while their addresses are looked up.
struct Question {
    class Round& round;
    std::string name;
    Targets targets{};
    std::size_t open = 0;
};

struct AddressQuestion {
    Question& question;
    Target& target;
};

/// All look-ups of one round. The library's callbacks run from within run() alone.
class Round {
public:
    Round(const SrvRound& asked, const Found& found) : asked_(asked), found_(found) {}
    ~Round() {
        if (ready_) {
            ares_destroy(channel_);
        }
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    [[nodiscard]] int begin();
    void run();

private:
    static void records_came(void* question, int status, int, unsigned char* bytes, int size);
    static void addresses_came(void* question, int status, int, ares_addrinfo* found);

    void ask_addresses(Question& question);
    void address_done(Question& question);
    void finish(const Question& question, base::Result<Targets> outcome);
    void wait();

    const SrvRound& asked_;
    const Found& found_;
    ares_channel channel_{};
    bool ready_ = false;
    std::deque<Question> questions_;
    std::deque<AddressQuestion> addresses_;
    std::size_t open_ = 0;
};

base::Result<Targets> parse(const unsigned char* bytes, int size) {
    ares_srv_reply* reply = nullptr;
    if (const int status = ares_parse_srv_reply(bytes, size, &reply); status != ARES_SUCCESS) {
        return base::fail(Code::Resolve, ares_strerror(status));
    }
    std::vector<SrvRecord> records;
    for (const auto* one = reply; one != nullptr; one = one->next) {
        records.push_back({.target = base::to_lower(one->host),
                           .port = one->port,
                           .priority = one->priority,
                           .weight = one->weight});
    }
    ares_free_data(reply);
    Targets targets = choose(std::move(records));
    if (targets.empty()) {
        return base::fail(Code::Resolve, "no record names a target");
    }
    return targets;
}

int Round::begin() {
    ares_options options{};
    options.timeout = kTryMs;
    options.tries = kTries;
    int given = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    std::string lookups = "b";  // servers alone, not the system's table of hosts
    if (!asked_.servers.empty()) {
        options.flags = ARES_FLAG_NOSEARCH;
        options.lookups = lookups.data();
        given |= ARES_OPT_FLAGS | ARES_OPT_LOOKUPS;
    }
    int status = ares_init_options(&channel_, &options, given);
    ready_ = status == ARES_SUCCESS;
    if (ready_ && !asked_.servers.empty()) {
        std::string list;
        for (const std::string& server : asked_.servers) {
            list.append(list.empty() ? "" : ",").append(server);
        }
        status = ares_set_servers_ports_csv(channel_, list.c_str());
    }
    return status;
}

void Round::run() {
    open_ = asked_.names.size();
    for (const std::string& name : asked_.names) {
        Question& question = questions_.emplace_back(Question{*this, name});
        ares_search(channel_, name.c_str(), ns_c_in, ns_t_srv, records_came, &question);
    }
    while (open_ > 0 && !asked_.ending.load(std::memory_order_relaxed)) {
        wait();
    }
}

void Round::wait() {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto wanted =
        static_cast<unsigned>(ares_getsock(channel_, sockets.data(), ARES_GETSOCK_MAXNUM));
    std::array<pollfd, ARES_GETSOCK_MAXNUM> polled{};
    nfds_t count = 0;
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
        const bool reads = (wanted & (1u << i)) != 0;
        const bool writes = (wanted & (1u << (i + ARES_GETSOCK_MAXNUM))) != 0;
        if (reads || writes) {
            const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
            polled[count++] = {
                .fd = sockets[i], .events = static_cast<short>(events), .revents = 0};
        }
    }
    timeval longest{.tv_sec = 0, .tv_usec = kEndingCheckMs * 1000};
    timeval left{};
    const timeval* const limit = ares_timeout(channel_, &longest, &left);
    // Rounded up, so that a time that is nearly there is not waited for in circles.
    const auto limit_ms = limit->tv_sec * 1000 + limit->tv_usec / 1000 + 1;
    ::poll(polled.data(), count, static_cast<int>(limit_ms));
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what has come too late
    for (nfds_t i = 0; i < count; ++i) {
        const bool reads = (polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        const bool writes = (polled[i].revents & POLLOUT) != 0;
        ares_process_fd(channel_, reads ? polled[i].fd : ARES_SOCKET_BAD,
                        writes ? polled[i].fd : ARES_SOCKET_BAD);
    }
}

// NOLINTNEXTLINE(readability-function-size): c-ares says what it is called with
void Round::records_came(void* arg, int status, int, unsigned char* bytes, int size) {
    auto& question = *static_cast<Question*>(arg);
    if (status == ARES_EDESTRUCTION) {
        return;
    }
    Round& round = question.round;
    base::Result<Targets> targets = status == ARES_SUCCESS
                                        ? parse(bytes, size)
                                        : base::fail(Code::Resolve, ares_strerror(status));
    if (!targets || round.asked_.servers.empty()) {
        return round.finish(question, std::move(targets));
    }
    question.targets = std::move(*targets);
    round.ask_addresses(question);
}

void Round::ask_addresses(Question& question) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    question.open = question.targets.size();
    // By index: the last answer, which may come at once, takes targets out.
    const std::size_t count = question.targets.size();
    for (std::size_t i = 0; i < count; ++i) {
        Target& target = question.targets[i];
        addresses_.push_back({question, target});
        ares_getaddrinfo(channel_, target.name.c_str(), nullptr, &hints, addresses_came,
                         &addresses_.back());
    }
}

void Round::addresses_came(void* arg, int status, int, ares_addrinfo* found) {
    const auto& [question, target] = *static_cast<AddressQuestion*>(arg);
    if (status == ARES_EDESTRUCTION) {
        return;
    }
    if (status == ARES_SUCCESS) {
        for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
            target.addresses.push_back(text_of(*node->ai_addr));
        }
        settle(target.addresses);
        ares_freeaddrinfo(found);
    }
    question.round.address_done(question);
}

void Round::address_done(Question& question) {
    if (--question.open > 0) {
        return;
    }
    std::erase_if(question.targets, [](const Target& target) { return target.addresses.empty(); });
    if (question.targets.empty()) {
        return finish(question, base::fail(Code::Resolve, "no target has an address"));
    }
    finish(question, std::move(question.targets));
}

void Round::finish(const Question& question, base::Result<Targets> outcome) {
    --open_;
    if (!outcome) {
        outcome = base::fail(Code::Resolve, "cannot look up SRV records of " + question.name +
                                                ": " + outcome.error().detail);
    }
    found_(question.name, std::move(outcome));
}

}  // namespace

void look_up_srv(const SrvRound& asked, const Found& found) {
    Round round(asked, found);
    if (const int status = round.begin(); status != ARES_SUCCESS) {
        for (const std::string& name : asked.names) {
            found(name, base::fail(Code::Resolve, std::string("cannot ask for SRV records: ") +
                                                      ares_strerror(status)));
        }
        return;
    }
    round.run();
}

}  // namespace aggregator::net
