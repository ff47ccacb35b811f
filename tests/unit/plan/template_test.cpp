#include <doctest/doctest.h>

#include <aggregator/plan/template.hpp>

#include <ostream>

using aggregator::plan::Template;

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<std::string_view>;

Names unknown_in(std::string_view pattern, const Names& params) {
    std::vector<Template::Unknown> unknown;
    static_cast<void>(Template::compile(pattern, params, unknown));
    Names names;
    for (const Template::Unknown& one : unknown) {
        names.push_back(one.name);
    }
    return names;
}

std::string render(std::string_view pattern, const Names& params = {}, const Values& values = {}) {
    std::vector<Template::Unknown> unknown;
    std::string out;
    Template::compile(pattern, params, unknown).render(values, out);
    return out;
}

}  // namespace

TEST_CASE("template: a pattern without placeholders goes out as it is") {
    CHECK(render("/") == "/");
    CHECK(render("/a/b?c=d&e=f") == "/a/b?c=d&e=f");
    CHECK(render("/a//b/../c") == "/a//b/../c");
}

TEST_CASE("template: a slash is put in front of a pattern that has none") {
    CHECK(render("") == "/");
    CHECK(render("a") == "/a");
    CHECK(render("?a=1") == "/?a=1");
}

TEST_CASE("template: what is rendered is appended") {
    std::vector<Template::Unknown> unknown;
    std::string out = "x";
    Template::compile("/a", Names{}, unknown).render({}, out);
    CHECK(out == "x/a");
}

TEST_CASE("template: every occurrence of a parameter is filled") {
    CHECK(render("/u/{id}/x/{id}?k={id}", {"id"}, {"7"}) == "/u/7/x/7?k=7");
    CHECK(render("/{b}{a}", {"a", "b"}, {"1", "2"}) == "/21");
}

TEST_CASE("template: names may hold letters, digits and _ - . : /") {
    CHECK(render("/{A-z_0.9:/x}", {"A-z_0.9:/x"}, {"v"}) == "/v");
}

TEST_CASE("template: braces around anything but a name are literal text, encoded") {
    CHECK(render("/{}") == "/%7B%7D");
    CHECK(render("/{a b}", {"a"}, {"1"}) == "/%7Ba%20b%7D");
    CHECK(render("/{{a}}", {"a"}, {"1"}) == "/%7B1%7D");
    CHECK(render("/{a", {"a"}, {"1"}) == "/%7Ba");
    CHECK(render("/a}", {"a"}, {"1"}) == "/a%7D");
}

TEST_CASE("template: literal text in the path is encoded where it has to be") {
    CHECK(render("/a b") == "/a%20b");
    CHECK(render("/\xc3\xa4") == "/%C3%A4");
    CHECK(render("/\"<>\\^`|") == "/%22%3C%3E%5C%5E%60%7C");
    CHECK(render("/&;+=:@,$!") == "/&;+=:@,$!");
    CHECK(render("/-._~'()*[]") == "/-._~'()*[]");
    CHECK(render(std::string("/a\r\n\tb\0c\x7f", 9)) == "/a%0D%0A%09b%00c%7F");
}

TEST_CASE(
    "template: an escape that the pattern already has is kept, a lone percent sign is encoded") {
    CHECK(render("/a%2fb%20c") == "/a%2fb%20c");
    CHECK(render("/100%") == "/100%25");
    CHECK(render("/a%zz%4") == "/a%25zz%254");
    CHECK(render("/?q=%41%") == "/?q=%41%25");
}

TEST_CASE("template: literal text in the query keeps what may stand there") {
    CHECK(render("/?a[]=1&b=/?:@!$'()*+,;") == "/?a[]=1&b=/?:@!$'()*+,;");
    CHECK(render("/?a=b c\"{}") == "/?a=b%20c%22%7B%7D");
}

TEST_CASE("template: a value cannot leave its segment of the path") {
    CHECK(render("/u/{p}/x", {"p"}, {"a/b"}) == "/u/a%2Fb/x");
    CHECK(render("/u/{p}/x", {"p"}, {"a?b#c"}) == "/u/a%3Fb%23c/x");
    CHECK(render("/u/{p}", {"p"}, {"a b\r\nc%41"}) == "/u/a%20b%0D%0Ac%2541");
    CHECK(render("/u/{p}", {"p"}, {"\xc3\xa4[]{}\""}) == "/u/%C3%A4%5B%5D%7B%7D%22");
    CHECK(render("/u/{p}", {"p"}, {"a&+=:@,$!'()*-._~"}) == "/u/a&+=:@,$!'()*-._~");
    CHECK(render("/u/{p}", {"p"}, {""}) == "/u/");
    CHECK(render("/u/{p};a=1", {"p"}, {"b;c=.."}) == "/u/b%3Bc=..;a=1");
}

TEST_CASE("template: values that make a dot segment of the path climb, wherever they stand in it") {
    const std::vector<std::string> names{"a", "b"};
    const auto climbs = [&names](std::string_view pattern, std::string_view a, std::string_view b) {
        std::vector<Template::Unknown> unknown;
        const std::vector<std::string_view> values{a, b};
        return Template::compile(pattern, names, unknown).climbs(values);
    };
    CHECK(climbs("/{a}/{b}", "x", ".."));
    CHECK(climbs("/{a}", "..;x", ""));
    CHECK(climbs("/{a}", "x/../y", ""));
    CHECK(climbs("/{a}", "%2e%2E", ""));
    CHECK(climbs("/.{a}", "", ""));
    CHECK(climbs("/{a}{b}", "%2", "e"));
    CHECK(climbs("/{a}{b}/c", ".", ""));
    CHECK(!climbs("/{a}/{b}", "x.y", "..."));
    CHECK(!climbs("/c?d={a}&e={b}", "..", "."));
    CHECK(!climbs("/{a}?b={b}", "x", ".."));
    CHECK(!climbs("/../{a}", "x", ""));
}

