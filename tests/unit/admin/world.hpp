#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aggregator/admin/interface.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/json/document.hpp>
#include <support/fake_client.hpp>
#include <support/fake_loop.hpp>

namespace aggregator::testing {

inline constexpr const char* kConfiguration = R"({
  "version": 3,
  "extra_config": {"proxy/shadow": {"allowed_hosts": ["mirror.test", "*.lab.test"]}},
  "endpoints": [
    {"endpoint": "/users/{id}", "timeout": "2s",
     "extra_config": {"router": {"name": "users-route"}},
     "backend": [
       {"host": ["http://users.test"], "url_pattern": "/u/{id}"},
       {"host": ["http://next.test"], "url_pattern": "/n/{id}",
        "extra_config": {
          "proxy": {"shadow": true, "shadow_timeout": "1500ms"},
          "proxy/shadow": {"name": "v2", "sample": {"percentage": 12.5, "by": "header:X-User"}}}},
       {"host": ["http://other.test"], "url_pattern": "/o/{id}",
        "extra_config": {"proxy": {"shadow": true},
                         "proxy/shadow": {"name": "v3", "enabled": false}}}]},
    {"endpoint": "/orders", "method": "POST", "timeout": "1s",
     "backend": [{"host": ["http://orders.test"], "url_pattern": "/orders"}]}]})";

/// The plan of a configuration; each is compiled once.
inline std::shared_ptr<const plan::Plan> plan_of(const std::string& text) {
    static std::map<std::string, std::shared_ptr<const plan::Plan>> plans;
    auto& plan = plans[text];
    if (plan == nullptr) {
        config::Loaded loaded = config::load_text(text, "test.json");
        plan = plan::compile(loaded, loaded.diagnostics);
    }
    return plan;
}

/// A gateway without workers: answers in a later turn of the loop, unless it is held back.
class FakeGateway final : public admin::Gateway {
public:
    FakeGateway(base::Loop& loop, std::shared_ptr<const plan::Plan> plan)
        : loop_(loop), plan_(std::move(plan)) {
        for (std::size_t i = 0; i < plan_->endpoints.size(); ++i) {
            for (const plan::Backend& shadow : plan_->endpoints[i].shadows) {
                const auto timeout = shadow.shadow_timeout.count();
                shadows_.push_back(
                    {.endpoint = i,
                     .shadow = std::make_shared<plan::Backend>(shadow),
                     .controls = std::make_shared<shadow::Controls>(shadow.rules->config, timeout),
                     .made_live = false});
            }
        }
    }

    [[nodiscard]] const plan::Plan& plan() const override { return *plan_; }
    [[nodiscard]] const std::vector<admin::LiveShadow>& shadows() const override {
        return shadows_;
    }
    void collect(std::function<void(admin::Snapshot)> then) override {
        later([this, then = std::move(then)] { then(snapshot()); });
    }
    base::Result<void> prepare(const plan::Backend&) override {
        return missing.empty() ? base::Result<void>()
                               : base::fail(base::Code::BadConfiguration, missing);
    }
    void put_shadow(admin::LiveShadow shadow, std::function<void()> then) override {
        erase(shadow.shadow->rules->id);
        shadows_.push_back(std::move(shadow));
        later(std::move(then));
    }
    void remove_shadow(const std::string& id, std::function<void()> then) override {
        erase(id);
        later(std::move(then));
    }
    void purge(const std::string& backend, std::function<void(std::uint64_t)> then) override {
        purged.push_back(backend);
        later([then = std::move(then)] { then(7); });
    }
    [[nodiscard]] std::vector<admin::LiveHost> hosts() const override { return live_hosts; }
    [[nodiscard]] std::size_t restore_hosts(const std::string& backend,
                                            const std::string& host) override {
        restored.push_back(backend + "|" + host);
        return 2;
    }
    [[nodiscard]] bool ready() const override { return is_ready; }

    /// What was held back happens now.
    void release() {
        holds_back = false;
        for (auto& work : std::exchange(held_, {})) {
            loop_.post(std::move(work));
        }
    }
    /// Of the shadow of that name; null if there is none.
    [[nodiscard]] const admin::LiveShadow* find(std::string_view name) const {
        for (const admin::LiveShadow& one : shadows_) {
            if (one.shadow->rules->config.name == name) {
                return &one;
            }
        }
        return nullptr;
    }

