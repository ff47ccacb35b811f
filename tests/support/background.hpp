#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <aggregator/component/background.hpp>

#include "support/fake_loop.hpp"
#include "support/fake_service.hpp"

namespace aggregator::testing {

/// A background on a fake loop of its own: what repeats for ever there does not keep the loop of a
/// gateway from running dry. Jobs wait until they are told to run.
class FakeBackground final : public component::Background {
public:
    explicit FakeBackground(std::uint64_t seed = 1) : fake(seed) {}

    [[nodiscard]] base::Loop& loop() override { return fake; }
    [[nodiscard]] base::Log& log() override { return log_; }
    [[nodiscard]] std::unique_ptr<http::Service> client(
        const plan::Host& host, const component::RemoteOptions& /*options*/) override {
        auto& service = remotes[host.authority];
        if (!service) {
            service = std::make_unique<FakeService>(fake, Script{});
        }
        return std::make_unique<Borrowed>(*service);
    }
    [[nodiscard]] bool work(std::function<void()> job) override {
        if (jobs.size() == jobs_max) {
            return false;
        }
        jobs.push_back(std::move(job));
        return true;
    }

    /// Runs what waits for a thread that may block.
    void run_jobs() {
        while (!jobs.empty()) {
            const auto job = std::move(jobs.front());
            jobs.pop_front();
            job();
        }
    }

    FakeLoop fake;
    std::map<std::string, std::unique_ptr<FakeService>> remotes;  ///< by the Host header
    std::deque<std::function<void()>> jobs;
    std::size_t jobs_max = 256;

private:
    class Borrowed final : public http::Service {
    public:
        explicit Borrowed(http::Service& inner) : inner_(inner) {}
        [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                       http::Done done) override {
            return inner_.call(request, std::move(done));
        }

    private:
        http::Service& inner_;
    };

    base::Log log_{{.level = base::LogLevel::Error}};
};

}  // namespace aggregator::testing
