#include "format/document_nesting.hpp"

#include <algorithm>
#include <vector>

namespace aggregator::format {

namespace {

/// Behind the string that begins at `at`; one without three quotes ends with its line at the
/// latest.
std::size_t string_end(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const std::string_view three = quote == '"' ? R"(""")" : "'''";
    const bool is_long = text.substr(at, 3) == three;
    at += is_long ? 3 : 1;
    while (at < text.size() && (is_long || (text[at] != quote && text[at] != '\n'))) {
        if (is_long && text.substr(at, 3) == three) {
            // Up to two more quotes belong to the text and stand in front of the closing ones.
            const std::size_t end = std::min(text.find_first_not_of(quote, at), text.size());
            return std::min(end, at + 5);
        }
        at += quote == '"' && text[at] == '\\' ? 2u : 1u;
    }
    return std::min(at + 1, text.size());
}

/// How deep the place is that a walk over the text has come to.
class Depth {
public:
    void dot() { ++dots_; }
    void next() { dots_ = 0; }
    void open() {
        open_.push_back(dots_ + 1);
        above_ += dots_ + 1;
        dots_ = 0;
    }
    void close() {
        if (!open_.empty()) {
            above_ -= open_.back();
            open_.pop_back();
        }
        dots_ = 0;
    }
    [[nodiscard]] std::size_t levels() const { return above_ + dots_; }

private:
    std::vector<std::size_t> open_;
    std::size_t above_ = 0;
    std::size_t dots_ = 0;
};

}  // namespace

std::optional<std::size_t> find_toml_deeper_than(std::string_view text, std::size_t levels) {
    Depth depth;
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            at = string_end(text, at);
            continue;
        }
        if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
            continue;
        }
        if (c == '.') {
            depth.dot();
        } else if (c == '{' || c == '[') {
            depth.open();
        } else if (c == '}' || c == ']') {
            depth.close();
        } else if (c == ',' || c == '\n') {
            depth.next();
        }
        if (depth.levels() > levels) {
            return at;
        }
        ++at;
    }
    return std::nullopt;
}

}  // namespace aggregator::format
