#include "format/tree.hpp"

#include <algorithm>

namespace aggregator::format {

namespace {

using json::Kind;

// From here on sorting is cheaper than comparing each with each.
constexpr std::size_t kManyMembers = 9;

// What a value and its key take up in a usual text.
constexpr std::size_t kBytesOfValue = 16;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

const char* scalar_end(const char* at, const char* end) {
    while (at != end && *at != ',' && *at != '}' && *at != ']' && !is_space(*at)) {
        ++at;
    }
    return at;
}

// Behind what stands between values: white space, commas, the colon behind a key.
const char* separators_end(const char* at, const char* end) {
    while (at != end && (is_space(*at) || *at == ',' || *at == ':')) {
        ++at;
    }
    return at;
}

}  // namespace

Tree::Tree(std::string_view checked) {
    const char* const end = checked.data() + checked.size();
    const char* at = separators_end(checked.data(), end);
    std::vector<std::size_t> open;
    values_.reserve(checked.size() / kBytesOfValue);
    do {
        if (*at == '}' || *at == ']') {
            close(open.back());
            open.pop_back();
            at = separators_end(at + 1, end);
            continue;
        }
        TreeValue value;
        if (!open.empty() && values_[open.back()].kind == Kind::Object) {
            at = separators_end(read_key(at, value), end);
        }
        at = separators_end(read_value(at, end, value), end);
        value.end = values_.size() + 1;
        if (value.is_container()) {
            open.push_back(values_.size());
        }
        values_.push_back(value);
    } while (!open.empty());
}

const char* Tree::read_key(const char* at, TreeValue& value) { return read_string(at, value.key); }

const char* Tree::read_value(const char* at, const char* end, TreeValue& value) {
    value.kind = json::kind_of({at, 1});
    if (value.kind == Kind::String) {
        return read_string(at, value.text);
    }
    if (value.is_container()) {
        return at + 1;
    }
    const char* const behind = scalar_end(at, end);
    value.text = {at, static_cast<std::size_t>(behind - at)};
    return behind;
}

const char* Tree::read_string(const char* at, std::string_view& text) {
    const char* const inner = ++at;
    bool escaped = false;
    for (; *at != '"'; ++at) {
        if (*at == '\\') {
            escaped = true;
            ++at;
        }
    }
    text = {inner, static_cast<std::size_t>(at - inner)};
    if (escaped) {
        text = unescaped_.emplace_back(json::unescape(text));
    }
    return at + 1;
}

void Tree::close(std::size_t container) {
    TreeValue& closed = values_[container];
    closed.end = values_.size();
    if (closed.kind != Kind::Object) {
        return;
    }
    scratch_.clear();
    for (std::size_t at = container + 1; at != closed.end; at = values_[at].end) {
        scratch_.push_back(at);
    }
    if (scratch_.size() >= kManyMembers) {
        std::ranges::sort(scratch_, [this](std::size_t a, std::size_t b) {
            const int order = values_[a].key.compare(values_[b].key);
            return order < 0 || (order == 0 && a < b);
        });
        for (std::size_t i = 1; i < scratch_.size(); ++i) {
            TreeValue& earlier = values_[scratch_[i - 1]];
            earlier.replaced = earlier.key == values_[scratch_[i]].key;
        }
        return;
    }
    for (std::size_t i = 0; i < scratch_.size(); ++i) {
        TreeValue& earlier = values_[scratch_[i]];
        earlier.replaced = std::any_of(
            scratch_.begin() + static_cast<std::ptrdiff_t>(i) + 1, scratch_.end(),
            [this, &earlier](std::size_t later) { return values_[later].key == earlier.key; });
    }
}

const TreeValue* Tree::member(const TreeValue& object, std::string_view key) const {
    if (object.kind != Kind::Object) {
        return nullptr;
    }
    const auto index = static_cast<std::size_t>(&object - values_.data());
    for (std::size_t at = index + 1; at != object.end; at = values_[at].end) {
        if (!values_[at].replaced && values_[at].key == key) {
            return &values_[at];
        }
    }
    return nullptr;
}

std::vector<const TreeValue*> Tree::children(const TreeValue& container) const {
    std::vector<const TreeValue*> found;
    const auto index = static_cast<std::size_t>(&container - values_.data());
    for (std::size_t at = index + 1; at < container.end; at = values_[at].end) {
        if (!values_[at].replaced) {
            found.push_back(&values_[at]);
        }
    }
    return found;
}

}  // namespace aggregator::format