    std::function<admin::Snapshot()> snapshot = [] { return admin::Snapshot{}; };
    bool is_ready = true;
    std::vector<std::string> purged;  ///< as it was asked, in order
    std::vector<admin::LiveHost> live_hosts;
    std::vector<std::string> restored;  ///< the same
    bool holds_back = false;
    std::string missing;  ///< why no copy can be sent anywhere; empty: nothing

private:
    void later(std::function<void()> work) {
        if (holds_back) {
            held_.push_back(std::move(work));
        } else {
            loop_.post(std::move(work));
        }
    }
    void erase(const std::string& id) {
        std::erase_if(shadows_,
                      [&id](const admin::LiveShadow& one) { return one.shadow->rules->id == id; });
    }

    base::Loop& loop_;
    std::shared_ptr<const plan::Plan> plan_;
    std::vector<admin::LiveShadow> shadows_;
    std::vector<std::function<void()>> held_;
};

inline config::AdminConfig guarded() {
    config::AdminConfig config;
    config.token = "s3cret";
    return config;
}

/// An interface in front of a gateway that is none, asked by somebody who has the token.
struct World {
    static constexpr std::int64_t kSecond = 1'000'000'000;

    explicit World(config::AdminConfig wanted = guarded(), admin::State* state = nullptr,
                   const std::string& text = kConfiguration)
        : config(std::move(wanted)), gateway(loop, plan_of(text)), interface(context(state)) {}

    /// One request to its answer.
    Reply ask(Ask ask) {
        ask.headers.insert(ask.headers.end(), credentials.begin(), credentials.end());
        FakeClient client(loop);
        client.send(interface, std::move(ask));
        loop.settle();
        loop.advance(std::chrono::seconds(10));
        return client.reply();
    }
    Reply get(std::string target, Headers headers = {}) {
        return ask({.method = "GET", .target = std::move(target), .headers = std::move(headers)});
    }
    /// A request with a JSON body.
    Reply send(std::string method, std::string target, std::string body, Headers headers = {}) {
        headers.emplace_back("Content-Type", "application/json");
        return ask({.method = std::move(method),
                    .target = std::move(target),
                    .headers = std::move(headers),
                    .body = std::move(body)});
    }
    [[nodiscard]] std::string path_of(std::string_view shadow) const {
        return "/api/v1/shadows/" + gateway.find(shadow)->shadow->rules->id;
    }

    Headers credentials{{"Authorization", "Bearer s3cret"}};
    FakeLoop loop;
    config::AdminConfig config;
    std::shared_ptr<std::FILE> told{std::tmpfile(), &std::fclose};  ///< what the log wrote
    base::Log log{{.level = base::LogLevel::Info, .descriptor = ::fileno(told.get())}};
    std::int64_t now = 1'700'000'000 * kSecond;
    FakeGateway gateway;
    admin::Interface interface;

private:
    admin::Interface::Context context(admin::State* state) {
        return {loop, gateway, log, config, state, [this] { return now; }};
    }
};

/// What the log of a world that is over holds.
inline std::string text_of(std::FILE* file) {
    std::rewind(file);
    std::string text;
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        text += static_cast<char>(c);
    }
    return text;
}

/// A value of a JSON text, as compact JSON; `(none)` if there is none. `path`: `/copies/eligible`.
inline std::string value_at(const std::string& text, std::string_view path) {
    const auto document = json::Document::parse(text);
    const json::Node* node = document ? &document->root() : nullptr;
    while (node != nullptr && !path.empty()) {
        path.remove_prefix(1);
        const std::string_view key = path.substr(0, path.find('/'));
        path.remove_prefix(key.size());
        if (node->kind == json::Kind::Array) {
            const auto place = static_cast<std::size_t>(std::stoul(std::string(key)));
            node = place < node->elements.size() ? &document->at(node->elements[place]) : nullptr;
        } else {
            node = document->member(*node, key);
        }
    }
    return node == nullptr ? "(none)" : document->compact(*node);
}

}  // namespace aggregator::testing
