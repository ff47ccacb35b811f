#include <aggregator/net/resolver.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>

namespace aggregator::net {
namespace {

using base::Code;

constexpr std::size_t kWaitingMax = 1024;
constexpr std::size_t kNamesMax = 1024;

base::Result<Addresses> ask(const std::string& name) {
    try {
        Addresses addresses;
        // A copy, because the entry would be a temporary that the loop outlives.
        const auto found = Poco::Net::DNS::hostByName(name).addresses();
        for (const auto& address : found) {
            if (std::find(addresses.begin(), addresses.end(), address.toString()) ==
                addresses.end()) {
                addresses.push_back(address.toString());
            }
        }
        if (addresses.empty()) {
            return base::fail(Code::Resolve, "no address for " + name);
        }
        return addresses;
    } catch (const Poco::Exception& problem) {
        return base::fail(Code::Resolve, "cannot resolve " + name + ": " + problem.displayText());
    }
}

}  // namespace

struct Resolver::Queue {
    struct Question {
        std::string name;
        base::Loop* loop;
        Answer answer;
        std::thread::id asker{};  // who is looking it up
    };

    void run() {
        std::unique_lock lock(mutex);
        for (;;) {
            filled.wait(lock, [this] { return ending || !questions.empty(); });
            if (ending) {
                return;
            }
            const auto question = questions.front();
            questions.pop_front();
            question->asker = std::this_thread::get_id();
            asked.push_back(question);
            lock.unlock();
            auto result = ask(question->name);
            lock.lock();
            std::erase(asked, question);
            if (question->loop != nullptr) {
                question->loop->post([answer = std::move(question->answer),
                                      outcome = std::move(result)] { answer(outcome); });
            }
        }
    }

    /// Under the lock: nothing is posted to that loop any more.
    void forget(const base::Loop& loop) {
        std::erase_if(questions, [&loop](const auto& question) { return question->loop == &loop; });
        for (const auto& question : asked) {
            question->loop = question->loop == &loop ? nullptr : question->loop;
        }
    }

    /// Under the lock. What the threads are looking up goes to nobody; the threads that do.
    std::vector<std::thread::id> end() {
        ending = true;
        std::vector<std::thread::id> busy;
        for (const auto& question : asked) {
            question->loop = nullptr;
            busy.push_back(question->asker);
        }
        return busy;
    }

    std::mutex mutex;
    std::condition_variable filled;
    std::deque<std::shared_ptr<Question>> questions;
    std::vector<std::shared_ptr<Question>> asked;  // by the threads, now
    bool ending = false;
    std::vector<std::thread> threads;  // for the owner alone
};

Resolver::Resolver(unsigned threads) : queue_(std::make_shared<Queue>()) {
    for (unsigned i = 0; i < threads; ++i) {
        queue_->threads.emplace_back([queue = queue_] { queue->run(); });
    }
}

Resolver::~Resolver() {
    std::vector<std::thread::id> busy;
    {
        const std::lock_guard lock(queue_->mutex);
        busy = queue_->end();
        queue_->filled.notify_all();
    }
    for (auto& thread : queue_->threads) {
        // A look-up can hang for minutes, and nothing may wait for it when the program ends.
        if (std::find(busy.begin(), busy.end(), thread.get_id()) != busy.end()) {
            thread.detach();
        } else {
            thread.join();
        }
    }
}

void Resolver::look_up(const std::string& name, base::Loop& loop, Answer answer) {
    {
        const std::lock_guard lock(queue_->mutex);
        if (queue_->questions.size() < kWaitingMax) {
            queue_->questions.push_back(
                std::make_shared<Queue::Question>(Queue::Question{name, &loop, std::move(answer)}));
            queue_->filled.notify_one();
            return;
        }
    }
    loop.post([answer = std::move(answer)] {
        answer(base::fail(Code::Resolve, "too many names wait to be resolved"));
    });
}

void Resolver::forget(const base::Loop& loop) {
    const std::lock_guard lock(queue_->mutex);
    queue_->forget(loop);
}

struct NameCache::Entry {
    std::optional<Addresses> addresses;
    base::Time fresh_until{};
    base::Time used{};
    bool asking = false;
    std::list<class Waiter*> waiters;

