#include <doctest/doctest.h>

#include <array>
#include <string>

#include <aggregator/http/hops.hpp>

using namespace aggregator::http;

TEST_CASE("hop-by-hop: the headers of RFC 9110 7.6.1, whatever their case") {
    CHECK(is_hop_by_hop("connection"));
    CHECK(is_hop_by_hop("KEEP-ALIVE"));
    CHECK(is_hop_by_hop("te"));
    CHECK(!is_hop_by_hop("Content-Type"));
}

TEST_CASE("hop-by-hop: what Connection names ends here too") {
    const std::array<Field, 2> fields{{{"X-Hop", "1"}, {"connection", "close,  x-hop"}}};
    CHECK(names_hops(fields));
    CHECK(is_named_hop(fields, "X-HOP"));
    CHECK(!is_named_hop(fields, "X-Other"));
    const std::array<Field, 1> plain{{{"Connection", "Keep-Alive, TE"}}};
    CHECK(!names_hops(plain));
}

TEST_CASE("hop-by-hop: a list too long to be honest names everything") {
    std::string options;
    for (int i = 0; i < 40; ++i) {
        options += "a,";
    }
    const std::array<Field, 1> fields{{{"Connection", options}}};
    CHECK(is_named_hop(fields, "X-Any"));
}

TEST_CASE("hop-by-hop: every header of a connection, and none besides") {
    for (const char* const hop :
         {"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate",
          "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade"}) {
        CAPTURE(hop);
        CHECK(is_hop_by_hop(hop));
        CHECK_FALSE(is_hop_by_hop(std::string(hop) + "s"));
    }
}

TEST_CASE("hop-by-hop: thirty-two names are read one by one, one more names everything") {
    std::string options = "a";
    for (int i = 1; i < 32; ++i) {
        options += ",a";
    }
    const std::array<Field, 1> most{{{"Connection", options}}};
    CHECK_FALSE(is_named_hop(most, "X-Any"));
    options += ",a";
    const std::array<Field, 1> more{{{"Connection", options}}};
    CHECK(is_named_hop(more, "X-Any"));
}

TEST_CASE("hop-by-hop: a connection that is to be closed names no header") {
    const std::array<Field, 1> fields{{{"Connection", "Close"}}};
    CHECK_FALSE(names_hops(fields));
}
