#include <doctest/doctest.h>

#include "reading/passwords.hpp"
#include "unit/config/loading.hpp"

using aggregator::reading::without_passwords;

TEST_CASE("passwords: those in front of a host are masked, whatever is in them") {
    CHECK(without_passwords("host `http://bob:pass@shop/` and 'a:b@c'") ==
          "host `http://bob:***@shop/` and 'a:***@c'");
    CHECK(without_passwords("http://bob:p@ss:w@shop:80/a:b") == "http://bob:***@shop:80/a:b");
    CHECK(without_passwords("bob:pass@shop") == "bob:***@shop");
    for (const char* const password : {"hunter#2", "hunter/2", "hunter?2", "hunter,2", "h@#/2"}) {
        const std::string url = "http://bob:" + std::string(password) + "@shop";
        CHECK(without_passwords("host `" + url + "/a`") == "host `http://bob:***@shop/a`");
    }
}

TEST_CASE("passwords: one that was cut short is masked") {
    CHECK(without_passwords("`http://bob:secretsec...`") == "`http://bob:***...`");
    CHECK(without_passwords("`http://bob:secret#sec...`") == "`http://bob:***...`");
}

TEST_CASE("passwords: what has none stays as it is") {
    for (const char* const text :
         {"", "http://shop:8080/a", "http://bob@shop", "http://bob:@shop", "GET /items/:id, a: b",
          "`x`: expected a, found b...", "https://[::1]:80/", "me@example.org", "://"}) {
        CHECK(without_passwords(text) == text);
    }
}

TEST_CASE("passwords: no message about a host has one") {
    const auto loaded = aggregator::config::load_text(
        R"({"version": 3, "host": ["http://bob:hunter2@shop.internal", "u:hunter2@shop"],)"
        R"( "timeout": "http://bob:hunter2@a"})",
        "a.json");
    CHECK(loaded.diagnostics.size() == 3);
    for (const auto& one : loaded.diagnostics) {
        CAPTURE(one.message);
        CHECK(one.message.find("hunter2") == std::string::npos);
    }
}
