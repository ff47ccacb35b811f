#include "shadow/record.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "unit/shadow/world.hpp"

using namespace aggregator;
using namespace aggregator::shadow;
using config::ShadowLog;

TEST_CASE("record: errors are losses and statuses from 500 on") {
    const shadow::testing::World world({shadow::testing::shadow_backend("")});
    const plan::Endpoint& endpoint = world.plan->endpoints.front();
    const auto is_asked = [&endpoint](ShadowLog wanted, int status) {
        return is_asked_for(wanted, {.endpoint = endpoint, .shadow = "s", .status = status});
    };
    CHECK_FALSE(is_asked(ShadowLog::Errors, 499));
    CHECK(is_asked(ShadowLog::Errors, 500));
    CHECK(is_asked(ShadowLog::All, 200));
    CHECK_FALSE(is_asked(ShadowLog::Off, 500));
    const Record lost{.endpoint = endpoint, .shadow = "s", .reason = Reason::Reset};
    CHECK(is_asked_for(ShadowLog::Errors, lost));
    CHECK_FALSE(is_asked_for(ShadowLog::Off, lost));
}

namespace {

/// What is written into the log while it runs.
std::string logged(const std::function<void(base::Log&)>& work) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    {
        base::Log log({.descriptor = ends[1]});
        work(log);
    }
    close(ends[1]);
    std::string text(4096, ' ');
    const ssize_t size = read(ends[0], text.data(), text.size());
    close(ends[0]);
    REQUIRE(size >= 0);
    return text.substr(0, static_cast<std::size_t>(size));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("record: times are milliseconds with three decimals") {
    const shadow::testing::World world({shadow::testing::shadow_backend("")});
    const std::string text = logged([&](base::Log& log) {
        write(log, {.endpoint = world.plan->endpoints.front(),
                    .shadow = "s",
                    .status = 200,
                    .queued = std::chrono::microseconds(5),
                    .took = std::chrono::microseconds(12034)});
    });
    CHECK(has(text, "queued_ms=0.005 "));
    CHECK(has(text, "took_ms=12.034"));
    CHECK_FALSE(has(text, "live_status"));
}

TEST_CASE("record: the line of a copy that ended first waits for what the client got") {
    const shadow::testing::World world({shadow::testing::shadow_backend("")});
    const std::string text = logged([&](base::Log& log) {
        const auto reply = std::make_shared<LiveReply>(log);
        const auto done = LiveReply::told_by(reply, [](const auto&) {});
        {
            const std::string detail = "gone";  // what a record views ends with the copy
            const std::string id = "r-1";
            reply->tell({.endpoint = world.plan->endpoints.front(),
                         .shadow = "early",
                         .id = id,
                         .path = "/e",
                         .reason = Reason::Reset,
                         .detail = detail});
        }
        log.write(base::LogLevel::Info, "between");
        http::Response answer;
        answer.status = 404;
        done(std::move(answer));
        reply->tell({.endpoint = world.plan->endpoints.front(), .shadow = "late", .status = 200});
    });
    CHECK(text.find("between") < text.find("shadow=early"));
    CHECK(
        has(text, "shadow=early request_id=r-1 path=/e live_status=404 reason=reset detail=gone"));
    CHECK(has(text, "shadow=late live_status=404 status=200"));
}

TEST_CASE("record: a client that left before its reply counts as 499") {
    const shadow::testing::World world({shadow::testing::shadow_backend("")});
    const std::string text = logged([&](base::Log& log) {
        auto reply = std::make_shared<LiveReply>(log);
        http::Done done = LiveReply::told_by(reply, [](const auto&) {});
        reply->tell({.endpoint = world.plan->endpoints.front(), .shadow = "s", .status = 200});
        reply.reset();
        done = nullptr;
    });
    CHECK(has(text, "live_status=499 status=200"));
}
