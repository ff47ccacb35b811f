// RFC 3986 5: what a Location means where it was found.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "net/location.hpp"

using namespace aggregator;
using net::Origin;

namespace {

Origin origin(const std::string& name = "a.test") {
    Origin made{.tls = false, .name = name, .port = 8080, .authority = {}, .prefix = "/unused"};
    made.authority = authority_of(made);
    return made;
}

/// The whole URL, or the failure's name.
std::string resolved(std::string_view reference, std::string_view base_target = "/b/c/d?q") {
    const auto location = net::resolve_location(reference, origin(), base_target);
    return location ? url_of(location->origin, location->target)
                    : std::string(base::row(location.error().code).name);
}

}  // namespace

TEST_CASE("location: the normal and the abnormal examples of RFC 3986 5.4 come out as it says") {
    const std::pair<const char*, const char*> cases[] = {
        {"g", "/b/c/g"},          {"./g", "/b/c/g"},
        {"g/", "/b/c/g/"},        {"/g", "/g"},
        {"?y", "/b/c/d?y"},       {"g?y", "/b/c/g?y"},
        {"#s", "/b/c/d?q"},       {"g#s", "/b/c/g"},
        {"g?y#s", "/b/c/g?y"},    {";x", "/b/c/;x"},
        {"g;x", "/b/c/g;x"},      {".", "/b/c/"},
        {"./", "/b/c/"},          {"..", "/b/"},
        {"../", "/b/"},           {"../g", "/b/g"},
        {"../..", "/"},           {"../../", "/"},
        {"../../g", "/g"},        {"../../../g", "/g"},
        {"../../../../g", "/g"},  {"/./g", "/g"},
        {"/../g", "/g"},          {"g.", "/b/c/g."},
        {".g", "/b/c/.g"},        {"g..", "/b/c/g.."},
        {"..g", "/b/c/..g"},      {"./../g", "/b/g"},
        {"./g/.", "/b/c/g/"},     {"g/./h", "/b/c/g/h"},
        {"g/../h", "/b/c/h"},     {"g;x=1/./y", "/b/c/g;x=1/y"},
        {"g;x=1/../y", "/b/c/y"}, {"g?y/./x", "/b/c/g?y/./x"},
        {"g#s/../x", "/b/c/g"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.first);
        CHECK(resolved(one.first) == std::string("http://a.test:8080") + one.second);
    }
}

TEST_CASE("location: an absolute one leads to its own host, port and scheme") {
    CHECK(resolved("http://b.test/x?y") == "http://b.test/x?y");
    CHECK(resolved("https://b.test") == "https://b.test/");
    CHECK(resolved("https://b.test?y") == "https://b.test/?y");
    CHECK(resolved("HTTPS://B.Test:443/X") == "https://b.test/X");
    CHECK(resolved("http://b.test:81/") == "http://b.test:81/");
    CHECK(resolved("http://b.test:/x") == "http://b.test/x");
    CHECK(resolved("http://[::1]:81/x") == "http://[::1]:81/x");
    CHECK(resolved("//b.test/x") == "http://b.test/x");
    CHECK(resolved("http://user:pass@b.test/") == "http://b.test/");
    CHECK(resolved("http://b.test/a/../c") == "http://b.test/c");
}

TEST_CASE("location: a colon behind a slash is no scheme's") {
    CHECK(resolved("/g:h") == "http://a.test:8080/g:h");
    CHECK(resolved("./g:h") == "http://a.test:8080/b/c/g:h");
    CHECK(resolved("?g:h") == "http://a.test:8080/b/c/d?g:h");
}

TEST_CASE("location: escapes stay as they are and other bytes are escaped") {
    CHECK(resolved("/%2f%41?%zz") == "http://a.test:8080/%2f%41?%zz");
    CHECK(resolved("/a b\"<>\\^`{|}\xC3\xBC") ==
          "http://a.test:8080/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%C3%BC");
}

TEST_CASE("location: what is no URL of http or https is refused") {
    for (const char* const reference : {"ftp://b.test/",
                                        "mailto:a@b.test",
                                        "http:g",
                                        "http:",
                                        "http://",
                                        "http:///x",
                                        "//",
                                        "http://b test/",
                                        "http://b.test:0/",
                                        "http://b.test:65536/",
                                        "http://b.test:x/",
                                        "http://b.test:80x/",
                                        "http://[::1/",
                                        "http://[b.test]/",
                                        "http://[]/",
                                        "http://@/",
                                        "http://b\xC3\xBC.test/",
                                        "/%",
                                        "/%4",
                                        "/%4g",
                                        "/a\rb",
                                        "/a\nb",
                                        "/a\tb",
                                        "/a\x7F",
                                        "javascript:alert(1)",
                                        "file:///x"}) {
        CAPTURE(reference);
        CHECK(resolved(reference) == "bad_redirect");
    }
}

TEST_CASE("location: a refusal shows the text, without its control characters") {
    const auto location = net::resolve_location("ftp://b.test/\x01", origin(), "/");
    REQUIRE(!location);
    CHECK(location.error().detail.find("'ftp://b.test/?'") != std::string::npos);
}

TEST_CASE("location: addresses that are known go with the name and not with another one") {
    Origin base = origin();
    base.addresses = {"192.0.2.1"};
    CHECK(net::resolve_location("/x", base, "/")->origin.addresses == base.addresses);
    CHECK(net::resolve_location("http://A.test:81/x", base, "/")->origin.addresses ==
          base.addresses);
    CHECK(net::resolve_location("http://b.test:8080/x", base, "/")->origin.addresses.empty());
}

TEST_CASE("location: the origin's prefix is part of the target and not put in front again") {
    const auto location = net::resolve_location("x", origin(), "/unused/a/b");
    CHECK(location->target == "/unused/a/x");
    CHECK(location->origin.prefix.empty());
}

TEST_CASE("location: one longer than 8 KiB is refused, and shown in part") {
    CHECK(net::resolve_location("/" + std::string(8191, 'a'), origin(), "/"));
    const auto refused = net::resolve_location("/" + std::string(8192, 'a'), origin(), "/");
    REQUIRE(!refused);
    CHECK(refused.error().code == base::Code::BadRedirect);
    CHECK(refused.error().detail.size() < 300);
}

TEST_CASE("is_same_origin: scheme, name and port count, a subdomain is another one") {
    Origin one = origin();
    Origin other = one;
    other.name = "A.TEST";
    CHECK(net::is_same_origin(one, other));
    other.name = "x.a.test";
    CHECK(!net::is_same_origin(one, other));
    other = one;
    other.port = static_cast<std::uint16_t>(one.port + 1);
    CHECK(!net::is_same_origin(one, other));
    other = one;
    other.tls = !one.tls;
    CHECK(!net::is_same_origin(one, other));
}

TEST_CASE("location: a dot segment in disguise is not followed") {
    for (const char* reference : {"/a/%2e%2e/b", "/a/..;x/b", "/a/..%2fb", "/a/%2e./b", "/a\\..\\b",
                                  "/a/%252e%252e/b", "..;/b", "http://b.test/%2e%2e"}) {
        CAPTURE(reference);
        CHECK(resolved(reference) == "bad_redirect");
    }
    CHECK(resolved("/a/b;c=..?d=%2e%2e/") == "http://a.test:8080/a/b;c=..?d=%2e%2e/");
}