    /// Nobody waits for it.
    [[nodiscard]] bool rests() const { return !asking && waiters.empty(); }
};

struct NameCache::Table {
    Resolver& resolver;
    base::Loop& loop;
    base::Duration ttl;
    std::map<std::string, Entry> entries;

    [[nodiscard]] Entry& of(const std::string& name);
    void make_room();
    void ask(const std::string& name);
    void answered(const std::string& name, const base::Result<Addresses>& result);
};

class Waiter : public NameCache::Wait {
public:
    Waiter(std::list<Waiter*>& list, Resolver::Answer answer)
        : ready(std::move(answer)), list_(&list), place_(list.insert(list.end(), this)) {}
    ~Waiter() override {
        if (list_ != nullptr) {
            list_->erase(place_);
        }
    }
    void leave() { list_ = nullptr; }

    Resolver::Answer ready;

private:
    std::list<Waiter*>* list_;
    std::list<Waiter*>::iterator place_;
};

NameCache::Entry& NameCache::Table::of(const std::string& name) {
    auto found = entries.find(name);
    if (found == entries.end()) {
        make_room();
        found = entries.emplace(name, Entry{}).first;
    }
    found->second.used = loop.now();
    return found->second;
}

/// Backends choose names too, by redirects: the one that was not used for longest goes.
void NameCache::Table::make_room() {
    if (entries.size() < kNamesMax) {
        return;
    }
    auto oldest = entries.end();
    for (auto at = entries.begin(); at != entries.end(); ++at) {
        if (at->second.rests() &&
            (oldest == entries.end() || at->second.used < oldest->second.used)) {
            oldest = at;
        }
    }
    if (oldest != entries.end()) {
        entries.erase(oldest);
    }
}

void NameCache::Table::ask(const std::string& name) {
    Entry& entry = entries[name];
    if (entry.asking) {
        return;
    }
    entry.asking = true;
    resolver.look_up(name, loop, [this, name](const auto& result) { answered(name, result); });
}

void NameCache::Table::answered(const std::string& name, const base::Result<Addresses>& result) {
    Entry& entry = entries[name];
    entry.fresh_until =
        loop.now() + (result ? ttl : std::min(ttl, base::Duration(std::chrono::seconds(1))));
    if (result) {
        entry.addresses = *result;
    }
    // One at a time from the front: a waiter that is told may destroy others.
    while (!entry.waiters.empty()) {
        Waiter* waiter = entry.waiters.front();
        entry.waiters.pop_front();
        waiter->leave();
        const auto ready = std::move(waiter->ready);
        ready(result);
    }
    entry.asking = false;  // not before: until then the entry stays
}

NameCache::NameCache(Resolver& resolver, base::Loop& loop, base::Duration ttl)
    : table_(std::make_unique<Table>(Table{resolver, loop, ttl, {}})) {}

NameCache::~NameCache() { table_->resolver.forget(table_->loop); }

std::size_t NameCache::size() const { return table_->entries.size(); }

const Addresses* NameCache::find(const std::string& name, std::unique_ptr<Wait>& wait,
                                 Resolver::Answer ready) {
    Entry& entry = table_->of(name);
    if (!entry.addresses) {
        Poco::Net::IPAddress literal;
        if (Poco::Net::IPAddress::tryParse(name, literal)) {
            entry.addresses = Addresses{name};
            entry.fresh_until = base::Time::max();
        }
    }
    if (!entry.addresses || table_->loop.now() >= entry.fresh_until) {
        table_->ask(name);
    }
    if (entry.addresses) {
        return &*entry.addresses;  // maybe old: better than to wait
    }
    wait = std::make_unique<Waiter>(entry.waiters, std::move(ready));
    return nullptr;
}

}  // namespace aggregator::net
