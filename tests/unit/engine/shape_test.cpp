#include "engine/shape.hpp"

#include <string>

#include <doctest/doctest.h>

#include "engine/decode.hpp"
#include "plan/shape.hpp"
#include "support/plenty.hpp"

using namespace aggregator;

namespace {

config::BackendConfig target(std::string path) {
    config::BackendConfig backend;
    backend.target = std::move(path);
    return backend;
}

config::BackendConfig allow(std::vector<std::string> paths) {
    config::BackendConfig backend;
    backend.allow = std::move(paths);
    return backend;
}

config::BackendConfig deny(std::vector<std::string> paths) {
    config::BackendConfig backend;
    backend.deny = std::move(paths);
    return backend;
}

config::BackendConfig mapping(std::vector<std::pair<std::string, std::string>> names) {
    config::BackendConfig backend;
    backend.mapping = std::move(names);
    return backend;
}

config::BackendConfig with_group(config::BackendConfig backend, std::string group) {
    backend.group = std::move(group);
    return backend;
}

config::BackendConfig collection(config::BackendConfig backend) {
    backend.is_collection = true;
    return backend;
}

// The part that `backend` makes of an answer, as text; `null` if it is null.
std::string shaped(std::string_view answer, const config::BackendConfig& backend) {
    plan::Backend compiled;
    compiled.is_collection = backend.is_collection;
    engine::Part part;
    testing::Plenty plenty;
    engine::Shaper shaper;
    REQUIRE(engine::decode(compiled, answer, part, plenty.resources));
    const plan::Shape shape = plan::compile_shape(backend);
    shaper.reshape(shape, part, plenty.resources);
    std::string text;
    engine::append_object(text, part.members);
    return part.null ? "null" : text;
}

}  // namespace

TEST_CASE("target: the object at the path becomes the whole") {
    CHECK(shaped(R"({"d":{"x":1},"m":2})", target("d")) == R"({"x":1})");
    CHECK(shaped(R"({"a":{"b":{"x":1}}})", target("a.b")) == R"({"x":1})");
    CHECK(shaped(R"({"d":{"x":null}})", target("d")) == R"({"x":null})");
    CHECK(shaped(R"({"d":{"x":1}})", target("")) == R"({"d":{"x":1}})");
    CHECK(shaped(R"({"":{"":{"x":1}}})", target(".")) == R"({"x":1})");
}

TEST_CASE("target: what is not an object, or not there, leaves nothing") {
    CHECK(shaped(R"({"m":2})", target("d")) == "{}");
    CHECK(shaped(R"({"d":[{"x":1}]})", target("d")) == "{}");
    CHECK(shaped(R"({"d":5})", target("d")) == "{}");
    CHECK(shaped(R"({"d":null})", target("d")) == "{}");
    CHECK(shaped(R"({"a":{"b":1}})", target("a.b.c")) == "{}");
    CHECK(shaped(R"({"a":[{"b":{"x":1}}]})", target("a.0.b")) == "{}");
    CHECK(shaped("[1]", collection(target("collection"))) == "{}");
    CHECK(shaped("null", target("d")) == "{}");
}

TEST_CASE("target: the last of repeated keys is followed") {
    CHECK(shaped(R"({"d":{"x":1},"d":{"y":2}})", target("d")) == R"({"y":2})");
    CHECK(shaped(R"({"d":{"x":1,"x":2}})", target("d")) == R"({"x":2})");
}

TEST_CASE("allow: only what is listed stays, with its parents") {
    CHECK(shaped(R"({"a":1,"b":2})", allow({"a"})) == R"({"a":1})");
    CHECK(shaped(R"({"a":{"x":1,"y":2},"b":3})", allow({"a.x"})) == R"({"a":{"x":1}})");
    CHECK(shaped(R"({"a":{"x":1}})", allow({"a"})) == R"({"a":{"x":1}})");
    CHECK(shaped(R"({"a":{"x":{}}})", allow({"a.x"})) == R"({"a":{"x":{}}})");
    CHECK(shaped(R"({"a":null})", allow({"a"})) == R"({"a":null})");
    CHECK(shaped(R"({"a":{"b":{"c":1,"d":2},"e":3}})", allow({"a.b.c"})) ==
          R"({"a":{"b":{"c":1}}})");
    CHECK(shaped(R"({"b":2,"a":1})", allow({"a", "b"})) == R"({"b":2,"a":1})");
    CHECK(shaped(R"({"":1,"a":2})", allow({""})) == R"({"":1})");
}

