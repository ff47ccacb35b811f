#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <aggregator/http/target.hpp>

using namespace aggregator::http;

namespace {

struct Wanted {
    const char* method;
    const char* target;
    const char* host;
    const char* path;
};

}  // namespace

TEST_CASE("target: each form is read, and an absolute one taken apart") {
    const std::vector<Wanted> cases{
        {"GET", "/a?b", "", "/a?b"},
        {"GET", "//a", "", "//a"},
        {"GET", "http://h:1/a?b", "h:1", "/a?b"},
        {"GET", "HTTP://h/a?b", "h", "/a?b"},
        {"GET", "https://[::1]:8/a", "[::1]:8", "/a"},
        {"GET", "http://h", "h", "/"},
        {"GET", "http://h?x=1", "h", "/?x=1"},
        {"GET", "http://h?", "h", "/?"},
        {"GET", "http://h:/", "h:", "/"},
        {"OPTIONS", "http://h", "h", "*"},
        {"OPTIONS", "*", "", "*"},
        {"CONNECT", "h:443", "", "h:443"},
        {"CONNECT", "[::1]:443", "", "[::1]:443"},
        {"GET", "/a?b=%zz&c={\"d\":[1|2]}^`\\", "", "/a?b=%zz&c={\"d\":[1|2]}^`\\"},
        {"GET", "/\xC3\xA4", "", "/\xC3\xA4"},
    };
    for (const Wanted& wanted : cases) {
        const std::string target = wanted.target;
        CAPTURE(target);
        std::string store;
        const auto read = read_target(wanted.method, target, store);
        REQUIRE(read);
        CHECK(read->host == wanted.host);
        CHECK(read->target == wanted.path);
    }
}

TEST_CASE("target: what is no target of its method is refused") {
    const std::vector<std::pair<const char*, const char*>> cases{
        {"GET", "a"},
        {"GET", "*"},
        {"GET", "?a"},
        {"GET", "/a#b"},
        {"GET", "/a?b#c"},
        {"GET", "/#"},
        {"GET", "http://h/#"},
        {"GET", "http://h#"},
        {"GET", "http://"},
        {"GET", "http:///a"},
        {"GET", "http://?a"},
        {"GET", "http://:80/"},
        {"GET", "http://u@h/"},
        {"GET", "http://u:p@h/"},
        {"GET", "http://h:99999/"},
        {"GET", "http://h:x/"},
        {"GET", "http://[::1/"},
        {"GET", "http://h\\a/"},
        {"GET", "http:/h/"},
        {"GET", "http:h"},
        {"GET", "ftp://h/"},
        {"GET", "h:80"},
        {"GET", "/%"},
        {"GET", "/%4"},
        {"GET", "/%zz"},
        {"GET", "/%4z"},
        {"GET", "/a%%41"},
        {"GET", "http://h/%4"},
        {"CONNECT", "h"},
        {"CONNECT", "h:"},
        {"CONNECT", ":443"},
        {"CONNECT", "/a"},
        {"CONNECT", "http://h:1/"},
    };
    for (const auto& [method, text] : cases) {
        const std::string target = text;
        CAPTURE(target);
        std::string store;
        const auto read = read_target(method, target, store);
        REQUIRE(!read);
        CHECK(read.error().code == Code::BadTarget);
    }
}

TEST_CASE("target: dot segments are found in every disguise") {
    for (const char* path :
         {".",         "..",        "/a/../b", "/a/./b",      "/..",           "../",
          "..;x",      ".;",        "..;",     "/a/..;b=c/d", "%2e",           "%2E%2e",
          ".%2e",      "%2e%2e%3b", "..%3bx",  "..%2f",       "%2f..",         "a%5c..",
          "..\\",      "\\..",      "a\\.\\b", "%252e%252e",  "%25252e",       "..%252f",
          "..%25253b", "%%32e",     ".. ",     " ..",         "..%00",         "..%20",
          "..%09",     "..?a",      "..#a",    "%2525252525", "a/b/%2e%2e;c/d"}) {
        CAPTURE(path);
        CHECK(holds_dot_segment(path));
    }
    for (const char* path :
         {"", "a", "a.b", "...", "/a.b/c..d", ".a", "..a", "a..", "a;..", "100%", "%zz.", "a%2eb",
          "%41.", "/.well-known/x", "1.0", "a%2fb", "%2e%2e%2e"}) {
        CAPTURE(path);
        CHECK(!holds_dot_segment(path));
    }
}

TEST_CASE("host: names, addresses and ports as RFC 3986 has them") {
    for (const char* host :
         {"", "a", "a.b:80", "a:", "a:0", "a:65535", "my_service", "1.2.3.4:1", "[::1]", "[::1]:80",
          "[::1]:", "[::ffff:1.2.3.4]", "[2001:DB8::1]:8080", "[v1.a:b]", "a%41b", "%C3%A4.test",
          "a,b;c=d", "xn--bcher-kva.example:8443"}) {
        CAPTURE(host);
        CHECK(is_host(host));
    }
}

TEST_CASE("host: what cannot stand in an authority is none") {
    for (const char* host : {"[::1",    "a:b",
                             "a:99999", "a:65536",
                             "a:80:90", "]",
                             "[]",      "::",
                             ":",       ":80",
                             "a%",      "a%4",
                             "a%zz",    "[x]y",
                             "[::1]y",  "[::1]:y",
                             "[::1]80", "[1.2.3.4]",
                             "[a]",     "[v.a]",
                             "[v1.]",   "[::1%25eth0]",
                             "[[::1]]", "%0d%0a",
                             "a%00",    "a%20b",
                             "a%2fb",   "a%3a80",
                             "a%40b",   "a%25",
                             "::1",     "a b",
                             "a/b",     "a@b",
                             "a\"b",    "a?b",
                             "a#b",     "a\\b",
                             "a<b",     "\xC3\xA4.test",
                             "a:+80",   "a: 80",
                             "a:-1",    "a:18446744073709551617"}) {
        CAPTURE(host);
        CHECK(!is_host(host));
    }
}
