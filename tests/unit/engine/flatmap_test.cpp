#include "engine/flatmap.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/decode.hpp"
#include "engine/shape.hpp"
#include "plan/flatmap.hpp"
#include "plan/shape.hpp"
#include "support/operations.hpp"
#include "support/plenty.hpp"

using namespace aggregator;

namespace {

using testing::append;
using testing::del;
using testing::move;
using Kind = config::FlatmapConfig::Kind;
using Operations = std::vector<config::FlatmapConfig>;

struct Case {
    std::string answer;
    Operations operations;
    std::string expected;
};

std::string text_of(const engine::Part& part) {
    std::string text;
    engine::append_object(text, part.members);
    return part.null ? "null" : text;
}

std::string shown(const Operations& operations) {
    std::string text;
    for (const auto& [kind, args] : operations) {
        text += kind == Kind::Move ? "move" : kind == Kind::Append ? "append" : "del";
        for (const std::string& arg : args) {
            text += " '" + arg + "'";
        }
        text += "; ";
    }
    return text;
}

std::string flattened(const std::string& answer, const Operations& operations) {
    engine::Part part;
    testing::Plenty plenty;
    engine::Flattener flattener;
    REQUIRE(engine::decode(plan::Backend{}, answer, part, plenty.resources));
    const plan::Flatmap flatmap = plan::compile_flatmap(operations);
    REQUIRE(flattener.apply(flatmap, part, plenty.resources));
    return text_of(part);
}

void check(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        const std::string what = one.answer + ": " + shown(one.operations);
        CAPTURE(what);
        CHECK(flattened(one.answer, one.operations) == one.expected);
    }
}

}  // namespace

TEST_CASE("flatmap: del takes away every node that a path leads to") {
    check({
        {R"({"a":{"b":1,"c":2}})", {del({"a.b"})}, R"({"a":{"c":2}})"},
        {R"({"a":{"b":1,"c":2}})", {del({"a.b", "a.c"})}, R"({"a":null})"},
        {R"({"a":{"b":1}})", {del({"a.*"})}, R"({"a":null})"},
        {R"({"a":{"b":1}})", {del({"a.b.c"})}, R"({"a":{"b":1}})"},
        {R"({"a":1})", {del({"a"})}, "null"},
        {R"({"a":1})", {del({"*"})}, "null"},
        {R"({"a":[{"x":1,"y":1},{"x":2}]})", {del({"a.*.x"})}, R"({"a":[{"y":1},null]})"},
        {R"({"a":[[{"x":1}],[{"x":2},{"x":3}]]})",
         {del({"a.*.*.x"})},
         R"({"a":[[null],[null,null]]})"},
        {R"({"a":[10,20,30]})", {del({"a.0"})}, R"({"a":[20,30]})"},
        {R"({"a":[10,20,30]})", {del({"a.0", "a.0"})}, R"({"a":[20,30]})"},
        {R"({"a":[10,20,30]})", {del({"a.0", "a.1"})}, R"({"a":[30]})"},
        {R"({"a.b":1})", {del({"a.b"})}, R"({"a.b":1})"},
        {R"({"a":{"b":null,"c":[]},"d":{}})", {del({"x"})}, R"({"a":{"b":null,"c":[]},"d":{}})"},
    });
}

TEST_CASE("flatmap: del knows empty names, wildcards in front, and nothing to delete") {
    check({
        {R"({"":1,"a":2})", {del({""})}, R"({"a":2})"},
        {R"({"a":{"":1,"b":2}})", {del({"a."})}, R"({"a":{"b":2}})"},
        {R"({"a":{"x":1,"y":2},"b":{"x":3},"c":4})",
         {del({"*.x"})},
         R"({"a":{"y":2},"b":null,"c":4})"},
        {R"({"a":1})", {del({})}, R"({"a":1})"},
        {R"({"a*":1,"ab":2})", {del({"a*"})}, R"({"ab":2})"},
        {R"({"a":[[1,2],[3]]})", {del({"a.1.0"})}, R"({"a":[[1,2],null]})"},
        {R"({"a":[1,2]})", {del({"a.00"})}, R"({"a":[1,2]})"},
        {"{}", {del({"a", "*"})}, "{}"},
        {"null", {del({"a"})}, "null"},
    });
}

