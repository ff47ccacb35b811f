#include <doctest/doctest.h>

#include <array>

#include <aggregator/plan/shadow.hpp>

using namespace aggregator;
using namespace aggregator::plan;

namespace {

using Faults = std::vector<Expression::Fault>;

const std::vector<std::string> kParams{"id", "Order"};

/// What an expression becomes for one request.
std::string rendered(std::string_view text) {
    Faults faults;
    const Expression expression = Expression::compile(text, kParams, faults);
    CHECK(faults.empty());
    const std::array<http::Field, 3> headers{
        http::Field{"X-User", "ann"}, {"x-USER", "bob"}, {"X-Tab", "a\tb"}};
    const std::array<std::string_view, 2> params{"7", "a\r\nX-Evil: 1"};
    http::Request request;
    request.method = "POST";
    request.target = "/users/7?q=1";
    request.host = "shop.example:8080";
    request.headers = headers;
    request.params = params;
    std::string out = "=";
    expression.render({.request = request,
                       .request_id = "r-1",
                       .endpoint = "/users/{id}",
                       .shadow = "v2",
                       .client = "10.0.0.9"},
                      out);
    return out.substr(1);
}

Expression::Fault fault(std::string_view text) {
    Faults faults;
    (void)Expression::compile(text, kParams, faults);
    REQUIRE(faults.size() == 1);
    return faults.front();
}

}  // namespace

TEST_CASE("expression: it knows the headers that it is made of") {
    using Names = std::vector<std::string>;
    const auto headers_of = [](std::string_view text) {
        Faults faults;
        return Expression::compile(text, kParams, faults).headers();
    };
    CHECK(headers_of("{request.header.Cookie} {#request.headers['x-sid']}{request.id}") ==
          Names{"Cookie", "x-sid"});
    CHECK(headers_of("see header.cookie").empty());
    CHECK(headers_of("{{request.header.cookie}}").empty());
}

TEST_CASE("expression: each name has its value") {
    CHECK(rendered("{request.id}") == "r-1");
    CHECK(rendered("{request.method}") == "POST");
    CHECK(rendered("{request.path}") == "/users/7");
    CHECK(rendered("{request.host}") == "shop.example:8080");
    CHECK(rendered("{request.header.X-User}") == "ann");
    CHECK(rendered("{param.id}") == "7");
    CHECK(rendered("{endpoint}") == "/users/{id}");
    CHECK(rendered("{shadow.name}") == "v2");
    CHECK(rendered("{client.ip}") == "10.0.0.9");
}

TEST_CASE("expression: text stays as it is, and `{{` is a brace") {
    CHECK(rendered("").empty());
    CHECK(rendered("plain } text") == "plain } text");
    CHECK(rendered("a-{request.id}-{shadow.name}.") == "a-r-1-v2.");
    CHECK(rendered("{{request.id}") == "{request.id}");
    CHECK(rendered("{{{request.id}}") == "{r-1}");
    CHECK(rendered("{{") == "{");
    CHECK(rendered("{ request.id }") == "r-1");
}

TEST_CASE("expression: the spelling with `#` is understood") {
    CHECK(rendered("{#request.id}") == "r-1");
    CHECK(rendered("{#request.headers['X-User']}") == "ann");
    CHECK(rendered("{#request.headers[\"x-user\"][0]}") == "ann");
    CHECK(rendered("{#request.pathParams['id']}") == "7");
    CHECK(rendered("{#request.remoteAddress}") == "10.0.0.9");
}

TEST_CASE("expression: headers have no case, parameters none in their first letter") {
    CHECK(rendered("{request.header.x-user}") == "ann");
    CHECK(rendered("{param.Id}") == "7");
    CHECK(rendered("{param.order}") == "a  X-Evil: 1");
}

TEST_CASE("expression: what the request does not have is empty") {
    CHECK(rendered("[{request.header.X-None}]") == "[]");
    Faults faults;
    const Expression expression = Expression::compile("<{param.id}>", {"id"}, faults);
    const http::Request request;
    std::string out;
    expression.render(
        {.request = request, .request_id = {}, .endpoint = {}, .shadow = {}, .client = {}}, out);
    CHECK(out == "<>");
}

TEST_CASE("expression: no value can end the header, a tab may stay") {
    CHECK(rendered("{param.Order}").find_first_of("\r\n") == std::string::npos);
    CHECK(rendered("{request.header.X-Tab}") == "a\tb");
}

TEST_CASE("expression: a name that is not known is a fault with a guess") {
    CHECK(fault("x{request.idd}y").message == "`{request.idd}` is not known");
    CHECK(fault("{request.idd}").hint == "did you mean `{request.id}`?");
    CHECK(fault("{request.headers.X-User}").hint == "did you mean `{request.header.X-User}`?");
    CHECK(fault("{param.idd}").hint == "did you mean `{param.id}`?");
    CHECK(fault("{endpiont}").hint == "did you mean `{endpoint}`?");
    CHECK(fault("{#endpoints['x']}").hint.find("{request.header.NAME}") != std::string::npos);
    CHECK(fault("{}").message == "`{}` is not known");
    for (const char* text : {"{request}", "{request.header.}", "{request.header.a b}", "{param.}",
                             "{REQUEST.ID}", "{#request.headers[X]}", "{#request.headers['']}"}) {
        CAPTURE(text);
        CHECK_FALSE(fault(text).hint.empty());
    }
}

TEST_CASE("expression: a brace that is not closed and a line break are faults") {
    CHECK(fault("{request.id").hint == "`{{` is a brace");
    CHECK(fault("a {").message == "`{` is not closed");
    CHECK(fault("a\nb").message == "a control character");
    CHECK(fault(std::string_view("\0", 1)).message == "a control character");
}

TEST_CASE("expression: all faults of a text are told") {
    Faults faults;
    (void)Expression::compile("{a}{b}{request.id}{c", kParams, faults);
    CHECK(faults.size() == 3);
}