TEST_CASE("allow: a parent that is left with nothing goes") {
    CHECK(shaped(R"({"a":{"x":1},"b":2})", allow({"a.z", "b"})) == R"({"b":2})");
    CHECK(shaped(R"({"a":{}})", allow({"a.x"})) == "{}");
    CHECK(shaped(R"({"a":5})", allow({"a.x"})) == "{}");
    CHECK(shaped(R"({"a":{"b":{"c":1}}})", allow({"a.b.z"})) == "{}");
}

TEST_CASE("allow: arrays are not looked into") {
    CHECK(shaped(R"({"l":[{"x":1,"y":2}]})", allow({"l"})) == R"({"l":[{"x":1,"y":2}]})");
    CHECK(shaped(R"({"l":[{"x":1,"y":2}]})", allow({"l.x"})) == "{}");
    CHECK(shaped("[1,2]", collection(allow({"collection"}))) == R"({"collection":[1,2]})");
    CHECK(shaped("[1,2]", collection(allow({"x"}))) == "{}");
}

TEST_CASE("allow: nothing listed means no filter, nothing found leaves nothing") {
    CHECK(shaped(R"({"a":1})", allow({})) == R"({"a":1})");
    CHECK(shaped(R"({"a":1})", allow({"z"})) == "{}");
    CHECK(shaped(R"({"a":1})", with_group(allow({"z"}), "g")) == R"({"g":{}})");
    CHECK(shaped(R"({"A":1})", allow({"a"})) == "{}");
}

TEST_CASE("allow: of two paths one inside the other the later counts") {
    CHECK(shaped(R"({"b":{"y":1,"z":2}})", allow({"b", "b.z"})) == R"({"b":{"z":2}})");
    CHECK(shaped(R"({"b":{"y":1,"z":2}})", allow({"b.z", "b"})) == R"({"b":{"y":1,"z":2}})");
}

TEST_CASE("allow: it is deny that is ignored when both are there") {
    auto both = allow({"a"});
    both.deny = {"a"};
    CHECK(shaped(R"({"a":1,"b":2})", both) == R"({"a":1})");
}

TEST_CASE("deny: what is listed goes, the rest stays") {
    CHECK(shaped(R"({"a":1,"b":2})", deny({"a"})) == R"({"b":2})");
    CHECK(shaped(R"({"a":{"x":1,"y":2}})", deny({"a.x"})) == R"({"a":{"y":2}})");
    CHECK(shaped(R"({"a":{"x":1}})", deny({"a.x"})) == R"({"a":{}})");
    CHECK(shaped(R"({"a":5})", deny({"a.x"})) == R"({"a":5})");
    CHECK(shaped(R"({"l":[{"x":1}]})", deny({"l.x"})) == R"({"l":[{"x":1}]})");
    CHECK(shaped(R"({"a":1})", deny({"zz"})) == R"({"a":1})");
    CHECK(shaped(R"({"a":1,"b":2})", deny({"a", "b"})) == "{}");
    CHECK(shaped(R"({"a":{"b":{"c":1,"d":2}}})", deny({"a.b.c"})) == R"({"a":{"b":{"d":2}}})");
}

TEST_CASE("deny: of two paths one inside the other the shorter counts") {
    const std::string answer = R"({"a":{"x":{"q":1,"r":2}}})";
    CHECK(shaped(answer, deny({"a.x.q", "a.x"})) == R"({"a":{}})");
    CHECK(shaped(answer, deny({"a.x", "a.x.q"})) == R"({"a":{}})");
}

TEST_CASE("mapping: a root key gets another name") {
    CHECK(shaped(R"({"a":1})", mapping({{"a", "b"}})) == R"({"b":1})");
    CHECK(shaped(R"({"a.x":1})", mapping({{"a.x", "y"}})) == R"({"y":1})");
    CHECK(shaped(R"({"a":1})", mapping({{"a", "b.c"}})) == R"({"b":1})");
    CHECK(shaped(R"({"a":1})", mapping({{"a", ""}})) == R"({"":1})");
    CHECK(shaped("[1]", collection(mapping({{"collection", "xs"}}))) == R"({"xs":[1]})");
    CHECK(shaped(R"({"a":1})", mapping({{"a", "say \"hi\""}})) == R"({"say \"hi\"":1})");
}