TEST_CASE("flatmap: move to a path of the same length gives another name") {
    check({
        {R"({"a":1})", {move("a", "b")}, R"({"b":1})"},
        {R"({"a":{"b":1}})", {move("a.b", "a.c")}, R"({"a":{"c":1}})"},
        {R"({"a":{"b":1}})", {move("a.b", "c.d")}, R"({"a":{"d":1}})"},
        {R"({"a":1,"b":2})", {move("a", "b")}, R"({"b":1})"},
        {R"({"l":[{"t":"x"},{"t":"y"}]})",
         {move("l.*.t", "l.*.n")},
         R"({"l":[{"n":"x"},{"n":"y"}]})"},
        {R"({"a":[10,20,30]})", {move("a.0", "a.9")}, R"({"a":[10,20,30]})"},
        {R"({"a":[10,20,30]})", {move("a.0", "a.9"), del({"a.9"})}, R"({"a":[20,30]})"},
        {R"({"a":[10,20,30]})", {move("a.0", "a.9"), del({"a.0"})}, R"({"a":[10,20,30]})"},
        {R"({"a":{"b":1}})", {move("a", "*")}, R"({"*":{"b":1}})"},
        {R"({"a":1})", {move("*", "b")}, R"({"a":1})"},
        {R"({"*":1,"a":2})", {move("*", "b")}, R"({"b":1,"a":2})"},
        {R"({"a":1})", {move("a", "a")}, R"({"a":1})"},
        {R"({"a":1})", {move("a", "q\"\n")}, R"({"q\"\n":1})"},
    });
}

TEST_CASE("flatmap: a renamed value wins over the key's old one, at the first one's place") {
    check({
        {R"({"a":1,"x":0,"b":2})", {move("a", "b")}, R"({"b":1,"x":0})"},
        {R"({"b":2,"x":0,"a":1})", {move("a", "b")}, R"({"b":1,"x":0})"},
        {R"({"a":1,"b":2})", {move("a", "b"), move("b", "c")}, R"({"c":1})"},
        {R"({"a":1,"b":2,"c":3})", {move("c", "a"), del({"a"})}, R"({"b":2})"},
    });
}

TEST_CASE("flatmap: move to a longer path puts the value deeper, below its own parent") {
    check({
        {R"({"a":1})", {move("a", "b.c")}, R"({"b":{"c":1}})"},
        {R"({"a":1,"b":2})", {move("a", "b.c")}, R"({"b":{"c":1}})"},
        {R"({"a":1})", {move("a", "a.b")}, R"({"a":{"b":1}})"},
        {R"({"a":{"b":1}})", {move("a", "a.c")}, R"({"a":{"c":{"b":1}}})"},
        {R"({"a":{"b":1}})", {move("a.b", "a.c.d")}, R"({"a":{"c":{"d":1}}})"},
        {R"({"a":{"b":1},"x":{}})", {move("a.b", "x.c.d")}, R"({"a":{"c":{"d":1}},"x":{}})"},
        {R"({"a":{"p":1}})", {move("a.p", "x.y.z")}, R"({"a":{"y":{"z":1}}})"},
        {R"({"a":[{"c":1},{"c":2}]})",
         {move("a.*.c", "a.*.d.e")},
         R"({"a":[{"d":{"e":1}},{"d":{"e":2}}]})"},
        {R"({"a":[1,2]})", {move("a.0", "a.0.x")}, R"({"a":[2,{"x":1}]})"},
        {R"({"a":[1,2]})", {move("a.0", "b.c.d")}, R"({"a":[2,{"d":1}]})"},
        {R"({"a":1,"b":{"c":5,"d":6}})", {move("a", "b.c")}, R"({"b":{"c":1,"d":6}})"},
        {R"({"a":1,"b":{"d":6}})", {move("a", "b.c")}, R"({"b":{"d":6,"c":1}})"},
        {R"({"a":1,"b":[5]})", {move("a", "b.c")}, R"({"b":[5,1]})"},
        {R"({"a":1,"b":[]})", {move("a", "b.c")}, R"({"b":[1]})"},
    });
}

