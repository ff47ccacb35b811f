#include <doctest/doctest.h>

#include <aggregator/lint/output.hpp>

#include "lint/rules/secrets.hpp"

using namespace aggregator;

namespace {

std::string told(const std::string& text, const std::string& name, const lint::Choices& choices) {
    return lint::to_text(lint::check_text(text, name, choices), lint::Paint::Plain);
}

}  // namespace

TEST_CASE("secrets: a line that cannot be read is judged by its keys and its shapes") {
    for (const char* const line :
         {R"(  "password": "hunter2", x)", R"({"a":1,"api_key":"hunter2")", "password: hunter2",
          "token = 'hunter2'", "url: http://bob:hunter2@shop", R"("x": "AKIAABCDEFGHIJKLMNOP")"}) {
        CAPTURE(line);
        CHECK(lint::shows_secret(line));
    }
    for (const char* const line :
         {"", "=", R"("password": "${PASSWORD}")", R"("timeout": "hunter2")", "password",
          R"("host": ["http://shop:8080"])", R"("token_url": "http://shop")", R"("password": {)"}) {
        CAPTURE(line);
        CHECK_FALSE(lint::shows_secret(line));
    }
}

TEST_CASE("secrets: a line with one is not shown, whatever is told about it") {
    const lint::Choices off{{"secret-in-file", std::nullopt}};
    for (const char* const text :
         {R"({"version": 3, "password": "hunter2"})", R"({"version": 2, "token": "hunter2"})",
          R"({"version": 3, "host": ["http://bob:hunter2@shop"]})",
          R"({"version": 3, "password": "hunter2",, })"}) {
        CAPTURE(text);
        for (const lint::Choices& choices : {lint::Choices(), off}) {
            const std::string page = told(text, "a.json", choices);
            CHECK(!page.empty());
            CHECK(page.find("hunter2") == std::string::npos);
        }
    }
    CHECK(told("version: 3\nhost: ['http://bob:hunter2@a'\n", "a.yaml", {}).find("hunter2") ==
          std::string::npos);
    CHECK(told(R"({"version": 3, "timeuot": "1s"})", "a.json", off).find("| {\"version\"") !=
          std::string::npos);
}
