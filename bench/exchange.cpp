#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/engine/endpoint.hpp>
#include <aggregator/engine/router.hpp>
#include <aggregator/shadow/mirror.hpp>

#include "instant_service.hpp"
#include "samples.hpp"
#include "support/fake_loop.hpp"

namespace aggregator::bench {
namespace {

constexpr std::string_view kConfiguration = R"({
  "version": 3, "timeout": "3s", "host": ["http://127.0.0.1:8001"],
  "endpoints": [
    {"endpoint": "/pass", "output_encoding": "no-op",
     "backend": [{"url_pattern": "/v1", "encoding": "no-op"}]},
    {"endpoint": "/one", "backend": [{"url_pattern": "/v1"}]},
    {"endpoint": "/two", "backend": [{"url_pattern": "/v1"}, {"url_pattern": "/v2"}]},
    {"endpoint": "/three",
     "backend": [{"url_pattern": "/v1"}, {"url_pattern": "/v2"}, {"url_pattern": "/v3"}]},
    {"endpoint": "/turn", "extra_config": {"proxy": {"sequential": true}}, "backend": [
      {"url_pattern": "/v1"}, {"url_pattern": "/v2/{resp0_id}"}, {"url_pattern": "/v3"}]},
    {"endpoint": "/shape", "backend": [
      {"url_pattern": "/v1", "allow": ["id", "name", "address.city"], "group": "user"},
      {"url_pattern": "/v2", "deny": ["currency", "pages"], "group": "orders"},
      {"url_pattern": "/v3", "target": "meta", "mapping": {"ab": "experiment"}}]},
    {"endpoint": "/shadow", "backend": [
      {"url_pattern": "/v1"},
      {"url_pattern": "/v2", "extra_config": {"proxy": {"shadow": true}}}]}
  ]
})";

/// A whole gateway in memory, wired as in the program, with backends that answer in the next turn.
class Gateway {
public:
    Gateway() {
        for (const plan::Endpoint& endpoint : plan_->endpoints) {
            wire(endpoint);
        }
        router_ = std::make_unique<engine::Router>(workspace_, services_);
    }

    /// One request from its parsed head to its reply. The reply's bytes, 0 if it was none.
    std::size_t ask(std::string_view target) {
        const http::Field fields[] = {{"Host", "127.0.0.1:8080"}};
        http::Request request;
        request.method = "GET";
        request.target = target;
        request.host = fields[0].value;
        request.headers = fields;
        request.client = "192.0.2.7";
        bytes_ = 0;
        auto call = router_->call(
            request, [this](http::Result<http::Response> reply) { take(std::move(reply)); });
        loop_.settle();
        return bytes_;
    }

private:
    using Answer = InstantService::Answer;

    void wire(const plan::Endpoint& endpoint) {
        const Answer answer =
            endpoint.output == plan::Output::NoOp ? Answer::Stream : Answer::Whole;
        endpoints_.push_back(std::make_unique<engine::Endpoint>(
            workspace_, endpoint, fakes_for(endpoint.backends, answer)));
        services_.push_back(endpoints_.back().get());
        if (!endpoint.shadows.empty()) {
            mirrors_.push_back(std::make_unique<shadow::Mirror>(
                shadow::Mirror::Context{loop_, *plan_, log_, budget_}, endpoint,
                *services_.back()));
            const plan::Backend& backend = endpoint.shadows.front();
            mirrors_.back()->put(
                {{plan_, &backend},
                 std::make_shared<shadow::Controls>(backend.rules->config,
                                                    backend.shadow_timeout.count()),
                 std::make_shared<InstantService>(loop_, kBodies[1], Answer::Whole)});
            services_.back() = mirrors_.back().get();
        }
    }

    std::vector<http::Service*> fakes_for(const std::vector<plan::Backend>& backends,
                                          Answer answer) {
        std::vector<http::Service*> services;
        for (std::size_t i = 0; i < backends.size(); ++i) {
            fakes_.push_back(std::make_unique<InstantService>(loop_, kBodies[i], answer));
            services.push_back(fakes_.back().get());
        }
        return services;
    }

    void take(http::Result<http::Response> reply) {
        if (!reply || reply->status != 200) {
            return;
        }
        bytes_ = reply->body.size();
        if (reply->stream) {
            const auto piece = reply->stream->next();
            bytes_ = piece && piece->state == http::Piece::State::End ? piece->bytes.size() : 0;
        }
    }

    testing::FakeLoop loop_;
    base::Counters counters_;
    base::Log log_{{.level = base::LogLevel::Error}};
    std::shared_ptr<const plan::Plan> plan_ = plan_of(std::string(kConfiguration));
    engine::Workspace workspace_{loop_, *plan_, counters_};
    shadow::Budget budget_{.in_flight_max = 1024};
    std::vector<std::unique_ptr<InstantService>> fakes_;
    std::vector<std::unique_ptr<engine::Endpoint>> endpoints_;
    std::vector<std::unique_ptr<shadow::Mirror>> mirrors_;
    std::vector<http::Service*> services_;
    std::unique_ptr<engine::Router> router_;
    std::size_t bytes_ = 0;
};

void exchange(benchmark::State& state, std::string_view target) {
    Gateway gateway;
    const std::size_t expected = gateway.ask(target);
    if (expected == 0) {
        return state.SkipWithError("the request was not answered");
    }
    for (auto _ : state) {
        if (gateway.ask(target) != expected) {
            return state.SkipWithError("a reply differs from the first one");
        }
    }
    state.SetLabel(std::to_string(expected) + " bytes");
}

BENCHMARK_CAPTURE(exchange, pass, "/pass")->Name("exchange: no-op");
BENCHMARK_CAPTURE(exchange, one, "/one")->Name("exchange: one backend");
BENCHMARK_CAPTURE(exchange, two, "/two")->Name("exchange: two backends");
BENCHMARK_CAPTURE(exchange, three, "/three")->Name("exchange: three backends");
BENCHMARK_CAPTURE(exchange, turn, "/turn")->Name("exchange: three backends in turn");
BENCHMARK_CAPTURE(exchange, shape, "/shape")->Name("exchange: three backends, reshaped");
BENCHMARK_CAPTURE(exchange, shadow, "/shadow")->Name("exchange: one backend and one shadow");

}  // namespace
}  // namespace aggregator::bench