TEST_CASE("flatmap: move to a shorter path puts the value nearer to the root") {
    check({
        {R"({"a":{"b":1}})", {move("a.b", "c")}, R"({"a":null,"c":1})"},
        {R"({"a":{"b":1,"x":2}})", {move("a.b", "c")}, R"({"a":{"x":2},"c":1})"},
        {R"({"a":{"b":1},"c":5})", {move("a.b", "c")}, R"({"a":null,"c":1})"},
        {R"({"a":{"b":{"c":1}}})", {move("a.b.c", "a.z")}, R"({"a":{"b":null,"z":1}})"},
        {R"({"a":{"b":{"c":1}}})", {move("a.b.c", "q.z")}, R"({"a":{"b":null},"z":1})"},
        {R"({"a":[{"c":1},{"c":2}]})", {move("a.*.c", "c")}, R"({"a":[null,null],"c":2})"},
        {R"({"a":[{"v":{"k":1}},{"v":{"k":2}}]})",
         {move("a.*.v.k", "a.*.k")},
         R"({"a":[{"v":null,"k":1},{"v":null,"k":2}]})"},
        {R"({"a":{"x":{"v":1},"y":{"v":2}}})",
         {move("a.*.v", "a.v")},
         R"({"a":{"x":null,"y":null,"v":2}})"},
        {R"({"a":[1,2]})", {move("a.0", "b")}, R"({"a":[2],"b":1})"},
        {R"({"a":{"b":7},"l":[1,2]})", {move("a.b", "l")}, R"({"a":null,"l":7})"},
        {R"({"a":{"b":{"c":7}},"l":[1,2]})",
         {move("a.b.c", "l.x")},
         R"({"a":{"b":null},"l":[1,2,7]})"},
        {R"({"r":{"i":[{"id":1}],"n":0}})",
         {move("r.i", "items")},
         R"({"r":{"n":0},"items":[{"id":1}]})"},
    });
}

TEST_CASE("flatmap: a wildcard in a shorter destination is what it was on the way to the value") {
    check({
        {R"({"a":[{"b":[{"c":{"d":1}},{"c":{"d":2}}]},{"b":[{"c":{"d":3}}]}]})",
         {move("a.*.b.*.c.d", "a.*.b.*.d")},
         R"({"a":[{"b":[{"c":null,"d":1},{"c":null,"d":2}]},{"b":[{"c":null,"d":3}]}]})"},
        {R"({"a":{"x":{"v":1},"y":{"v":2}}})",
         {move("a.*.v", "*.v")},
         R"({"a":{"x":null,"y":null,"v":2}})"},
        {R"({"a":{"b":1}})", {move("a.b", "*")}, R"({"a":null,"*":1})"},
        {R"({"a":{"b":{"c":7}},"l":5})", {move("a.b.c", "l.x")}, R"({"a":{"b":null},"l":{"x":7}})"},
    });
}

TEST_CASE("flatmap: what move leaves empty is taken away by a del after it") {
    check({{R"({"zone":{"state":"NY","zip":1}})",
            {move("zone.state", "st"), del({"zone"})},
            R"({"st":"NY"})"}});
}

TEST_CASE("flatmap: append puts the elements of one array behind those of another") {
    check({
        {R"({"a":[1],"b":[2,3]})", {append("a", "b")}, R"({"b":[2,3,1]})"},
        {R"({"a":{"x":[1]},"b":{"x":[2]}})",
         {append("a.x", "b.x")},
         R"({"a":null,"b":{"x":[2,1]}})"},
        {R"({"a":[],"b":[1]})", {append("a", "b")}, R"({"b":[1]})"},
        {R"({"a":[1],"b":[]})", {append("a", "b")}, R"({"b":[1]})"},
        {R"({"a":[],"b":[]})", {append("a", "b")}, R"({"b":[]})"},
        {R"({"a":[1],"b":{"k":2}})", {append("a", "b")}, R"({"a":[1],"b":{"k":2}})"},
        {R"({"a":[1]})", {append("a", "b")}, R"({"a":[1]})"},
        {R"({"a":{},"b":[1]})", {append("a", "b")}, R"({"a":{},"b":[1]})"},
        {R"({"b":[1,2]})", {append("b", "b")}, "null"},
        {R"({"a":[1],"b":[2]})", {del({"a.0"}), append("a", "b")}, R"({"a":null,"b":[2]})"},
        {R"({"s":[{"t":"x"},{"t":"y"}],"k":[{"n":"z"}]})",
         {move("s.*.t", "s.*.n"), append("k", "s")},
         R"({"s":[{"n":"x"},{"n":"y"},{"n":"z"}]})"},
    });
}

