#include "engine/decode.hpp"

#include <string>

#include <aggregator/format/feed.hpp>
#include <aggregator/format/xml.hpp>

#include "engine/cost.hpp"

namespace aggregator::engine {

namespace {

using base::Result;
using json::Root;

constexpr std::string_view kCollection = "collection";
constexpr std::string_view kContent = "content";

std::string_view describe(json::Kind kind) {
    switch (kind) {
        case json::Kind::Object:
            return "an object";
        case json::Kind::Array:
            return "an array";
        case json::Kind::String:
            return "a string";
        case json::Kind::Number:
            return "a number";
        case json::Kind::Null:
            return "null";
        case json::Kind::True:
        case json::Kind::False:
            break;
    }
    return "a boolean";
}

tl::unexpected<base::Error> wrong_shape(const Root& root, std::string_view expected) {
    std::string detail("the answer is ");
    detail.append(describe(root.kind)).append(", expected ").append(expected);
    return base::fail(base::Code::WrongShape, std::move(detail));
}

void wrap(std::string_view name, std::string_view value, Part& part) {
    part.members.assign(1, Member{name, value, false});
}

Result<void> take_collection(const Root& root, Part& part) {
    if (root.kind != json::Kind::Array && root.kind != json::Kind::Null) {
        return wrong_shape(root, "an array (is_collection is true)");
    }
    wrap(kCollection, root.value, part);
    return {};
}

Result<void> take_object(const Root& root, Part& part) {
    if (root.kind == json::Kind::Object) {
        part.text = root.value;
    } else if (root.kind == json::Kind::Null) {
        part.null = true;
    } else {
        return wrong_shape(root, "an object (is_collection is false)");
    }
    return {};
}

Result<void> take_anything(const Root& root, Part& part) {
    if (root.kind == json::Kind::Object) {
        part.text = root.value;
    } else {
        wrap(root.kind == json::Kind::Array ? kCollection : kContent, root.value, part);
    }
    return {};
}

Result<void> decode_json(const plan::Backend& backend, std::string_view body, Part& part,
                         const Resources& with) {
    Result<Root> root = json::scan(body, part.members);
    if (!root) {
        // Bytes that are not UTF-8 are no reason to lose an answer.
        if (!with.spend(4 * cost::reading(backend.encoding, body))) {
            return base::fail(with.work.error());
        }
        const auto repaired = json::repair_utf8(body);
        if (!repaired) {
            return base::fail(root.error());
        }
        root = json::scan(with.arena.keep(*repaired), part.members);
    }
    if (!root) {
        return base::fail(root.error());
    }
    if (backend.encoding == config::Encoding::SafeJson) {
        return take_anything(*root, part);
    }
    return backend.is_collection ? take_collection(*root, part) : take_object(*root, part);
}

/// Takes the text of one JSON object that was made of something else.
Result<void> take_converted(Result<std::string> object, Part& part, Arena& arena) {
    if (!object) {
        return base::fail(std::move(object.error()));
    }
    const Result<Root> root = json::scan(arena.keep(*object), part.members);
    if (!root) {
        return base::fail(root.error());
    }
    part.text = root->value;
    return {};
}

Result<void> decode_xml(const plan::Backend& backend, std::string_view body, Part& part,
                        Arena& arena) {
    Result<void> taken = take_converted(format::json_from_xml(body), part, arena);
    if (taken && backend.is_collection) {
        wrap(kCollection, part.text, part);
        part.text = {};
    }
    return taken;
}

void decode_string(std::string_view body, Part& part, Arena& arena) {
    std::string quoted;
    json::append_string(quoted, body);
    wrap(kContent, arena.keep(quoted), part);
}

}  // namespace

Result<void> decode(const plan::Backend& backend, std::string_view body, Part& part,
                    const Resources& with) {
    part.members.clear();
    part.null = false;
    part.incomplete = false;
    part.text = {};
    if (!with.spend(cost::reading(backend.encoding, body))) {
        return base::fail(with.work.error());
    }
    switch (backend.encoding) {
        case config::Encoding::NoOp:
            return {};
        case config::Encoding::String:
            decode_string(body, part, with.arena);
            return {};
        case config::Encoding::Xml:
            return decode_xml(backend, body, part, with.arena);
        case config::Encoding::Rss:
            return take_converted(format::json_from_feed(body), part, with.arena);
        case config::Encoding::Json:
        case config::Encoding::SafeJson:
            break;
    }
    return decode_json(backend, body, part, with);
}

}  // namespace aggregator::engine
