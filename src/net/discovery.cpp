#include <aggregator/net/discovery.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "net/srv_lookup.hpp"

namespace aggregator::net {
namespace {

constexpr auto kFirstRetry = std::chrono::seconds(1);
constexpr auto kDiscoveryPause = std::chrono::seconds(10);

}  // namespace

/// All that is watched, and the thread that asks for it.
class Discovery::Book {
public:
    Book(Options options, base::Log& log) : options_(std::move(options)), log_(log) {}
    ~Book() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_all();
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    std::uint64_t watch(const std::string& name, base::Loop& loop, Answer answer);
    void end(std::uint64_t number);

private:
    struct Watcher {
        std::uint64_t number;
        base::Loop* loop;
        Answer answer;
    };
    struct Name {
        std::optional<base::Result<Targets>> outcome;
        base::Time due{};
        base::Time complained{};
        std::vector<Watcher> watchers;
    };

    void run();
    [[nodiscard]] std::vector<std::string> due_names();
    [[nodiscard]] base::Time next_due() const;
    void settle(const std::string& name, base::Result<Targets> outcome);
    static void tell(const Watcher& watcher, const base::Result<Targets>& outcome);
    void complain(const std::string& name, Name& entry, const base::Error& error);

    const Options options_;
    base::Log& log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Name> names_;
    std::uint64_t watchers_ = 0;
    std::atomic<bool> ending_{false};
    std::thread thread_;  // begun with the first watcher
};

std::uint64_t Discovery::Book::watch(const std::string& name, base::Loop& loop, Answer answer) {
    const std::lock_guard lock(mutex_);
    Name& entry = names_[name];
    entry.watchers.push_back({++watchers_, &loop, std::move(answer)});
    if (entry.outcome) {
        tell(entry.watchers.back(), *entry.outcome);
    }
    if (!thread_.joinable()) {
        thread_ = std::thread([this] { run(); });
    }
    changed_.notify_all();
    return watchers_;
}

void Discovery::Book::end(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    for (auto& [name, entry] : names_) {
        std::erase_if(entry.watchers,
                      [number](const Watcher& watcher) { return watcher.number == number; });
    }
    std::erase_if(names_, [](const auto& one) { return one.second.watchers.empty(); });
}

void Discovery::Book::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        const SrvRound round{due_names(), options_.servers, ending_};
        if (round.names.empty()) {
            if (names_.empty()) {
                changed_.wait(lock);
            } else {
                changed_.wait_until(lock, next_due());
            }
            continue;
        }
        lock.unlock();
        look_up_srv(round, [this](const std::string& name, base::Result<Targets> outcome) {
            settle(name, std::move(outcome));
        });
        lock.lock();
    }
}

std::vector<std::string> Discovery::Book::due_names() {
    std::vector<std::string> due;
    for (const auto& [name, entry] : names_) {
        if (entry.due <= base::Clock::now()) {
            due.push_back(name);
        }
    }
    return due;
}

base::Time Discovery::Book::next_due() const {
    return std::min_element(
               names_.begin(), names_.end(),
               [](const auto& a, const auto& b) { return a.second.due < b.second.due; })
        ->second.due;
}

void Discovery::Book::settle(const std::string& name, base::Result<Targets> outcome) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name);
    if (found == names_.end()) {
        return;
    }
    Name& entry = found->second;
    const bool knows = entry.outcome && *entry.outcome;
    entry.due = base::Clock::now() +
                (outcome || knows ? options_.refresh
                                  : std::min<base::Duration>(options_.refresh, kFirstRetry));
    if (!outcome) {
        complain(name, entry, outcome.error());
    }
    const bool news = outcome ? !knows || **entry.outcome != *outcome : !entry.outcome;
    if (!news) {
        return;
    }
    entry.outcome = std::move(outcome);
    for (const Watcher& watcher : entry.watchers) {
        tell(watcher, *entry.outcome);
    }
    if (*entry.outcome) {
        const std::string count = std::to_string((*entry.outcome)->size());
        log_.write(base::LogLevel::Info, "the targets of a name are known",
                   {{"name", name}, {"targets", count, false}});
    }
}

void Discovery::Book::tell(const Watcher& watcher, const base::Result<Targets>& outcome) {
    watcher.loop->post([answer = watcher.answer, outcome] { answer(outcome); });
}

void Discovery::Book::complain(const std::string& name, Name& entry, const base::Error& error) {
    const base::Time now = base::Clock::now();
    if (now - entry.complained < kDiscoveryPause) {
        return;
    }
    entry.complained = now;
    log_.write(base::LogLevel::Warning, "a name's targets cannot be looked up",
               {{"name", name},
                {"detail", error.detail},
                {"kept", entry.outcome && *entry.outcome ? "true" : "false", false}});
}

Discovery::Discovery(Options options, base::Log& log)
    : book_(std::make_unique<Book>(std::move(options), log)) {}

Discovery::~Discovery() = default;

std::uint64_t Discovery::watch(const std::string& name, base::Loop& loop, Answer answer) {
    return book_->watch(name, loop, std::move(answer));
}

void Discovery::end(std::uint64_t watcher) { book_->end(watcher); }

struct TargetFeed::Table {
    Discovery& discovery;
    base::Loop& loop;
    std::map<std::uint64_t, Discovery::Answer> answers;
    std::uint64_t last = 0;

    void tell(std::uint64_t key, const base::Result<Targets>& outcome) {
        if (const auto found = answers.find(key); found != answers.end()) {
            const auto answer = found->second;
            answer(outcome);
        }
    }
};

namespace {

class FeedWatch : public TargetFeed::Watch {
public:
    explicit FeedWatch(std::function<void()> end) : end_(std::move(end)) {}
    ~FeedWatch() override { end_(); }

private:
    std::function<void()> end_;
};

}  // namespace

TargetFeed::TargetFeed(Discovery& discovery, base::Loop& loop)
    : table_(std::make_unique<Table>(Table{discovery, loop, {}})) {}

TargetFeed::~TargetFeed() = default;

std::unique_ptr<TargetFeed::Watch> TargetFeed::watch(const std::string& name,
                                                     Discovery::Answer changed) {
    Table& table = *table_;
    const std::uint64_t key = ++table.last;
    table.answers.emplace(key, std::move(changed));
    const std::uint64_t watcher = table.discovery.watch(
        name, table.loop, [&table, key](const auto& outcome) { table.tell(key, outcome); });
    return std::make_unique<FeedWatch>([&table, key, watcher] {
        table.discovery.end(watcher);
        table.answers.erase(key);
    });
}

}  // namespace aggregator::net
