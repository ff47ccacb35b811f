#include <aggregator/json/spans.hpp>

#include <algorithm>

#include "json/lexer.hpp"

namespace aggregator::json {

namespace {

using lexer::between;
using lexer::Class;
using lexer::class_of;
using lexer::space_end;
using lexer::Step;

constexpr const char* kTooDeep = "nested too deeply (the limit is 10000 levels)";

/// From where a key should begin to the first byte of its value.
Step value_start(const char* at, const char* end, Member& member) {
    if (at == end || *at != '"') {
        return {at, lexer::kKeyExpected};
    }
    const char* const inner = at + 1;
    at = lexer::plain_end(inner, end);
    member.escaped = false;
    if (at == end || *at != '"') {
        const Step step = lexer::rest_of_string_end(at, end);
        if (step.wrong != nullptr) {
            return step;
        }
        at = step.at - 1;
        member.escaped = std::find(inner, at, '\\') != at;
    }
    member.key = between(inner, at);
    at = space_end(at + 1, end);
    if (at == end || *at != ':') {
        return {at, lexer::kColonExpected};
    }
    return {space_end(at + 1, end), nullptr};
}

/// The containers that are open around a place, each by the byte that will close it: all the state
/// a scan has, so that depth costs one byte a level and no recursion.
class Nest {
public:
    [[nodiscard]] std::size_t depth() const { return depth_; }
    [[nodiscard]] char closer() const { return closers_[depth_ - 1]; }
    // In ASCII an opening byte and its closing byte are two apart.
    void open(char opener) { closers_[depth_++] = static_cast<char>(opener + 2); }
    void close() { --depth_; }

private:
    std::size_t depth_ = 0;
    char closers_[kDepthMax];
};

/// From behind a value or from an empty container's closing byte, through what closes there, to
/// where the next element or key should begin; behind the outermost closing byte when `nest` is
/// left empty.
Step next_start(const char* at, const char* end, Nest& nest) {
    at = space_end(at, end);
    while (at != end && *at == nest.closer()) {
        ++at;
        nest.close();
        if (nest.depth() == 0) {
            return {at, nullptr};
        }
        at = space_end(at, end);
    }
    if (at == end || *at != ',') {
        return {at,
                nest.closer() == '}' ? lexer::kNextMemberExpected : lexer::kNextElementExpected};
    }
    return {space_end(at + 1, end), nullptr};
}

/// From an opening byte to behind its closing byte. `outer` containers are open around it.
Step container_end(const char* at, const char* end, std::size_t outer) {
    Nest nest;
    Member unnoted;
    Step step{at, nullptr};
    for (;;) {
        if (step.at == end) {
            return {end, lexer::kValueExpected};
        }
        bool first = class_of(*step.at) == Class::Open;
        if (first) {
            if (outer + nest.depth() == kDepthMax) {
                return {step.at, kTooDeep};
            }
            nest.open(*step.at);
            step.at = space_end(step.at + 1, end);
            first = step.at == end || *step.at != nest.closer();
        } else {
            step = lexer::scalar_end(step.at, end);
        }
        if (!first && step.wrong == nullptr) {
            step = next_start(step.at, end, nest);
        }
        if (step.wrong != nullptr || nest.depth() == 0) {
            return step;
        }
        if (nest.closer() == '}') {
            step = value_start(step.at, end, unnoted);
            if (step.wrong != nullptr) {
                return step;
            }
        }
    }
}

/// One value, of which `outer` containers are around.
Step value_end(const char* at, const char* end, std::size_t outer) {
    if (at == end) {
        return {at, lexer::kValueExpected};
    }
    if (class_of(*at) == Class::Open) {
        return container_end(at, end, outer);
    }
    return lexer::scalar_end(at, end);
}

/// The root object, with its members noted.
Step object_end(const char* at, const char* end, std::vector<Member>& members) {
    at = space_end(at + 1, end);
    if (at != end && *at == '}') {
        return {at + 1, nullptr};
    }
    for (;;) {
        Member member;
        const Step start = value_start(at, end, member);
        if (start.wrong != nullptr) {
            return start;
        }
        const Step step = value_end(start.at, end, 1);
        if (step.wrong != nullptr) {
            return step;
        }
        member.value = between(start.at, step.at);
        members.push_back(member);
        at = space_end(step.at, end);
        if (at != end && *at == '}') {
            return {at + 1, nullptr};
        }
        if (at == end || *at != ',') {
            return {at, lexer::kNextMemberExpected};
        }
        at = space_end(at + 1, end);
    }
}

base::Error failure(std::string_view text, Step step) {
    std::string detail = "byte ";
    detail += std::to_string(step.at - text.data());
    detail += ": ";
    detail += lexer::describe(step, text.data() + text.size());
    return {base::Code::BadJson, std::move(detail)};
}

}  // namespace

Result<Root> scan(std::string_view text, std::vector<Member>& members) {
    members.clear();
    const char* const end = text.data() + text.size();
    const char* const begin = space_end(text.data(), end);
    const bool object = begin != end && *begin == '{';
    const Step step = object ? object_end(begin, end, members) : value_end(begin, end, 0);
    if (step.wrong != nullptr) {
        members.clear();
        return base::fail(failure(text, step));
    }
    return Root{kind_of(between(begin, step.at)), between(begin, step.at)};
}

Kind kind_of(std::string_view value) {
    switch (value.front()) {
        case '{':
            return Kind::Object;
        case '[':
            return Kind::Array;
        case '"':
            return Kind::String;
        case 't':
            return Kind::True;
        case 'f':
            return Kind::False;
        case 'n':
            return Kind::Null;
        default:
            return Kind::Number;
    }
}

}  // namespace aggregator::json
