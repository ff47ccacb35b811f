#include "app/health_checks.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <aggregator/http/service.hpp>

namespace aggregator::app {

namespace {

using config::ActiveConfig;

constexpr std::string_view kAgent = "Aggregator health check";
constexpr std::uint64_t kAnswerBytesMax = 1u << 20;
constexpr std::int64_t kSpread = 10;  // the part of the interval by which it varies either way

/// What is asked for a host's checks: that host, or another port of it.
plan::Host checked_host(const plan::Host& host, const ActiveConfig& active) {
    plan::Host checked = host;
    checked.prefix.clear();  // the path of the check is the whole path
    if (active.port != 0) {
        const bool v6 = host.name.find(':') != std::string::npos;
        checked.port = static_cast<std::uint16_t>(active.port);
        checked.authority =
            (v6 ? "[" + host.name + "]" : host.name) + ":" + std::to_string(active.port);
    }
    return checked;
}

bool is_same(const plan::Host& a, const plan::Host& b) {
    return a.tls == b.tls && a.name == b.name && a.port == b.port && a.authority == b.authority;
}

}  // namespace

/// The checks of one host. On the background's thread from its first turn on.
class HealthChecks::HostCheck {
public:
    HostCheck(component::Background& background, plan::Host host, const ActiveConfig& active)
        : background_(background),
          host_(std::move(host)),
          active_(active),
          next_(background.loop(), [this] { ask(); }),
          limit_(background.loop(), [this] { finish(false); }) {
        background.loop().post([this] { ask(); });
    }

    [[nodiscard]] bool is_of(const plan::Host& host, const ActiveConfig& active) const {
        return is_same(host_, host) && active_ == active;
    }
    void watch(std::shared_ptr<net::HostState> state) {
        if (std::ranges::find(states_, state) == states_.end()) {
            states_.push_back(std::move(state));
        }
    }

private:
    void ask() {
        base::Loop& loop = background_.loop();
        if (limit_.armed()) {  // the one before takes longer than the interval
            is_due_ = true;
            return;
        }
        if (service_ == nullptr) {
            service_ = background_.client(
                host_, {.answer_bytes_max = kAnswerBytesMax, .redirects = false});
        }
        std::vector<http::Field> fields{{"User-Agent", kAgent}};
        for (const auto& [name, value] : active_.headers) {
            const http::Field* const known = http::find(fields, name);
            fields.erase(fields.begin(), fields.begin() + (known == nullptr ? 0 : 1));
            fields.insert(fields.end(), {name, value});
        }
        http::Request request;
        request.method = active_.method;
        request.target = active_.path;
        request.host = active_.host;
        request.headers = fields;
        request.deadline = loop.now() + active_.timeout;
        limit_.start(active_.timeout);
        next_.start(pause());
        call_ = service_->call(request, [this](http::Result<http::Response> answer) {
            finish(answer.has_value() && is_good(answer->status));
        });
    }

    [[nodiscard]] base::Duration pause() {
        const base::Duration spread = active_.interval / kSpread;
        const auto choices = static_cast<std::uint64_t>(2 * spread.count()) + 1;
        const auto chosen = static_cast<std::int64_t>(background_.loop().random() % choices);
        return active_.interval - spread + base::Duration(chosen);
    }

    [[nodiscard]] bool is_good(int status) const {
        return std::ranges::any_of(active_.statuses, [status](const auto& range) {
            return status >= range.first && status <= range.second;
        });
    }

    void finish(bool good) {  // style: parameters: it is what was found
        limit_.stop();
        call_.reset();
        if (std::exchange(is_due_, false)) {
            next_.start({});
        }
        in_a_row_ = good == last_good_ ? in_a_row_ + 1 : 1;
        last_good_ = good;
        if (in_a_row_ < (good ? active_.healthy : active_.unhealthy)) {
            return;
        }
        bool changed = false;
        for (const auto& state : states_) {
            changed = state->check(good) || changed;
        }
        if (changed) {
            background_.log().write(good ? base::LogLevel::Info : base::LogLevel::Warning,
                                    good ? "a host is asked again" : "a host is left out",
                                    {{"host", host_.authority}, {"reason", "check"}});
        }
    }

    component::Background& background_;
    plan::Host host_;
    const ActiveConfig& active_;  // of the plan
    std::vector<std::shared_ptr<net::HostState>> states_;
    std::unique_ptr<http::Service> service_;
    std::unique_ptr<http::Call> call_;
    base::Timer next_;
    base::Timer limit_;
    bool is_due_ = false;  // asks again as soon as the check under way has ended
    bool last_good_ = true;
    std::uint32_t in_a_row_ = 0;
};

HealthChecks::HealthChecks(const plan::Plan& plan, const HealthBook& book,
                           component::Background& background)
    : background_(background) {
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        add_all(endpoint.backends, book);
        add_all(endpoint.shadows, book);
    }
}

HealthChecks::~HealthChecks() = default;

void HealthChecks::add_all(const std::vector<plan::Backend>& backends, const HealthBook& book) {
    for (const plan::Backend& backend : backends) {
        // A lone host is asked whatever it does.
        const auto health = backend.hosts.size() > 1 ? book.of(backend) : nullptr;
        if (health == nullptr || !backend.ejection->active) {
            continue;
        }
        for (const plan::Host& host : backend.hosts) {
            add(backend, host, *health);
        }
    }
}

void HealthChecks::add(const plan::Backend& backend, const plan::Host& host,
                       net::HostHealth& health) {
    const ActiveConfig& active = *backend.ejection->active;
    plan::Host checked = checked_host(host, active);
    auto found = std::ranges::find_if(
        checks_, [&](const auto& check) { return check->is_of(checked, active); });
    if (found == checks_.end()) {
        checks_.push_back(std::make_unique<HostCheck>(background_, std::move(checked), active));
        found = checks_.end() - 1;
    }
    (*found)->watch(health.state_of(host.authority + host.prefix));
}

}  // namespace aggregator::app
