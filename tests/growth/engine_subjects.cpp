#include <memory>
#include <string>
#include <vector>

#include <aggregator/config/load.hpp>

#include "engine/assemble.hpp"
#include "engine/decode.hpp"
#include "engine/merge.hpp"
#include "engine/shape.hpp"
#include "growth/subject.hpp"
#include "support/plenty.hpp"

namespace aggregator::growth {

namespace {

using Text = std::function<std::string(std::size_t)>;

std::string number(std::size_t i) { return std::to_string(i); }

/// A plan of one endpoint whose backends have these keys.
std::shared_ptr<const plan::Plan> plan_with(const std::string& backend,
                                            const std::string& endpoint) {
    const std::string one =
        R"({"host":["http://127.0.0.1:8001"],"url_pattern":"/e")" + backend + "}";
    config::Loaded loaded =
        config::load_text(R"({"version":3,"endpoints":[{"endpoint":"/e",)" + endpoint +
                              R"("backend":[)" + one + "," + one + "]}]}",
                          "growth.json");
    auto plan = plan::compile(loaded, loaded.diagnostics);
    require(plan != nullptr, "a configuration was refused: " + backend + endpoint);
    return plan;
}

/// From the bytes of two answers to those of a reply.
class Reply {
public:
    Reply(const std::string& backend, const std::string& endpoint, plan::Output output)
        : plan_(plan_with(backend, endpoint)), output_(output) {}