TEST_CASE("mapping: what is not a root key is not mapped") {
    CHECK(shaped(R"({"a":{"x":1}})", mapping({{"a.x", "y"}})) == R"({"a":{"x":1}})");
    CHECK(shaped(R"({"a":1})", mapping({{"zz", "b"}})) == R"({"a":1})");
}

TEST_CASE("mapping: a key that is there is overwritten, one that is mapped to itself goes") {
    CHECK(shaped(R"({"a":1,"b":2})", mapping({{"a", "b"}})) == R"({"b":1})");
    CHECK(shaped(R"({"b":2,"c":3,"a":1})", mapping({{"a", "b"}})) == R"({"b":1,"c":3})");
    CHECK(shaped(R"({"a":1})", mapping({{"a", "a"}})) == "{}");
}

TEST_CASE("mapping: rules apply in the order of the file") {
    CHECK(shaped(R"({"a":1,"b":2})", mapping({{"a", "b"}, {"b", "c"}})) == R"({"c":1})");
    CHECK(shaped(R"({"a":1,"b":2})", mapping({{"b", "c"}, {"a", "b"}})) == R"({"b":1,"c":2})");
}

TEST_CASE("mapping: works on what allow left, under the original names") {
    auto both = mapping({{"a", "z"}});
    both.allow = {"a"};
    CHECK(shaped(R"({"a":1,"b":2})", both) == R"({"z":1})");
}

TEST_CASE("group: wraps the whole in one literal key") {
    CHECK(shaped(R"({"x":1})", with_group({}, "g")) == R"({"g":{"x":1}})");
    CHECK(shaped("{}", with_group({}, "g")) == R"({"g":{}})");
    CHECK(shaped("null", with_group({}, "g")) == R"({"g":null})");
    CHECK(shaped(R"({"x":1})", with_group({}, "a.b")) == R"({"a.b":{"x":1}})");
    CHECK(shaped(R"({"x":1})", with_group({}, "q\"")) == R"({"q\"":{"x":1}})");
    CHECK(shaped("[1]", collection(with_group({}, "g"))) == R"({"g":{"collection":[1]}})");
    CHECK(shaped("[1]", collection(with_group(mapping({{"collection", "xs"}}), "g"))) ==
          R"({"g":{"xs":[1]}})");
    CHECK(shaped(R"({"x":1,"x":2})", with_group({}, "g")) == R"({"g":{"x":2}})");
    CHECK(shaped(R"({"d":{}})", with_group(target("d"), "g")) == R"({"g":{}})");
}

TEST_CASE("shape: target, allow, mapping and group follow each other in this order") {
    auto backend = with_group(target("data"), "user");
    backend.allow = {"id", "address.city"};
    backend.mapping = {{"address", "where"}};
    CHECK(shaped(R"({"data":{"id":7,"secret":1,"address":{"city":"Oslo","zip":2}},"v":1})",
                 backend) == R"({"user":{"id":7,"where":{"city":"Oslo"}}})");
}

TEST_CASE("shape: a key is found however it is escaped") {
    CHECK(shaped(R"({"\u0061":1,"b":2})", allow({"a"})) == R"({"\u0061":1})");
    CHECK(shaped(R"({"\u0061":{"\u0078":1}})", deny({"a.x"})) == R"({"\u0061":{}})");
    CHECK(shaped(R"({"\u0064":{"x":1}})", target("d")) == R"({"x":1})");
    CHECK(shaped(R"({"\u0061":1})", mapping({{"a", "b"}})) == R"({"b":1})");
}

TEST_CASE("shape: numbers, spaces inside values and escapes come out as they came in") {
    CHECK(shaped(R"({ "a" : 1.0e+5 , "b" : [ 1,  2 ] , "c":"\u00e9" })", deny({"z"})) ==
          R"({"a":1.0e+5,"b":[ 1,  2 ],"c":"\u00e9"})");
}

TEST_CASE("shape: null without target or group stays null") {
    CHECK(shaped("null", {}) == "null");
    CHECK(shaped("null", allow({"a"})) == "null");
    CHECK(shaped("null", mapping({{"a", "b"}})) == "null");
}
