#include <doctest/doctest.h>

#include <aggregator/plan/routes.hpp>

#include <ostream>

using aggregator::plan::parameter_names;
using aggregator::plan::ParamSyntax;
using aggregator::plan::Routes;

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<std::string_view>;

constexpr ParamSyntax kSegment = ParamSyntax::Segment;
constexpr ParamSyntax kAnywhere = ParamSyntax::Anywhere;

Routes routes_of(const Names& paths, ParamSyntax syntax = kSegment) {
    Routes routes;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const auto conflict = routes.add(paths[i], syntax, static_cast<std::uint32_t>(i));
        CHECK_MESSAGE(!conflict, paths[i] << ": " << (conflict ? conflict->reason : ""));
    }
    return routes;
}

/// The index of the matching path, or -1.
int match(const Routes& routes, std::string_view path) {
    Values params;
    const auto found = routes.match(path, params);
    return found ? static_cast<int>(*found) : -1;
}

Values params_of(const Routes& routes, std::string_view path) {
    Values params{"left over"};
    static_cast<void>(routes.match(path, params));
    return params;
}

/// The conflict of the last path with those before it.
Routes::Conflict conflict_of(const Names& paths, ParamSyntax syntax = kSegment) {
    Routes routes = routes_of(Names(paths.begin(), paths.end() - 1), syntax);
    const auto conflict =
        routes.add(paths.back(), syntax, static_cast<std::uint32_t>(paths.size() - 1));
    REQUIRE(conflict);
    return *conflict;
}

}  // namespace

TEST_CASE("routes: a parameter is a brace directly after a slash, with a name of [A-Za-z0-9_-]") {
    CHECK(parameter_names("/a/{b}/{C_d-9}", kSegment) == Names{"b", "C_d-9"});
    CHECK(parameter_names("/a{b}", kSegment).empty());
    CHECK(parameter_names("/{a.b}", kSegment).empty());
    CHECK(parameter_names("/{}", kSegment).empty());
}

TEST_CASE("routes: a parameter takes the rest of its segment into its name") {
    CHECK(parameter_names("/{a}.json", kSegment) == Names{"a.json"});
    CHECK(parameter_names("/{a}{b}", kSegment) == Names{"a{b}"});
    CHECK(parameter_names("/{a}.json", kAnywhere) == Names{"a.json"});
}

TEST_CASE("routes: a name that is known is a parameter at its other places too") {
    CHECK(parameter_names("/{a}/x{a}/y{b}", kSegment) == Names{"a", "a"});
}

TEST_CASE("routes: with disable_rest a parameter may stand anywhere") {
    CHECK(parameter_names("/x{a}/{b}", kAnywhere) == Names{"a", "b"});
    CHECK(parameter_names("/{a.b}", kAnywhere) == Names{"a.b"});
}

TEST_CASE("routes: a colon in the path begins a parameter") {
    CHECK(parameter_names("/a:b", kSegment) == Names{"b"});
    const Routes routes = routes_of({"/a:b"});
    CHECK(params_of(routes, "/axyz") == Values{"xyz"});
}

TEST_CASE("routes: a literal path matches itself only") {
    const Routes routes = routes_of({"/", "/a", "/a/b", "/a/b/"});
    CHECK(match(routes, "/") == 0);
    CHECK(match(routes, "/a") == 1);
    CHECK(match(routes, "/a/b") == 2);
    CHECK(match(routes, "/a/b/") == 3);
    for (const std::string_view miss :
         {"", "a", "//", "/a/", "/A", "/a/b/c", "/a//b", "/b", "//a"}) {
        CAPTURE(miss);
        CHECK(match(routes, miss) == -1);
    }
}

TEST_CASE("routes: a parameter matches one segment that is not empty") {
    const Routes routes = routes_of({"/u/{id}", "/u/{id}/x"});
    CHECK(match(routes, "/u/7") == 0);
    CHECK(params_of(routes, "/u/a b?#%") == Values{"a b?#%"});
    CHECK(match(routes, "/u/7/x") == 1);
    CHECK(params_of(routes, "/u/7/x") == Values{"7"});
    for (const std::string_view miss : {"/u", "/u/", "/u//x", "/u/7/", "/u/7/y", "/u/7/x/"}) {
        CAPTURE(miss);
        CHECK(match(routes, miss) == -1);
        CHECK(params_of(routes, miss).empty());
    }
}

TEST_CASE("routes: several parameters are captured in order, as views into the path") {
    const Routes routes = routes_of({"/{a}/x/{b}/{c}"});
    const std::string path = "/1/x/22/333";
    Values params;
    REQUIRE(routes.match(path, params));
    CHECK(params == Values{"1", "22", "333"});
    CHECK(params[1].data() == path.data() + 5);
}

TEST_CASE("routes: a literal segment wins over a parameter") {
    const Routes routes = routes_of({"/u/{id}", "/u/me"});
    CHECK(match(routes, "/u/me") == 1);
    CHECK(params_of(routes, "/u/me").empty());
    CHECK(match(routes, "/u/you") == 0);
}