TEST_CASE("flatmap: append reads a wildcard as a list, with null where the path ends early") {
    check({
        {R"({"a":[{"x":[1]},{"x":[2]}],"b":[0]})",
         {append("a.*.x", "b")},
         R"({"a":[null,null],"b":[0,[1],[2]]})"},
        {R"({"a":{"p":1,"q":2},"b":[0]})", {append("a.*", "b")}, R"({"a":null,"b":[0,1,2]})"},
        {R"({"a":[{"x":[1]},{"y":2}],"b":[0]})",
         {append("a.*.x", "b")},
         R"({"a":[null,{"y":2}],"b":[0,[1],null]})"},
        {R"({"a":[[{"x":1},{"x":2}],[{"x":3}],[]],"b":[]})",
         {append("a.*.*.x", "b")},
         R"({"a":[[null,null],[null],[]],"b":[[1,2],[3],null]})"},
        {R"({"a":[],"b":[0]})", {append("a.*", "b")}, R"({"a":[],"b":[0]})"},
    });
}

TEST_CASE("flatmap: append writes a wildcard destination to a literal name") {
    check({
        {R"({"a":[{"x":[1]},{"x":[2]}],"b":[0]})",
         {append("b", "a.*.x")},
         R"({"a":[{"x":[1]},{"x":[2]},{"x":[[1],[2],0]}]})"},
        {R"({"a":[{"x":[1,2]}],"b":[0]})",
         {del({"a.0.x.0"}), append("b", "a.*.x")},
         R"({"a":[{"x":[2]},{"x":[[2],0]}]})"},
    });
}

TEST_CASE("flatmap: append counts elements by the places they came with") {
    check({
        {R"({"b":[1,2,3],"a":[9]})", {del({"b.0"}), append("a", "b")}, R"({"b":[3,9,2]})"},
        {R"({"p":{"q":{"r":7}},"l":[1],"a":[9]})",
         {move("p.q.r", "l.x"), append("a", "l")},
         R"({"p":{"q":null},"l":[1,7,7,9]})"},
    });
}

TEST_CASE("flatmap: an element that append puts where another stands is added to that one") {
    check({
        {R"({"b":[{"x":1},{"y":2},{"z":3}],"a":[9]})",
         {del({"b.0"}), append("a", "b")},
         R"({"b":[{"y":2,"z":3},{"z":3},{"y":2}]})"},
        {R"({"b":[[1],[2,3],{"z":3}],"a":[]})",
         {del({"b.0"}), append("a", "b")},
         R"({"b":[{"0":2,"1":3,"z":3},{"z":3},[2,3]]})"},
        {R"({"b":[0,{"k":[]},{"k":[7]}],"a":[]})",
         {del({"b.0"}), append("a", "b"), del({"b.1.k.0"})},
         R"({"b":[{"k":[]},{"k":[7]},{"k":[]}]})"},
        {R"({"b":[[1,2,3]],"a":[]})", {del({"b.0.0"}), append("a", "b")}, R"({"b":[[3,3,2]]})"},
        {R"({"b":[0,1,{"0":5,"x":6},{"x":[8]}],"a":[]})",
         {del({"b.0", "b.1"}), append("a", "b")},
         R"({"b":[{"0":5,"x":6},{"x":[8]},{"0":5,"x":6},{"x":[8]}]})"},
    });
}

