#include "lint/tokens.hpp"

#include <algorithm>

namespace aggregator::lint {

namespace {

using Kind = Token::Kind;

constexpr std::string_view kSpace = " \t\r\n";
/// What ends a number or a word.
constexpr std::string_view kSpecial = " \t\r\n,:[]{}\"/";

Kind kind_of(char c) {
    switch (c) {
        case '{':
        case '[':
            return Kind::Open;
        case '}':
        case ']':
            return Kind::Close;
        case ',':
            return Kind::Comma;
        case ':':
            return Kind::Colon;
        case '/':
            return Kind::Comment;
        default:
            return Kind::Scalar;
    }
}

std::size_t string_size(std::string_view text) {
    std::size_t at = text.find_first_of("\"\\", 1);
    while (at < text.size() && text[at] == '\\') {
        at = text.find_first_of("\"\\", at + 2);
    }
    return at == std::string_view::npos ? text.size() : at + 1;
}

std::size_t comment_size(std::string_view text) {
    if (text.substr(0, 2) == "//") {
        return std::min(text.find('\n'), text.size());
    }
    const std::size_t end = text.find("*/", 2);
    return end == std::string_view::npos ? text.size() : end + 2;
}

std::size_t size_of(Kind kind, std::string_view text) {
    if (kind == Kind::Comment) {
        return comment_size(text);
    }
    if (kind != Kind::Scalar) {
        return 1;
    }
    return text.front() == '"' ? string_size(text)
                               : std::min(text.find_first_of(kSpecial), text.size());
}

}  // namespace

Token Tokens::take() {
    const Token taken = next_;
    advance();
    return taken;
}

Tokens Tokens::within(std::size_t bytes) const {
    Tokens copy = *this;
    const std::size_t used = std::min(next_.text.size(), bytes);
    copy.rest_ = rest_.substr(0, bytes - used);
    return copy;
}

void Tokens::advance() {
    const std::size_t begin = std::min(rest_.find_first_not_of(kSpace), rest_.size());
    const std::string_view space = rest_.substr(0, begin);
    rest_.remove_prefix(begin);
    next_ = {};
    next_.newlines = static_cast<std::size_t>(std::count(space.begin(), space.end(), '\n'));
    if (rest_.empty()) {
        return;
    }
    next_.kind = kind_of(rest_.front());
    next_.text = rest_.substr(0, size_of(next_.kind, rest_));
    rest_.remove_prefix(next_.text.size());
    if (next_.kind == Kind::Comment) {
        next_.text = next_.text.substr(0, next_.text.find_last_not_of(kSpace) + 1);
    }
}

}  // namespace aggregator::lint
