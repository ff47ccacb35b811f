#include <doctest/doctest.h>

#include <set>
#include <string>

#include <aggregator/base/error.hpp>

using namespace aggregator::base;

TEST_CASE("error: every code has a name of its own, an HTTP status and is found at its place") {
    std::set<std::string> names;
    for (std::size_t i = 0; i < kCodes; ++i) {
        const auto& line = row(static_cast<Code>(i));
        CHECK(static_cast<std::size_t>(line.code) == i);
        CHECK(names.insert(std::string(line.name)).second);
        CHECK(line.status >= 400);
        CHECK(line.status < 600);
    }
}

TEST_CASE("error: a client's fault has a 4xx status, or a 5xx for what is lacking here") {
    for (std::size_t i = 0; i < kCodes; ++i) {
        const auto& line = row(static_cast<Code>(i));
        const bool lacking =
            line.status == 501 || line.status == 505 || line.code == Code::OnlyIfCached;
        CHECK((line.fault == Fault::Client) == (line.status < 500 || lacking));
    }
}
