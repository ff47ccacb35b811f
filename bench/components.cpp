#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
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
// The key of RFC 7515, appendix A.2, and a token that it has signed, as identity servers make them.
const std::string kKey =
    R"({"keys":[{"kty":"RSA","kid":"r","e":"AQAB","n":")"
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0B"
    "m4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5"
    "z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7"
    "aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    "\"}]}";
const std::string kToken =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29"
    "tLyIsImF1ZCI6WyJzaG9wIiwiYWNjb3VudCJdLCJzdWIiOiIzZjFjMmIwYS03YzFlLTRkNTUtOWE2Ny0wZDNjMWY1Y"
    "jdhMjEiLCJleHAiOjQxMDI0NDQ4MDAsImlhdCI6MTcwMDAwMDAwMCwiYXpwIjoid2ViIiwic2NvcGUiOiJvcGVuaWQ"
    "gcHJvZmlsZSBlbWFpbCBvcmRlcnM6cmVhZCIsInJlYWxtX2FjY2VzcyI6eyJyb2xlcyI6WyJjdXN0b21lciIsIm9mZ"
    "mxpbmVfYWNjZXNzIl19LCJlbWFpbCI6ImFubmFAZXhhbXBsZS5jb20iLCJuYW1lIjoiQW5uYSBFeGFtcGxlIn0.dqf"
    "VJ3fDWVHqYE2nhRVNPgzYILO1djpnecFRl-ZvPSF8bzI5qI1phh50yuzn2Gu6Z5JannJ2lrqyiFAeGCYZurXrGbaXc"
    "2pG1IdcOkq-Aj0N2DW9-3Zj9NdGjt-qhUDEKmPDh6IBWBcfMM0feqje1vvupU6YQnNtxyFxIg0EdO7wR54YUaw6Slf"
    "oUtzbn7tVje3sFHhUpo_6VcrlOsgVJLm7SbpleIjtt5DZK3QMwX-8X_25PO-hNz2dH13Ss3llWlwcDIT_i-TvfMoDX"
    "qE6NR2ymb0TbIemreNsplKLrzyjsoTv3ueScEBlmgUlqkUdXNVHPjHtI6KBkNOALxhWew";

const std::string kBearer = "Bearer " + kToken;

/// A validator of such tokens that remembers so many.
std::string validating(int tokens) {
    const auto path = std::filesystem::temp_directory_path() / "aggregator-bench-keys.json";
    std::ofstream(path) << kKey;
    return R"("extra_config":{"auth/validator":{"alg":"RS256","issuer":"https://id.example.com/",)"
           R"("audience":["shop"],"roles_key":"realm_access.roles","roles":["customer"],)"
           R"("token_cache":)" +
           std::to_string(tokens) + R"(,"jwk_local_path":")" + path.string() + R"("}},)";
}

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
                                      {"Origin", "https://app.example.com"},
                                      {"Authorization", kBearer}};
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
    add("validator, RS256", "", validating(0), "");
    add("validator, RS256, a token that is remembered", "", validating(1000), "");
    add("cors, response-headers, circuit-breaker", kCors, kHeaders, kBreaker);
    return true;
}();

}  // namespace
}  // namespace aggregator::bench