TEST_CASE("flatmap: an array that becomes an object shows each of its labels once") {
    check({
        {R"({"p":{"q":[{"r":7},{"r":8}]},"b":[0,[1],{"k":2}],"a":[]})",
         {move("p.q.*.r", "b.1.x"), del({"b.0"}), append("a", "b")},
         R"({"p":{"q":[null,null]},"b":[{"0":1,"x":8,"k":2},{"k":2},[1,7,8]]})"},
    });
}

TEST_CASE("flatmap: append into what holds the source, or lies in it") {
    check({
        {R"({"b":[[9],1]})", {append("b.0", "b")}, R"({"b":[1,9]})"},
        {R"({"a":[[1],2]})", {append("a", "a.0")}, "null"},
        {R"({"a":[[1],[2]],"c":1})", {append("a.*", "a.0")}, R"({"a":null,"c":1})"},
        {R"({"a":[{"x":[1]},{"x":[2]}]})", {append("a.*.x", "a")}, R"({"a":[null,null,[1],[2]]})"},
        {R"({"c":[0,1,2]})", {append("c.*", "c")}, R"({"c":null})"},
        {R"({"c":{"d":[1],"e":[2]}})", {append("c.*", "c.d")}, R"({"c":null})"},
        {R"({"a":[[-7,[1.0],1]]})", {append("a.*.*", "a.0")}, R"({"a":[null]})"},
        {R"({"b":[[1,2],[]]})", {append("*.*.*", "b.*.*")}, R"({"b":[null,[],null]})"},
        {R"({"b":[[1],[2]]})", {append("b.0", "b.*")}, R"({"b":[[2],[[1],[2],1]]})"},
    });
}

TEST_CASE("flatmap: what loses its last child and gets another is a container again") {
    check({
        {R"({"a":{"b":1}})", {del({"a.b"}), move("a", "c.d")}, R"({"c":{"d":null}})"},
        {R"({"a":{"b":1},"x":{"y":{"z":2}}})",
         {del({"a.b"}), move("x.y.z", "a.z"), del({"x"})},
         R"({"a":{"z":2}})"},
        {R"({"a":1})", {del({"a"}), del({"a"})}, "null"},
        {R"({"a":5,"b":1})", {move("b", "a.c"), del({"a.c"})}, R"({"a":5})"},
    });
}

TEST_CASE("flatmap: keys are compared as text and come out as they were written") {
    check({
        {R"({"\u0061":{"\u0062":1,"\u0063":2}})", {del({"a.b"})}, R"({"\u0061":{"\u0063":2}})"},
        {R"({"2024":{"x":1},"a":2})", {del({"2024.x", "a"})}, R"({"2024":null})"},
        {R"({"a":{"k":1,"k":2}})", {del({"a.k"})}, R"({"a":null})"},
        {R"({"a":{"k":1,"l":0,"k":2}})", {del({"a.l"})}, R"({"a":{"k":2}})"},
        {R"({"k":1,"k":2})", {del({"z"})}, R"({"k":2})"},
    });
}

TEST_CASE("flatmap: what no operation changes keeps its bytes") {
    check({{R"({ "a" : { "n" : 1.0e+5 , "l":[ 1,  2 ] }, "b": { "c" : [ 1.50 , {} ], "d":1 } })",
            {del({"b.d", "a.zz.*"})},
            R"({"a":{ "n" : 1.0e+5 , "l":[ 1,  2 ] },"b":{"c":[ 1.50 , {} ]}})"}});
}

TEST_CASE("flatmap: a part that is null stays null, and one that was empty stays empty") {
    check({
        {"null", {del({"*"}), move("a", "b"), append("a", "b")}, "null"},
        {"{}", {del({"*"}), move("a", "b.c"), append("*", "*")}, "{}"},
    });
}

TEST_CASE("flatmap: the members that are there afterwards are not the answer's own text") {
    engine::Part part;
    testing::Plenty plenty;
    engine::Flattener flattener;
    REQUIRE(engine::decode(plan::Backend{}, R"({"a":1,"b":2})", part, plenty.resources));
    REQUIRE_FALSE(part.text.empty());
    const plan::Flatmap flatmap = plan::compile_flatmap({del({"a"})});
    REQUIRE(flattener.apply(flatmap, part, plenty.resources));
    CHECK(part.text.empty());
    CHECK(text_of(part) == R"({"b":2})");
}

