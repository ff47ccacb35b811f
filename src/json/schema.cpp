#include <aggregator/json/schema.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

namespace aggregator::json {

namespace {

using Validator = rapidjson::SchemaValidator;

rapidjson::SizeType size_of(const std::string& text) {
    return static_cast<rapidjson::SizeType>(text.size());
}

/// A number that is no whole one of 64 bits. The validator makes integers out of numbers, which
/// ends where they have none.
double to_real(const std::string& text) {
    constexpr double kLow = -9.2e18;
    constexpr double kHigh = 1.8e19;
    double real = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), real);
    if (read.ec != std::errc{} && text.find('-', 1) == std::string::npos) {
        real = text.front() == '-' ? kLow : kHigh;
    }
    return std::clamp(real, kLow, kHigh);
}

/// Says `false` of additional members as a schema, where patterns let members in: the validator
/// (1.1.0) holds such a member against whatever came before it unless it has a schema for the rest.
void spell_out(rapidjson::Value& schema, rapidjson::Document::AllocatorType& allocator) {
    if (schema.IsArray()) {
        for (rapidjson::Value& element : schema.GetArray()) {
            spell_out(element, allocator);
        }
    }
    if (!schema.IsObject()) {
        return;
    }
    // C++20 finds `!=` of these iterators ambiguous.
    for (auto member = schema.MemberBegin(); member < schema.MemberEnd(); ++member) {
        spell_out(member->value, allocator);
    }
    constexpr const char* kAdditional = "additionalProperties";
    if (!schema.HasMember("patternProperties") || !schema.HasMember(kAdditional)) {
        return;
    }
    rapidjson::Value& additional = schema[kAdditional];
    if (additional.IsFalse()) {
        additional.SetObject().AddMember("not", rapidjson::Value(rapidjson::kObjectType),
                                         allocator);
    }
}

/// The keyword as it was written before spell_out().
std::string keyword_of(const Validator& validator, const std::string& schema) {
    constexpr std::string_view kAdditional = "additionalProperties";
    const char* const keyword = validator.GetInvalidSchemaKeyword();
    std::string name = keyword == nullptr ? "" : keyword;
    return name == "not" && schema.ends_with(kAdditional) ? std::string(kAdditional) : name;
}

/// Tells a validator about a value, event by event, until it refuses one.
class Telling {
public:
    Telling(const Document& document, const Schema::Show& show, Validator& validator)
        : document_(document), show_(show), validator_(validator) {}

    /// False if the value was refused; refused() is set then.
    bool tell(const Node& node, Shown shown) {
        switch (node.kind) {
            case Kind::Null:
                return accepted(node, validator_.Null());
            case Kind::True:
            case Kind::False:
                return accepted(node, validator_.Bool(node.kind == Kind::True));
            case Kind::Number:
                return accepted(node, number(node.text));
            case Kind::String:
                return accepted(node,
                                validator_.String(node.text.data(), size_of(node.text), true));
            case Kind::Array:
                return array(node);
            default:
                return object(node, shown);
        }
    }

    [[nodiscard]] const Node* refused() const { return refused_; }

private:
    bool accepted(const Node& node, bool yes) {  // style: parameters: it is a verdict
        if (!yes && refused_ == nullptr) {
            refused_ = &node;
        }
        return yes;
    }

    bool number(const std::string& text) {
        const char* const end = text.data() + text.size();
        if (text.front() == '-') {
            std::int64_t whole = 0;
            const auto read = std::from_chars(text.data(), end, whole);
            const bool fits = read.ec == std::errc{} && read.ptr == end && whole != 0;
            return fits ? validator_.Int64(whole) : validator_.Double(to_real(text));
        }
        std::uint64_t whole = 0;
        const auto read = std::from_chars(text.data(), end, whole);
        const bool fits = read.ec == std::errc{} && read.ptr == end;
        return fits ? validator_.Uint64(whole) : validator_.Double(to_real(text));
    }

    bool array(const Node& node) {
        if (!accepted(node, validator_.StartArray())) {
            return false;
        }
        rapidjson::SizeType count = 0;
        for (const std::uint32_t index : node.elements) {
            const Node& element = document_.at(index);
            const Shown shown = show_(element);
            if (shown == Shown::Hidden) {
                continue;
            }
            ++count;
            if (!tell(element, shown)) {
                return false;
            }
        }
        return accepted(node, validator_.EndArray(count));
    }

    bool object(const Node& node, Shown shown) {
        if (!accepted(node, validator_.StartObject())) {
            return false;
        }
        rapidjson::SizeType count = 0;
        for (const Node::Entry& entry : node.members) {
            const Node& member = document_.at(entry.node);
            const Shown of_member = shown == Shown::Hollow ? Shown::Hidden : show_(member);
            if (of_member == Shown::Hidden) {
                continue;
            }
            ++count;
            const bool known = validator_.Key(entry.key.data(), size_of(entry.key), true);
            if (!accepted(member, known) || !tell(member, of_member)) {
                return false;
            }
        }
        return accepted(node, validator_.EndObject(count));
    }

    const Document& document_;
    const Schema::Show& show_;
    Validator& validator_;
    const Node* refused_ = nullptr;
};

}  // namespace

struct Schema::Compiled {
    explicit Compiled(const rapidjson::Document& text) : document(text), validator(document) {}

    rapidjson::SchemaDocument document;
    Validator validator;
};

Schema::Schema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Schema::Schema(Schema&& other) noexcept = default;
Schema& Schema::operator=(Schema&& other) noexcept = default;
Schema::~Schema() = default;

std::optional<Schema> Schema::compile(std::string_view text) {
    rapidjson::Document document;
    document.Parse(text.data(), text.size());
    if (document.HasParseError() || !document.IsObject()) {
        return std::nullopt;
    }
    spell_out(document, document.GetAllocator());
    return Schema(std::make_unique<Compiled>(document));
}

std::optional<Violation> Schema::check(const Document& document, const Node& value,
                                       const Show& show) const {
    Validator& validator = compiled_->validator;
    validator.Reset();
    Telling telling(document, show, validator);
    if (telling.tell(value, Shown::Whole)) {
        return std::nullopt;
    }
    rapidjson::StringBuffer buffer;
    validator.GetInvalidSchemaPointer().Stringify(buffer);
    const std::string pointer(buffer.GetString(), buffer.GetSize());
    return Violation{telling.refused(), keyword_of(validator, pointer), pointer};
}

}  // namespace aggregator::json
