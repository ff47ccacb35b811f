#include <doctest/doctest.h>

#include <array>

#include <aggregator/plan/shadow.hpp>

using namespace aggregator;
using namespace aggregator::plan;

namespace {

using Config = config::ShadowConditionConfig;
using Sample = config::ShadowSampleConfig;
using Subject = Config::Subject;
using Test = Config::Test;
using By = Sample::By;

/// A request with several of everything.
struct Fixture {
    std::array<http::Field, 5> headers{http::Field{"X-Group", "a"},
                                       {"x-group", "beta-2"},
                                       {"Cookie", "u=ann; b=1;c="},
                                       {"cookie", "u=bob"},
                                       {"X-Empty", ""}};
    std::array<std::string_view, 2> params{"7", ""};
    http::Request request;

    Fixture() {
        request.method = "GET";
        request.target = "/u/7?q=a+b&Q=x&q=%63d&bad=%zz&flag&e=";
        request.headers = headers;
        request.params = params;
        request.client = "10.0.0.9";
    }
};

const std::vector<std::string> kCaptured{"id", "rest"};

Config config_of(Subject subject, std::string name, Test test, std::string value = "") {
    return {.subject = subject, .name = std::move(name), .test = test, .value = std::move(value)};
}

bool holds(const Config& config) {
    const auto condition = Condition::compile(config, kCaptured);
    REQUIRE(condition.has_value());
    return condition->holds(Fixture().request);
}

std::string value_of(By by, const std::string& name = "", std::size_t param = 0) {
    const Fixture fixture;
    std::string scratch;
    Sample sample;
    sample.by = by;
    sample.by_name = name;
    const auto value = sticky_value(sample, param, fixture.request, scratch);
    return value ? std::string(*value) : "nothing";
}

}  // namespace

TEST_CASE("condition: one of several headers suffices") {
    CHECK(holds(config_of(Subject::Header, "X-GROUP", Test::Equals, "a")));
    CHECK(holds(config_of(Subject::Header, "X-Group", Test::Prefix, "beta")));
    CHECK_FALSE(holds(config_of(Subject::Header, "X-Group", Test::Equals, "beta")));
    CHECK_FALSE(holds(config_of(Subject::Header, "X-None", Test::Prefix, "")));
}

TEST_CASE("condition: an expression is found anywhere unless it is anchored") {
    CHECK(holds(config_of(Subject::Header, "X-Group", Test::Matches, "eta-[0-9]")));
    CHECK_FALSE(holds(config_of(Subject::Header, "X-Group", Test::Matches, "^eta")));
    CHECK(holds(config_of(Subject::Param, "id", Test::Matches, "^[0-9]+$")));
}

TEST_CASE("condition: present and absent") {
    CHECK(holds(config_of(Subject::Header, "X-Empty", Test::Present)));
    CHECK_FALSE(holds(config_of(Subject::Header, "X-Empty", Test::Absent)));
    CHECK(holds(config_of(Subject::Cookie, "none", Test::Absent)));
    CHECK_FALSE(holds(config_of(Subject::Cookie, "none", Test::Present)));
}

TEST_CASE("condition: cookies are looked for in every Cookie field") {
    CHECK(holds(config_of(Subject::Cookie, "u", Test::Equals, "ann")));
    CHECK(holds(config_of(Subject::Cookie, "u", Test::Equals, "bob")));
    CHECK(holds(config_of(Subject::Cookie, "b", Test::Equals, "1")));
    CHECK(holds(config_of(Subject::Cookie, "c", Test::Equals, "")));
    CHECK_FALSE(holds(config_of(Subject::Cookie, "U", Test::Present)));
}

TEST_CASE("condition: query strings are decoded, and their names have a case") {
    CHECK(holds(config_of(Subject::Query, "q", Test::Equals, "a b")));
    CHECK(holds(config_of(Subject::Query, "q", Test::Equals, "cd")));
    CHECK_FALSE(holds(config_of(Subject::Query, "q", Test::Equals, "x")));
    CHECK(holds(config_of(Subject::Query, "flag", Test::Equals, "")));
    CHECK_FALSE(holds(config_of(Subject::Query, "bad", Test::Present)));
}

TEST_CASE("condition: an expression that RE2 does not take is refused with its reason") {
    const auto refused =
        Condition::compile(config_of(Subject::Header, "a", Test::Matches, "a(b"), kCaptured);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == base::Code::BadConfiguration);
    CHECK(refused.error().detail.find("missing") != std::string::npos);
    for (const std::string& pattern :
         {std::string(5000, 'a'), std::string("(?=a)b"), std::string("((a{100}){100}){100}"),
          std::string("(\\pL{900}){20}")}) {
        CAPTURE(pattern);
        CHECK_FALSE(
            Condition::compile(config_of(Subject::Header, "a", Test::Matches, pattern), kCaptured)
                .has_value());
    }
}

TEST_CASE("condition: a parameter that the path does not have is refused") {
    CHECK(holds(config_of(Subject::Param, "Id", Test::Equals, "7")));
    CHECK_FALSE(
        Condition::compile(config_of(Subject::Param, "idd", Test::Present), kCaptured).has_value());
}

TEST_CASE("sample: the first value that the request has decides") {
    CHECK(value_of(By::Header, "x-group") == "a");
    CHECK(value_of(By::Cookie, "u") == "ann");
    CHECK(value_of(By::Query, "q") == "a b");
    CHECK(value_of(By::Query, "Q") == "x");
    CHECK(value_of(By::Param, "id", 0) == "7");
}

TEST_CASE("sample: a value that is missing or empty is none") {
    CHECK(value_of(By::Random) == "nothing");
    CHECK(value_of(By::Header, "X-None") == "nothing");
    CHECK(value_of(By::Header, "X-Empty") == "nothing");
    CHECK(value_of(By::Cookie, "c") == "nothing");
    CHECK(value_of(By::Query, "e") == "nothing");
    CHECK(value_of(By::Param, "rest", 1) == "nothing");
    CHECK(value_of(By::Param, "rest", 5) == "nothing");
}
