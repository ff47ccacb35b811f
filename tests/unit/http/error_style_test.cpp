#include <doctest/doctest.h>

#include <string>

#include <aggregator/http/error_style.hpp>

using namespace aggregator;
using base::Code;
using http::ErrorStyle;

TEST_CASE("error style: compat statuses are those of the table") {
    const ErrorStyle style;
    for (std::size_t i = 0; i < base::kCodes; ++i) {
        const auto code = static_cast<Code>(i);
        CHECK(http::status_of(style, code) == base::row(code).status);
    }
}

TEST_CASE("error style: precise statuses tell a gateway's troubles apart, and nothing else") {
    const ErrorStyle style{.statuses = ErrorStyle::Statuses::Precise};
    CHECK(http::status_of(style, Code::Timeout) == 504);
    CHECK(http::status_of(style, Code::NoHosts) == 503);
    CHECK(http::status_of(style, Code::BreakerOpen) == 503);
    CHECK(http::status_of(style, Code::BackendLimited) == 503);
    for (std::size_t i = 0; i < base::kCodes; ++i) {
        const base::CodeRow& row = base::row(static_cast<Code>(i));
        CAPTURE(row.name);
        if (row.code == Code::BreakerOpen || row.code == Code::BackendLimited) {
            continue;
        }
        if (row.fault == base::Fault::Backend && row.code != Code::Timeout) {
            CHECK(http::status_of(style, row.code) == 502);
        } else if (row.code != Code::Timeout && row.code != Code::NoHosts) {
            CHECK(http::status_of(style, row.code) == row.status);
        }
    }
}

TEST_CASE("error style: an object says the name, and the detail only if it is to be shown") {
    ErrorStyle style{.format = ErrorStyle::Format::Json};
    auto body = http::error_body(style, {Code::BadBody, 400, "a \"chunk\"\n"});
    CHECK(body.type == "application/json; charset=utf-8");
    CHECK(body.text == R"({"error":"bad_body","status":400})");
    style.shows_detail = true;
    CHECK(http::error_body(style, {Code::BadBody, 400, "a \"chunk\"\n"}).text ==
          R"({"error":"bad_body","status":400,"message":"a \"chunk\""})");
}

TEST_CASE("error style: a problem document as RFC 9457 has it") {
    ErrorStyle style{.format = ErrorStyle::Format::Problem};
    auto body = http::error_body(style, {Code::NotFound, 404, "404 page not found"});
    CHECK(body.type == "application/problem+json");
    CHECK(body.text ==
          R"({"type":"about:blank","title":"Not Found","status":404,"code":"not_found"})");
    style.shows_detail = true;
    style.type_base = "https://a.test/p/";
    CHECK(http::error_body(style, {Code::NotFound, 404, "404 page not found"}).text ==
          R"({"type":"https://a.test/p/not_found","title":"Not Found","status":404,)"
          R"("detail":"404 page not found","code":"not_found"})");
}

TEST_CASE("error style: what is of this moment is not stored, and says when to come again") {
    const auto names = [](int status) {
        std::string text;
        for (const http::Field& field : http::cautions(status)) {
            text.append(field.name).append(": ").append(field.value).append("\n");
        }
        return text;
    };
    for (const int status : {401, 403, 421}) {
        CHECK(names(status) == "Cache-Control: no-store\n");
    }
    for (const int status : {429, 503}) {
        CHECK(names(status) == "Cache-Control: no-store\nRetry-After: 1\n");
    }
    for (const int status : {200, 400, 404, 500, 502, 504}) {
        CHECK(names(status).empty());
    }
}

TEST_CASE("error style: bodies tell the request's id only where that is asked for") {
    for (const auto format : {http::ErrorStyle::Format::Json, http::ErrorStyle::Format::Problem}) {
        http::ErrorStyle style{.format = format};
        const http::ErrorFacts facts{.code = Code::NotFound, .status = 404, .request_id = "r-1"};
        CHECK(http::error_body(style, facts).text.find("r-1") == std::string::npos);
        style.tells_id = true;
        CHECK(http::error_body(style, facts).text.find("\"request_id\":\"r-1\"") !=
              std::string::npos);
        CHECK(http::error_body(style, {.code = Code::NotFound, .status = 404})
                  .text.find("request_id") == std::string::npos);
    }
}