TEST_CASE("flatmap: depth costs nothing where no path leads") {
    const std::string deep = std::string(9000, '[') + std::string(9000, ']');
    CHECK(flattened(R"({"a":)" + deep + R"(,"b":1})", {del({"b", "a.0.0.0.*.x"})}) ==
          R"({"a":)" + deep + "}");
}

TEST_CASE("flatmap: more values than a tree may have are a failure") {
    std::string many = R"({"a":[0)";
    for (std::size_t i = 0; i < engine::FlatmapTree::kNodesMax; ++i) {
        many += ",0";
    }
    many += "]}";
    engine::Part part;
    testing::Plenty plenty;
    engine::Flattener flattener;
    REQUIRE(engine::decode(plan::Backend{}, many, part, plenty.resources));
    const plan::Flatmap inside = plan::compile_flatmap({del({"a.*.*"})});
    const plan::Flatmap beside = plan::compile_flatmap({del({"b.*.*"})});
    CHECK(flattener.apply(beside, part, plenty.resources));
    const auto applied = flattener.apply(inside, part, plenty.resources);
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == base::Code::AnswerTooLarge);
}

TEST_CASE("flatmap: one flattener's answers do not depend on what it did before") {
    engine::Flattener flattener;
    testing::Plenty plenty;
    const plan::Flatmap flatmap = plan::compile_flatmap({move("a.*.b", "a.*.c"), del({"d"})});
    for (int round = 0; round < 3; ++round) {
        engine::Part part;
        REQUIRE(engine::decode(plan::Backend{}, R"({"a":[{"b":1},{"b":2}],"d":1})", part,
                               plenty.resources));
        REQUIRE(flattener.apply(flatmap, part, plenty.resources));
        CHECK(text_of(part) == R"({"a":[{"c":1},{"c":2}]})");
        engine::Part other;
        REQUIRE(engine::decode(plan::Backend{}, R"({"d":1})", other, plenty.resources));
        REQUIRE(flattener.apply(flatmap, other, plenty.resources));
        CHECK(text_of(other) == "null");
    }
}

TEST_CASE("shape: target, flatmap and group follow each other; allow, deny and mapping are off") {
    config::BackendConfig backend;
    backend.target = "payload";
    backend.group = "team";
    backend.allow = {"v"};
    backend.mapping = {{"people", "nobody"}};
    backend.flatmap = {move("people.*.addr.city", "people.*.city"),
                       del({"people.*.addr", "people.*.ssn"}), append("contractors", "people")};
    engine::Part part;
    testing::Plenty plenty;
    engine::Shaper shaper;
    REQUIRE(engine::decode(plan::Backend{},
                           R"({"payload":{"people":[{"n":"Ann","ssn":"1","addr":{"city":"Oslo",)"
                           R"("zip":2}}],"contractors":[{"n":"Bo"}]},"v":3})",
                           part, plenty.resources));
    const plan::Shape shape = plan::compile_shape(backend);
    REQUIRE(shaper.reshape(shape, part, plenty.resources));
    CHECK(text_of(part) == R"({"team":{"people":[{"n":"Ann","city":"Oslo"},{"n":"Bo"}]}})");
}

TEST_CASE("shape: a part that its flatmap leaves with nothing is null, and grouped all the same") {
    config::BackendConfig backend;
    backend.flatmap = {del({"*"})};
    testing::Plenty plenty;
    engine::Shaper shaper;
    engine::Part part;
    REQUIRE(engine::decode(plan::Backend{}, R"({"a":1})", part, plenty.resources));
    const plan::Shape bare = plan::compile_shape(backend);
    REQUIRE(shaper.reshape(bare, part, plenty.resources));
    CHECK(part.null);
    backend.group = "g";
    REQUIRE(engine::decode(plan::Backend{}, R"({"a":1})", part, plenty.resources));
    const plan::Shape grouped = plan::compile_shape(backend);
    REQUIRE(shaper.reshape(grouped, part, plenty.resources));
    CHECK(text_of(part) == R"({"g":null})");
}