    void make(const std::string& answer) {
        const plan::Endpoint& endpoint = plan_->endpoints[0];
        std::vector<engine::Part> parts(2);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const plan::Backend& backend = endpoint.backends[i];
            require(engine::decode(backend, answer, parts[i], plenty_.resources).has_value(),
                    "an answer");
            require(shaper_.reshape(backend.shape, parts[i], plenty_.resources).has_value(),
                    "a shape");
        }
        engine::Part root;
        engine::Flattener flattener;
        require(engine::assemble({endpoint, flattener, plenty_.resources}, parts,
                                 {.answered = true, .complete = true}, root)
                    .has_value(),
                "a reply");
        std::string out;
        engine::render(output_, root.members, out);
        require(!out.empty(), "a reply is empty");
    }

private:
    std::shared_ptr<const plan::Plan> plan_;
    plan::Output output_;
    testing::Plenty plenty_;
    engine::Shaper shaper_;
};

struct Case {
    std::string name;
    std::size_t size;
    std::string backend;
    Text answer;
    std::string endpoint = {};
    plan::Output output = plan::Output::Json;
};

void add(Subjects& subjects, const Case& one) {
    subjects.push_back({one.name, one.size, [one](std::size_t n) {
                            auto reply =
                                std::make_shared<Reply>(one.backend, one.endpoint, one.output);
                            return [reply, answer = one.answer(n)] { reply->make(answer); };
                        }});
}

std::string members(std::size_t n, const std::string& value) {
    return joined(n, ",", [&value](std::size_t i) { return "\"k" + number(i) + "\":" + value; });
}

std::string wide(std::size_t n) { return "{" + members(n, "1") + "}"; }
std::string inside(std::size_t n) {
    return "{\"a\":{" + members(n, R"({"b":1,"c":{"d":2}})") + "}}";
}

/// Elements with objects in them, and a second list.
std::string lists(std::size_t n) {
    const auto one = [](std::size_t i) {
        return R"({"v":{"k":)" + number(i) + R"(},"w":[1],"x":1})";
    };
    return "{\"a\":[" + joined(n, ",", one) + "],\"b\":[" + joined(n, ",", one) + "]}";
}

/// One array in the other, all the way down, twice.
std::string nests(std::size_t n) {
    const std::string nest = std::string(n, '[') + "1" + std::string(n, ']');
    return "{\"a\":[" + nest + "],\"b\":[" + nest + "]}";
}

std::string flatmap(const std::string& operations) {
    return R"("extra_config":{"proxy":{"flatmap_filter":[)" + operations + "]}}";
}
std::string operation(const std::string& type, const std::string& args) {
    return R"({"type":")" + type + R"(","args":[)" + args + "]}";
}

void add_shapes(Subjects& subjects) {
    add(subjects, {"merge: the same keys twice", 150, "", wide});
    add(subjects, {"merge: one key in all places", 150, "", [](std::size_t n) {
                       return "{" + joined(n, ",", [](std::size_t) { return "\"k\":1"; }) + "}";
                   }});
    add(subjects, {"allow", 150, R"(,"allow":["a.k1.b","a.k2"])", inside});
    add(subjects, {"deny", 150, R"(,"deny":["a.k1.b","a.k2"])", inside});
    add(subjects, {"mapping", 150, R"(,"mapping":{"k1":"z","k2":"k3"})", wide});
    add(subjects, {"group", 150, R"(,"group":"g")", wide});
    add(subjects, {"target", 150, R"(,"target":"a")", inside});
    add(subjects, {"collection", 500, R"(,"is_collection":true,"mapping":{"collection":"c"})",
                   [](std::size_t n) { return "[" + joined(n, ",", number) + "]"; }});
    add(subjects,
        {"static", 150, "", wide,
         R"("extra_config":{"proxy":{"static":{"strategy":"always","data":{"k1":2,"z":3}}}},)"});
}

void add_outputs(Subjects& subjects) {
    const auto text = [](std::size_t n) { return "{\"content\":\"" + std::string(n, 'x') + "\"}"; };
    add(subjects, {"output json-collection", 500, R"(,"is_collection":true)",
                   [](std::size_t n) { return "[" + joined(n, ",", number) + "]"; }, "",
                   plan::Output::JsonCollection});
    add(subjects, {"output string", 20'000, "", text, "", plan::Output::String});
    add(subjects, {"output xml", 100, "", inside, "", plan::Output::Xml});
    add(subjects, {"output yaml", 100, "", inside, "", plan::Output::Yaml});
    add(subjects, {"encoding string", 800, R"(,"encoding":"string")",
                   [](std::size_t n) { return std::string(n, '"'); }});
    add(subjects, {"encoding safejson", 150, R"(,"encoding":"safejson")", wide});
}

void add_flatmaps(Subjects& subjects) {
    const auto list = [&](const std::string& name, const std::string& operations) {
        add(subjects, {"flatmap: " + name, 60, "," + flatmap(operations), lists});
    };
    add(subjects, {"flatmap at the endpoint", 60, "", lists,
                   flatmap(operation("move", R"("a.*.v.k","a.*.k")")) + ","});
    list("move up", operation("move", R"("a.*.v.k","a.*.k")"));
    list("move all to one name", operation("move", R"("a.*.v.k","z")"));
    list("move all into an array", operation("move", R"("a.*.v","a.z")"));
    list("move down", operation("move", R"("a.*.x","a.*.y.z.x")"));
    list("rename", operation("move", R"("a.*.v","a.*.x")"));
    list("append a list to a list", operation("append", R"("a","b")"));
    list("append what is in all", operation("append", R"("a.*.v","b")"));
    list("append with wildcards on both", operation("append", R"("a.*.w","b.*.w")"));
    list("append overlapping", operation("append", R"("a.*","a")"));
    list("delete in all", operation("del", R"("a.*.v","a.*.w.*")"));
    list("delete by number", operation("del", R"("a.1","a.2","a.3","a.4","a.5","a.6")"));
    list("one after the other", operation("del", R"("a.0.v")") + "," +
                                    operation("move", R"("a.*.v.k","a.*.k")") + "," +
                                    operation("move", R"("b.*.w","b.*.r.w")"));
    add(subjects, {"flatmap: move into another list", 200,
                   "," + flatmap(operation("move", R"("a.*.0.0","b.*.k")")), [](std::size_t n) {
                       const auto one = [](std::size_t) { return "[[1]]"; };
                       return "{\"a\":[" + joined(n, ",", one) + "],\"b\":[" + joined(n, ",", one) +
                              "]}";
                   }});
    add(subjects, {"flatmap: many keys", 150,
                   "," + flatmap(operation("move", R"("k1","k2.a")") + "," +
                                 operation("del", R"("k3","k4","k5","k6","k7")") + "," +
                                 operation("move", R"("k8","k9")")),
                   wide});
    add(subjects, {"flatmap: many keys in an object", 60,
                   "," + flatmap(operation("move", R"("a.*.c.d","a.*.d")") + "," +
                                 operation("move", R"("a.*.b","z")")),
                   inside});
    add(subjects, {"flatmap: append nest to nest", 500,
                   "," + flatmap(operation("append", R"("a","b")")), nests});
    add(subjects, {"flatmap: append nest over nest", 500,
                   "," + flatmap(operation("append", R"("a.*","b.*")")), nests});
}

}  // namespace

void add_engine(Subjects& subjects) {
    add_shapes(subjects);
    add_outputs(subjects);
    add_flatmaps(subjects);
}

}  // namespace aggregator::growth
