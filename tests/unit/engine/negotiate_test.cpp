#include "engine/negotiate.hpp"

#include <doctest/doctest.h>

using aggregator::engine::negotiate;
using aggregator::plan::Output;

TEST_CASE("negotiate: the first entry that fits an offer decides") {
    CHECK(negotiate("application/json") == Output::Json);
    CHECK(negotiate("application/xml") == Output::Xml);
    CHECK(negotiate("application/x-yaml") == Output::Yaml);
    CHECK(negotiate("text/plain") == Output::Yaml);
    CHECK(negotiate("image/png, application/xml, application/json") == Output::Xml);
}

TEST_CASE("negotiate: parameters, quality among them, are not looked at") {
    CHECK(negotiate("application/xml;q=0.1, application/json;q=1") == Output::Xml);
    CHECK(negotiate(" application/xml ; charset=utf-8") == Output::Xml);
}

TEST_CASE("negotiate: a beginning of a name fits, and a star fits what follows it") {
    CHECK(negotiate("*/*") == Output::Json);
    CHECK(negotiate("application/*") == Output::Json);
    CHECK(negotiate("text/*") == Output::Yaml);
    CHECK(negotiate("application/x") == Output::Xml);
    CHECK(negotiate("application") == Output::Json);
}

TEST_CASE("negotiate: nothing that fits is JSON") {
    CHECK(negotiate("") == Output::Json);
    CHECK(negotiate(", ,") == Output::Json);
    CHECK(negotiate("text/xml") == Output::Json);
    CHECK(negotiate("application/yaml") == Output::Json);
    CHECK(negotiate("Application/XML") == Output::Json);
}