TEST_CASE("routes: a literal that leads nowhere is left for the parameter") {
    const Routes routes = routes_of({"/u/me/x", "/u/{id}/y", "/{a}/{b}/{c}"});
    CHECK(match(routes, "/u/me/x") == 0);
    CHECK(match(routes, "/u/me/y") == 1);
    CHECK(params_of(routes, "/u/me/y") == Values{"me"});
    CHECK(match(routes, "/u/me/z") == 2);
    CHECK(params_of(routes, "/u/me/z") == Values{"u", "me", "z"});
}

TEST_CASE("routes: a prefix in front of a parameter is matched, the longest one first") {
    const Routes routes = routes_of({"/x{a}", "/xy{b}", "/{c}", "/xyz"}, kAnywhere);
    CHECK(match(routes, "/x1") == 0);
    CHECK(params_of(routes, "/x1") == Values{"1"});
    CHECK(match(routes, "/xy1") == 1);
    CHECK(params_of(routes, "/xy1") == Values{"1"});
    CHECK(match(routes, "/xyz") == 3);
    CHECK(match(routes, "/xyzz") == 1);
    CHECK(match(routes, "/a") == 2);
    CHECK(params_of(routes, "/xy") == Values{"y"});
    CHECK(params_of(routes, "/x") == Values{"x"});
}

TEST_CASE("routes: a prefix without a value after it does not match") {
    const Routes routes = routes_of({"/x{a}"}, kAnywhere);
    CHECK(match(routes, "/x") == -1);
    CHECK(match(routes, "/x1") == 0);
}

TEST_CASE("routes: a path is cleaned when it is added") {
    const Routes routes = routes_of({"//a", "/./b", "/x/../c", "/d//"});
    CHECK(match(routes, "/a") == 0);
    CHECK(match(routes, "/b") == 1);
    CHECK(match(routes, "/c") == 2);
    CHECK(match(routes, "/d/") == 3);
}

TEST_CASE("routes: braces that are no parameter, query text and escapes are literal") {
    const Routes routes = routes_of({"/a{b}", "/q?x=1", "/p%20"});
    CHECK(match(routes, "/a{b}") == 0);
    CHECK(match(routes, "/ab") == -1);
    CHECK(match(routes, "/q?x=1") == 1);
    CHECK(match(routes, "/p%20") == 2);
    CHECK(match(routes, "/p ") == -1);
}

TEST_CASE("routes: the same path twice is a conflict, also after cleaning") {
    CHECK(conflict_of({"/a", "/a"}).other == 0);
    CHECK(conflict_of({"/b", "/a", "//a"}).other == 1);
    CHECK(conflict_of({"/b", "/a", "//a"}).reason == "both are served at '/a'");
    CHECK(conflict_of({"/{x}", "/{x}"}).other == 0);
    CHECK(conflict_of({"/", ""}).other == 0);
}

TEST_CASE("routes: a trailing slash makes another route") {
    const Routes routes = routes_of({"/a", "/a/"});
    CHECK(match(routes, "/a") == 0);
    CHECK(match(routes, "/a/") == 1);
}

TEST_CASE("routes: two names for the parameter of one place are a conflict") {
    const Routes::Conflict conflict = conflict_of({"/z", "/a/{x}", "/a/{y}/b"});
    CHECK(conflict.other == 1);
    CHECK(conflict.reason == "{y} stands where it has {x}");
    CHECK(conflict_of({"/x{a}", "/x{b}"}, kAnywhere).other == 0);
}

TEST_CASE("routes: names may differ behind different prefixes") {
    CHECK_FALSE(routes_of({"/x{a}", "/{b}", "/y{c}"}, kAnywhere).empty());
    CHECK_FALSE(routes_of({"/a/{x}", "/b/{y}", "/a/b"}).empty());
}

TEST_CASE("routes: a path that cannot be served is a conflict with itself") {
    for (const char* const path : {"/a/*", "/*", "/a*", "/{a}*", "/a:", "/:/b", "/a:b:c"}) {
        CAPTURE(path);
        CHECK(conflict_of({"/z", path}).other == 1);
    }
    CHECK(conflict_of({"/z", "/{a}-{b}"}, kAnywhere).other == 1);
    CHECK(conflict_of({"/{a}/{b}{a}"}).other == 0);
}

TEST_CASE("routes: a path with too many segments is refused") {
    std::string path;
    for (std::size_t i = 0; i < Routes::kSegmentsMax; ++i) {
        path += "/a";
    }
    CHECK(match(routes_of({path}), path) == 0);
    CHECK(conflict_of({path + "/a"}).other == 0);
}

TEST_CASE("routes: a segment that no request can have is refused") {
    CHECK(conflict_of({"/" + std::string(70000, 'a')}).other == 0);
}

TEST_CASE("routes: a refused route is not there") {
    Routes routes = routes_of({"/a/{x}"});
    REQUIRE(routes.add("/a/{y}/b", kSegment, 1));
    CHECK(match(routes, "/a/1/b") == -1);
    Routes none;
    REQUIRE(none.add("/a/*", kSegment, 0));
    CHECK(none.empty());
}

