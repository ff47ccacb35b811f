#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/component/component.hpp>

#include "app/graph.hpp"
#include "instant_service.hpp"
#include "samples.hpp"
#include "support/background.hpp"
#include "support/fake_loop.hpp"

namespace aggregator::bench {
namespace {

const std::string kBackend = R"("backend":[{"url_pattern":"/v1")";
const std::string kBreaker =
    R"(,"extra_config":{"qos/circuit-breaker":{"max_errors":3,"timeout":10,"interval":60}})";
const std::string kHeaders = R"("extra_config":{"modifier/response-headers":)"
                             R"({"add":{"X-Served-By":["a"]},"delete":["X-A"]}},)";
const std::string kCors =
    R"("extra_config":{"security/cors":{"allow_origins":["https://app.example.com"]}},)";

const std::string kHttpSecurity =
    R"("extra_config":{"security/http":{"allowed_hosts":["127.0.0.1"],"frame_deny":true,)"
    R"("content_type_nosniff":true}},)";
const std::string kBots = R"("extra_config":{"security/bot-detector":)"
                          R"({"deny":["a","b"],"patterns":["^curl/","(?i)scrapy","(?i)bot"]}},)";
const std::string kBotsKept =
    R"("extra_config":{"security/bot-detector":{"deny":["a","b"],"cache_size":1000,)"
    R"("patterns":["^curl/","(?i)scrapy","(?i)bot"]}},)";

const std::string kLimit =
    R"("extra_config":{"qos/ratelimit/router":{"max_rate":1e8,"client_max_rate":1e8,)"
    R"("strategy":"ip"}},)";

/// A filter that denies so many addresses, none of which is the client's.
std::string denying(int addresses) {
    std::string list;
    for (int i = 0; i < addresses; ++i) {
        list += (i == 0 ? "\"10." : ",\"10.") + std::to_string(i >> 16 & 255) + "." +
                std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255) + "\"";
    }
    return R"("extra_config":{"security/ip-filter":{"deny":[)" + list + "]}},";
}

/// The program's own graph, with a backend that answers in the next turn.
class Gateway {
public:
    explicit Gateway(const std::string& text)
        : plan_(plan_of(text)),
          shared_(*plan_, background_),
          fake_(loop_, kBodies[0], Answer::Whole) {}

    /// The status of the reply to one request of a page.
    int ask() {
        const http::Field fields[] = {{"Host", "127.0.0.1:8080"},
                                      {"User-Agent",
                                       "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) "
                                       "Gecko/20100101 Firefox/127.0"},
                                      {"Origin", "https://app.example.com"}};
        http::Request request;
        request.method = "GET";
        request.target = "/one";
        request.host = fields[0].value;
        request.headers = fields;
        request.client = "192.0.2.7";
        int status = 0;
        auto call = graph_.entry().call(request, [&status](http::Result<http::Response> reply) {
            status = reply ? reply->status : 0;
        });
        loop_.settle();
        return status;
    }

private:
    using Answer = InstantService::Answer;

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

    testing::FakeLoop loop_;
    base::Counters counters_;
    base::Log log_{{.level = base::LogLevel::Error}};
    base::Rows rows_;
    shadow::Budget budget_{.in_flight_max = 1024};
    std::shared_ptr<const plan::Plan> plan_;
    testing::FakeBackground background_;
    component::SharedBook shared_;
    InstantService fake_;
    app::Graph graph_{app::Ground{.loop = loop_,
                                  .counters = counters_,
                                  .log = log_,
                                  .rows = rows_,
                                  .budget = budget_,
                                  .share = 1,
                                  .shared = &shared_,
                                  .background = &background_},
                      plan_,
                      [this](const plan::Backend&) { return std::make_unique<Borrowed>(fake_); }};
};

void components(benchmark::State& state, const std::string& service, const std::string& endpoint,
                const std::string& backend) {
    Gateway gateway(R"({"version":3,"host":["http://127.0.0.1:8001"],)" + service +
                    R"("endpoints":[{"endpoint":"/one",)" + endpoint + kBackend + backend +
                    "}]}]}");
    for (auto _ : state) {
        if (gateway.ask() != 200) {
            return state.SkipWithError("the request was not answered");
        }
    }
}

const bool kRegistered = [] {
    const auto add = [](const std::string& title, const std::string& service,
                        const std::string& endpoint, const std::string& backend) {
        benchmark::RegisterBenchmark(("components: " + title).c_str(), components, service,
                                     endpoint, backend);
    };
    add("none", "", "", "");
    add("cors", kCors, "", "");
    add("response-headers", "", kHeaders, "");
    add("circuit-breaker", "", "", kBreaker);
    add("security/http", kHttpSecurity, "", "");
    add("bot-detector", kBots, "", "");
    add("bot-detector with a cache", kBotsKept, "", "");
    add("ratelimit/router of all and each client", "", kLimit, "");
    add("ip-filter of ten addresses", denying(10), "", "");
    add("ip-filter of 100,000 addresses", denying(100'000), "", "");
    add("cors, response-headers, circuit-breaker", kCors, kHeaders, kBreaker);
    return true;
}();

}  // namespace
}  // namespace aggregator::bench
