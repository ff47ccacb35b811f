#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/config/load.hpp>
#include <aggregator/shadow/mirror.hpp>
#include <support/fake_loop.hpp>
#include <support/fake_service.hpp>
#include <support/fake_stream.hpp>

namespace aggregator::shadow::testing {

using aggregator::testing::FakeLoop;
using aggregator::testing::FakeService;
using aggregator::testing::FakeStream;
using aggregator::testing::Headers;
using aggregator::testing::Script;

/// A backend that is a shadow, with what stands in its `proxy/shadow`, or nothing.
inline std::string shadow_backend(std::string_view rules, std::string_view path = "/next/{id}") {
    std::string text = R"({"host": ["http://next"], "url_pattern": ")";
    text.append(path).append(R"(", "extra_config": {"proxy": )");
    text.append(R"({"shadow": true, "shadow_timeout": "3s"})");
    if (!rules.empty()) {
        text.append(R"(, "proxy/shadow": )").append(rules);
    }
    return text.append("}}");
}

/// A configuration of one endpoint with a live backend and these.
inline std::string with_shadows(const std::vector<std::string>& shadows) {
    std::string text = R"({"version": 3, "endpoints": [{"endpoint": "/e/{id}", "method": "POST",
      "timeout": "1s", "output_encoding": "no-op", "input_headers": ["*"],
      "backend": [{"host": ["http://live"], "url_pattern": "/live/{id}"})";
    for (const std::string& shadow : shadows) {
        text.append(", ").append(shadow);
    }
    return text.append("]}]}");
}

inline std::shared_ptr<const plan::Plan> plan_of(const std::string& text) {
    config::Loaded loaded = config::load_text(text, "test.json");
    auto plan = plan::compile(loaded, loaded.diagnostics);
    std::string said;
    for (const auto& finding : loaded.diagnostics) {
        said += reading::to_text(finding);
    }
    REQUIRE_MESSAGE(plan != nullptr, said);
    return plan;
}

/// A mirror between fakes: `live`, and one behind each shadow.
struct World {
    explicit World(const std::vector<std::string>& backends)
        : World(plan_of(with_shadows(backends))) {}
    explicit World(std::shared_ptr<const plan::Plan> compiled) : plan(std::move(compiled)) {
        for (const plan::Backend& backend : plan->endpoints.front().shadows) {
            fakes.push_back(std::make_shared<FakeService>(loop, Script{.body = "shadow"}));
            controls.push_back(
                std::make_shared<Controls>(backend.rules->config, backend.shadow_timeout.count()));
            mirror.put({{plan, &backend}, controls.back(), fakes.back()});
        }
    }

    std::unique_ptr<http::Call> ask(std::string_view body, http::BodyStream* stream = nullptr) {
        const std::vector<std::string_view> params{"7"};
        std::vector<http::Field> fields;
        for (const auto& [name, value] : headers) {
            fields.push_back({name, value});
        }
        http::Request request;
        request.method = method;
        request.target = target;
        request.host = host;
        request.headers = fields;
        request.params = params;
        request.client = "192.0.2.7";
        request.id = request_id;
        request.body = body;
        request.stream = stream;
        return mirror.call(request, [this](http::Result<http::Response> answer) {
            replies.push_back(answer ? std::string(answer->body) : "error");
        });
    }
    /// Asks and lets everything happen that happens at once.
    void serve(std::string_view body = {}) {
        const auto call = ask(body);
        loop.settle();
    }

    [[nodiscard]] Ledger ledger(std::size_t shadow = 0) const {
        Ledger found;
        const std::string& id = plan->endpoints.front().shadows[shadow].rules->id;
        mirror.visit([&](const std::string& one, const Ledger& ledger) {
            CHECK(ledger.eligible ==
                  ledger.finished_total() + ledger.dropped_total() + ledger.in_flight);
            if (one == id) {
                found = ledger;
            }
        });
        return found;
    }
    [[nodiscard]] std::uint64_t dropped(Reason reason, std::size_t shadow = 0) const {
        return ledger(shadow).dropped[static_cast<std::size_t>(reason)];
    }

    FakeLoop loop;
    std::shared_ptr<const plan::Plan> plan;
    base::Log log{{.level = base::LogLevel::Error}};
    Budget budget{.in_flight_max = 100, .held = {.bytes_max = 1u << 20}};
    FakeService live{loop, Script{.body = "live"}};
    std::vector<std::shared_ptr<FakeService>> fakes;
    std::vector<std::shared_ptr<Controls>> controls;
    Mirror mirror{{loop, *plan, log, budget}, plan->endpoints.front(), live};
    std::string request_id = "r-1";
    std::string method = "POST";
    std::string target = "/e/7";
    std::string host = "api.example:8080";
    Headers headers;
    std::vector<std::string> replies;
    std::size_t live_streams = 0;
};

}  // namespace aggregator::shadow::testing