TEST_CASE("template: a value cannot leave its place in the query") {
    CHECK(render("/?y={p}", {"p"}, {"a&b=c#d+e f"}) == "/?y=a%26b%3Dc%23d%2Be%20f");
    CHECK(render("/?y={p}&z=1", {"p"}, {"/?:@%"}) == "/?y=%2F%3F%3A%40%25&z=1");
    CHECK(render("/?{p}=1", {"p"}, {"\xc3\xa4"}) == "/?%C3%A4=1");
}

TEST_CASE("template: only a literal question mark begins the query") {
    CHECK(render("/{p}/x?y={p}", {"p"}, {"a?b/"}) == "/a%3Fb%2F/x?y=a%3Fb%2F");
}

TEST_CASE("template: a fragment is dropped, placeholders in it included") {
    CHECK(render("/a#b") == "/a");
    CHECK(render("/a?b=1#c?d={p}", {"p"}, {"x"}) == "/a?b=1");
    CHECK(render("#") == "/");
}

TEST_CASE("template: placeholders of earlier answers and tokens go out as they are, encoded") {
    CHECK(render("/x/{resp0_id}") == "/x/%7B%7B.Resp0_id%7D%7D");
    CHECK(render("/x/{resp12_a.b-c}") == "/x/%7B%7B.Resp12_a.b-c%7D%7D");
    CHECK(render("/x/{JWT.sub}") == "/x/%7B%7B.JWT.sub%7D%7D");
    CHECK(render("/?x={resp0_id}") == "/?x=%7B%7B.Resp0_id%7D%7D");
    CHECK(render("/{a}/{resp0_id}", {"a"}, {"1"}) == "/1/%7B%7B.Resp0_id%7D%7D");
}

TEST_CASE("template: placeholders of earlier answers and tokens are accepted without a check") {
    CHECK(unknown_in("/{resp0_x}/{resp99_a.b}/{JWT.sub}", {}).empty());
}

TEST_CASE("template: names that only look like them are unknown") {
    CHECK(unknown_in("/{resp0}", {}) == Names{"resp0"});
    CHECK(unknown_in("/{resp0_}", {}) == Names{"resp0_"});
    CHECK(unknown_in("/{resp_x}", {}) == Names{"resp_x"});
    CHECK(unknown_in("/{Resp0_x}", {}) == Names{"Resp0_x"});
    CHECK(unknown_in("/{resp0_a/b}", {}) == Names{"resp0_a/b"});
    CHECK(unknown_in("/{JWT.}", {}) == Names{"JWT."});
    CHECK(unknown_in("/{jwt.sub}", {}) == Names{"jwt.sub"});
}

TEST_CASE("template: an unknown name is reported once, in the fragment too") {
    CHECK(unknown_in("/{x}/{id}/{x}?y={z}#{w}", {"id"}) == Names{"x", "z", "w"});
}

TEST_CASE("template: names are compared with case") {
    CHECK(unknown_in("/{ID}", {"id"}) == Names{"ID"});
    CHECK(unknown_in("/{Id}", {"id"}) == Names{"Id"});
}

TEST_CASE(
    "template: of two parameters that differ in their first letter's case the last one counts") {
    CHECK(render("/{id}-{Id}", {"id", "Id"}, {"1", "2"}) == "/2-2");
    CHECK(render("/{a}", {"a", "b", "a"}, {"1", "2", "3"}) == "/3");
}

TEST_CASE("template: a parameter may be called like a placeholder of an earlier answer") {
    CHECK(render("/{resp0_x}", {"resp0_x"}, {"1"}) == "/1");
}

TEST_CASE("template: it knows which parameters it uses") {
    std::vector<Template::Unknown> unknown;
    const Names names{"a", "b", "c"};
    const Template made = Template::compile("/{c}/{a}/{c}", names, unknown);
    CHECK(made.used() == std::vector<std::uint32_t>{0, 2});
    CHECK(Template::compile("/x", names, unknown).used().empty());
}

TEST_CASE("template: a value of an earlier answer is encoded for the place it lands in") {
    const Names params{"id", "Resp0_a.b"};
    const std::string_view value = "x/y?z=1&w";
    CHECK(render("/u/{resp0_a.b}", params, {"7", value}) == "/u/x%2Fy%3Fz=1&w");
    CHECK(render("/u?k={resp0_a.b}", params, {"7", value}) == "/u?k=x%2Fy%3Fz%3D1%26w");
    CHECK(render("/u?k={resp0_a.b}", params, {"7", "\r\nX: 1"}) == "/u?k=%0D%0AX%3A%201");
}

TEST_CASE("template: a value that is missing leaves its placeholder") {
    const Names params{"Resp0_a"};
    CHECK(render("/u/{resp0_a}", params, {{}}) == "/u/%7B%7B.Resp0_a%7D%7D");
    CHECK(render("/u?k={resp0_a}", params, {{}}) == render("/u?k={resp0_a}"));
    CHECK(render("/u/{resp0_a}", params, {""}) == "/u/");
}
