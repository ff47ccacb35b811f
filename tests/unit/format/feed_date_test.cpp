#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "format/feed_date.hpp"

using namespace aggregator;

namespace {

std::string utc(std::string_view date) { return format::utc_from(date).value_or("none"); }

}  // namespace

TEST_CASE("feed date: RFC 3339 is read with every zone") {
    CHECK(utc("2003-12-13T18:30:02Z") == "2003-12-13T18:30:02Z");
    CHECK(utc("2003-12-13T18:30:02+01:00") == "2003-12-13T17:30:02Z");
    CHECK(utc("2003-12-31t23:30:02-05:30") == "2004-01-01T05:00:02Z");
    CHECK(utc(" 2003-12-13 18:30:02+0100 ") == "2003-12-13T17:30:02Z");
}

TEST_CASE("feed date: a fraction is kept without its trailing zeros") {
    CHECK(utc("2003-12-13T18:30:02.250Z") == "2003-12-13T18:30:02.25Z");
    CHECK(utc("2003-12-13T18:30:02.000+01:00") == "2003-12-13T17:30:02Z");
    CHECK(utc("2003-12-13T18:30:02.1234567891Z") == "2003-12-13T18:30:02.123456789Z");
}

TEST_CASE("feed date: the shorter forms of ISO 8601 begin with the first moment") {
    CHECK(utc("2003") == "2003-01-01T00:00:00Z");
    CHECK(utc("2003-12") == "2003-12-01T00:00:00Z");
    CHECK(utc("2003-12-13") == "2003-12-13T00:00:00Z");
    CHECK(utc("2003-12-13T18:30") == "2003-12-13T18:30:00Z");
}

TEST_CASE("feed date: the dates of mail are read") {
    CHECK(utc("Sat, 07 Sep 2002 00:00:01 GMT") == "2002-09-07T00:00:01Z");
    CHECK(utc("Sat, 7 September 2002 9:42 EST") == "2002-09-07T14:42:00Z");
    CHECK(utc("07 Sep 02 00:00:01 +0200") == "2002-09-06T22:00:01Z");
    CHECK(utc("Thu, 1 Jan 98 00:00:00 PDT") == "1998-01-01T07:00:00Z");
    CHECK(utc("Sat, 07 Sep 2002") == "2002-09-07T00:00:00Z");
}

TEST_CASE("feed date: a leap second is the second after it") {
    CHECK(utc("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z");
}

TEST_CASE("feed date: any other text is no date") {
    for (const std::string_view text :
         {"", "yesterday", "2003-13-01", "2003-02-29", "2003-12-13T24:00:00Z", "2003-12-13T18:60Z",
          "2003-12-13T18:30:02X", "2003-12-13T18:30:02+1", "2003-12-13T18:30:02+25:00",
          "2003-12-13x", "Sat, 32 Sep 2002 00:00:00 GMT", "07 Foo 2002",
          "Sat, 07 Sep 2002 00:00 ABC", "20030-12-13", "9999-12-31T23:59:59-01:00",
          "0000-01-01T00:00:00+01:00"}) {
        CAPTURE(text);
        CHECK(utc(text) == "none");
    }
}