TEST_CASE("routes: an empty table matches nothing") {
    const Routes routes;
    CHECK(routes.empty());
    CHECK(match(routes, "/") == -1);
    CHECK_FALSE(routes.match_ignoring_case("/"));
    CHECK_FALSE(routes_of({"/"}).empty());
}

TEST_CASE("routes: the case of literals is corrected, that of values is not") {
    const Routes routes = routes_of({"/People/{id}/Orders", "/a", "/"});
    CHECK(routes.match_ignoring_case("/pEOPLE/aBc/orders") == "/People/aBc/Orders");
    CHECK(routes.match_ignoring_case("/A") == "/a");
    CHECK(routes.match_ignoring_case("/") == "/");
    CHECK_FALSE(routes.match_ignoring_case("/A/"));
    CHECK_FALSE(routes.match_ignoring_case("/people//orders"));
    CHECK_FALSE(routes.match_ignoring_case("a"));
    CHECK_FALSE(routes.match_ignoring_case(""));
}

TEST_CASE("routes: the case of a prefix in front of a parameter is corrected") {
    const Routes routes = routes_of({"/Item-{id}"}, kAnywhere);
    CHECK(routes.match_ignoring_case("/ITEM-Xy") == "/Item-Xy");
}

TEST_CASE("routes: of two paths that differ in case only the first one is suggested") {
    const Routes routes = routes_of({"/aB", "/Ab"});
    CHECK(match(routes, "/aB") == 0);
    CHECK(match(routes, "/Ab") == 1);
    CHECK(routes.match_ignoring_case("/ab") == "/aB");
}

TEST_CASE("routes: ten thousand routes each find themselves") {
    Names paths;
    for (int i = 0; i < 5000; ++i) {
        paths.push_back("/v1/service-" + std::to_string(i));
        paths.push_back("/v1/service-" + std::to_string(i) + "/{id}/detail");
    }
    const Routes routes = routes_of(paths);
    for (int i = 0; i < 5000; ++i) {
        const std::string base = "/v1/service-" + std::to_string(i);
        REQUIRE(match(routes, base) == 2 * i);
        REQUIRE(match(routes, base + "/x/detail") == 2 * i + 1);
    }
    CHECK(match(routes, "/v1/service-5000") == -1);
}

TEST_CASE("routes: a thousand prefixes in one place each find themselves") {
    Names paths;
    for (int i = 0; i < 1000; ++i) {
        paths.push_back("/" + std::string(static_cast<std::size_t>(i % 30), 'p') +
                        std::to_string(i) + "-{id}");
    }
    const Routes routes = routes_of(paths, kAnywhere);
    for (int i = 0; i < 1000; ++i) {
        const std::string& path = paths[static_cast<std::size_t>(i)];
        const std::string prefix = path.substr(0, path.find('{'));
        REQUIRE(match(routes, prefix + "7") == i);
        REQUIRE(params_of(routes, prefix + "7") == Values{"7"});
        REQUIRE(match(routes, prefix) == -1);
    }
}

TEST_CASE("routes: a literal and a parameter at every level are tried to the end") {
    // Every path of literals and parameters of this depth; none of them ends in `z`.
    constexpr std::uint32_t kDepth = 10;
    Routes routes;
    for (std::uint32_t shape = 0; shape < (1u << kDepth); ++shape) {
        std::string path;
        for (std::uint32_t level = 0; level < kDepth; ++level) {
            path += (shape >> level) & 1u ? "/{p" + std::to_string(level) + "}" : "/a";
        }
        REQUIRE_FALSE(routes.add(path + "/b", kSegment, shape));
    }
    std::string all_literal;
    std::string all_values;
    for (std::uint32_t level = 0; level < kDepth; ++level) {
        all_literal += "/a";
        all_values += "/v";
    }
    CHECK(match(routes, all_literal + "/b") == 0);
    CHECK(match(routes, all_values + "/b") == (1 << kDepth) - 1);
    CHECK(match(routes, all_literal + "/z") == -1);
    CHECK(params_of(routes, all_values + "/b").size() == kDepth);
}

TEST_CASE("routes: a literal that matches but for the slash at the end is what is meant") {
    const Routes routes = routes_of({"/r/static/", "/r/{id}", "/t/static", "/t/{id}/", "/u/{id}",
                                     "/u/{id}/", "/v/{id}/w/", "/v/x/{id}"});
    CHECK(routes.means_other_slash("/r/static"));
    CHECK_FALSE(routes.means_other_slash("/r/static/"));
    CHECK_FALSE(routes.means_other_slash("/r/other"));
    CHECK(routes.means_other_slash("/t/static/"));
    CHECK_FALSE(routes.means_other_slash("/t/other/"));
    CHECK_FALSE(routes.means_other_slash("/u/1"));
    CHECK_FALSE(routes.means_other_slash("/u/1/"));
    CHECK_FALSE(routes.means_other_slash("/v/x/w"));
    CHECK_FALSE(routes.means_other_slash("/"));
    CHECK_FALSE(routes.means_other_slash("/nowhere"));
}
