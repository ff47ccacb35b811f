#include <aggregator/lint/layout.hpp>

#include <algorithm>
#include <optional>
#include <vector>

#include "lint/tokens.hpp"

namespace aggregator::lint {

namespace {

using Kind = Token::Kind;

constexpr std::size_t kStep = 2;
/// An object or list of more bytes is none that stood on one short line.
constexpr std::size_t kShortMax = 4096;

/// Characters of a piece of UTF-8.
std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool has_lines(const Token& token) { return token.text.find('\n') != std::string_view::npos; }

/// Whether a comment may have something behind it on its line.
bool stays_inside(const Token& comment) {
    return comment.text.substr(0, 2) == "/*" && !has_lines(comment);
}

/// Whether nothing but comments stands in front of the end of the object or list.
bool closes(Tokens tokens) {
    while (tokens.peek().kind == Kind::Comment) {
        tokens.take();
    }
    return tokens.peek().kind == Kind::Close;
}

/// What stands between two neighbours on one line.
std::string_view space_between(const Token& before, const Token& token) {
    if (token.kind == Kind::Comma || token.kind == Kind::Colon) {
        return "";
    }
    if (before.kind == Kind::Open && token.kind == Kind::Close) {
        return "";
    }
    return before.text == "[" || token.text == "]" ? "" : " ";
}

struct Line {
    std::string text;
    std::size_t tokens = 1;
};

/// The object or list that is next, if it stands on one line and is no longer than `columns_max`.
std::optional<Line> on_one_line(Tokens tokens, std::size_t columns_max) {
    Token before = tokens.take();
    Line line{std::string(before.text)};
    std::size_t columns = 1;
    for (std::size_t depth = 1; depth > 0;) {
        const Token token = tokens.take();
        ++line.tokens;
        if (token.kind == Kind::End || token.newlines != 0 || has_lines(token)) {
            return std::nullopt;
        }
        if (token.kind == Kind::Comma && closes(tokens)) {
            continue;
        }
        const std::string_view space = space_between(before, token);
        columns += space.size() + columns_of(token.text);
        if (columns > columns_max) {
            return std::nullopt;
        }
        line.text.append(space).append(token.text);
        depth += token.kind == Kind::Open ? 1 : 0;
        depth -= token.kind == Kind::Close ? 1 : 0;
        before = token;
    }
    return line;
}

/// What stands between two things: comments, and a comma perhaps.
struct Gap {
    std::vector<Token> comments;
    std::size_t trailing = 0;  ///< those that stay on the line of what is in front of them
    std::size_t newlines = 0;  ///< in front of the second thing
    Kind next = Kind::End;     ///< what that is
};

/// How many comments belong to what stands in front of the gap. `before_comma`: how many of them
/// stand in front of the comma.
std::size_t trailing_of(const Gap& gap, std::size_t before_comma) {
    const auto own_line = std::find_if(gap.comments.begin(), gap.comments.end(),
                                       [](const Token& one) { return one.newlines != 0; });
    const bool all = own_line == gap.comments.end();
    if (all && gap.newlines == 0 && gap.next != Kind::Close && gap.next != Kind::End) {
        return before_comma;
    }
    return static_cast<std::size_t>(own_line - gap.comments.begin());
}

Gap take_gap(Tokens& tokens) {
    Gap gap;
    std::size_t before_comma = 0;
    std::size_t newlines = 0;
    for (; tokens.peek().kind == Kind::Comment || tokens.peek().kind == Kind::Comma;) {
        Token token = tokens.take();
        token.newlines = std::max(token.newlines, newlines);
        newlines = 0;
        if (token.kind == Kind::Comma) {
            newlines = token.newlines;
            before_comma = gap.comments.size();
        } else {
            gap.comments.push_back(token);
        }
    }
    gap.newlines = std::max(tokens.peek().newlines, newlines);
    gap.next = tokens.peek().kind;
    gap.trailing = trailing_of(gap, before_comma);
    return gap;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        lines.push_back(line.substr(0, line.find_last_not_of(" \t\r") + 1));
        at = end + 1;
    }
    return lines;
}

std::string_view unindented(std::string_view line) {
    return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
}

/// Lays out one text, from its begin to its end.
class Layout {
public:
    explicit Layout(std::string_view text) : tokens_(text) { out_.reserve(text.size()); }

    std::string run() {
        Gap head = take_gap(tokens_);
        head.trailing = 0;
        cross(head, {});
        value(0);
        cross(take_gap(tokens_), {});
        return std::move(out_);
    }

private:
    /// Where the things around a gap stand.
    struct Edge {
        std::size_t indent = 0;
        bool at_begin = false;  ///< of an object or list
    };

    void value(std::size_t indent) {
        if (tokens_.peek().kind == Kind::Scalar) {
            out_ += tokens_.take().text;
            return;
        }
        // Room for a comma.
        const std::size_t used = std::min(column() + 1, kLineMax);
        const auto line = on_one_line(tokens_.within(kShortMax), kLineMax - used);
        if (!line) {
            block(indent);
            return;
        }
        out_ += line->text;
        for (std::size_t i = 0; i < line->tokens; ++i) {
            tokens_.take();
        }
    }

    void block(std::size_t indent) {
        const bool is_object = tokens_.peek().text == "{";
        out_ += tokens_.take().text;
        Gap gap = take_gap(tokens_);
        const bool is_empty = gap.next == Kind::Close && gap.comments.empty();
        bool at_begin = true;
        while (gap.next != Kind::Close) {
            if (is_object) {
                member(std::move(gap), {indent + kStep, at_begin});
            } else {
                cross(gap, {indent + kStep, at_begin});
                value(indent + kStep);
            }
            at_begin = false;
            gap = take_gap(tokens_);
            out_ += gap.next == Kind::Close ? "" : ",";
        }
        if (!is_empty) {
            cross(gap, {indent + kStep, at_begin});
        }
        out_ += tokens_.take().text;
    }

    /// A key and its value, with what stands in front of them.
    void member(Gap gap, Edge edge) {
        const std::string_view key = tokens_.take().text;
        std::vector<Token> inside;
        while (tokens_.peek().kind == Kind::Comment || tokens_.peek().kind == Kind::Colon) {
            const Token token = tokens_.take();
            if (token.kind == Kind::Comment) {
                inside.push_back(token);
            }
        }
        if (!std::all_of(inside.begin(), inside.end(), stays_inside)) {
            for (Token& comment : inside) {
                comment.newlines = std::max<std::size_t>(gap.newlines, 1);
                gap.newlines = 1;
                gap.comments.push_back(comment);
            }
            inside.clear();
        }
        cross(gap, edge);
        out_.append(key).append(": ");
        for (const Token& comment : inside) {
            out_.append(comment.text).append(" ");
        }
        value(edge.indent);
    }

    /// Writes the comments of a gap and goes to where the second thing begins.
    void cross(const Gap& gap, Edge edge) {
        for (std::size_t i = 0; i < gap.comments.size(); ++i) {
            const Token& one = gap.comments[i];
            const bool behind = i < gap.trailing || (i > gap.trailing && one.newlines == 0);
            if (behind) {
                out_ += ' ';
            } else {
                const bool first = i == gap.trailing;
                begin_line(first && edge.at_begin ? 1 : one.newlines, edge.indent);
            }
            comment(one, edge.indent);
        }
        const bool has_own = gap.comments.size() > gap.trailing;
        const bool ends = gap.next == Kind::Close || gap.next == Kind::End;
        if (has_own && gap.newlines == 0 && !ends) {
            out_ += ' ';
            return;
        }
        const bool tight = ends || (edge.at_begin && !has_own);
        const std::size_t indent = ends ? edge.indent - std::min(edge.indent, kStep) : edge.indent;
        begin_line(tight ? 1 : gap.newlines, indent);
    }

    /// Ends the line, but for the first one of the text; keeps one empty line.
    void begin_line(std::size_t newlines, std::size_t indent) {
        if (!out_.empty()) {
            out_ += newlines > 1 ? "\n\n" : "\n";
        }
        out_.append(indent, ' ');
    }

    void comment(const Token& token, std::size_t indent) {
        const auto lines = lines_of(token.text);
        const bool starred = std::all_of(lines.begin() + 1, lines.end(), [](auto line) {
            return unindented(line).substr(0, 1) == "*";
        });
        out_ += lines.front();
        for (std::size_t i = 1; i < lines.size(); ++i) {
            out_ += '\n';
            if (starred) {
                out_.append(indent + 1, ' ').append(unindented(lines[i]));
            } else {
                out_ += lines[i];
            }
        }
    }

    [[nodiscard]] std::size_t column() const {
        const std::size_t newline = out_.rfind('\n');
        const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
        return columns_of(std::string_view(out_).substr(begin));
    }

    Tokens tokens_;
    std::string out_;
};

/// Lines end as the first one of `text` does.
std::string with_line_ends_of(std::string_view text, std::string made) {
    const std::size_t end = text.find('\n');
    if (end == 0 || end == std::string_view::npos || text[end - 1] != '\r') {
        return made;
    }
    std::string out;
    out.reserve(made.size() + made.size() / 16);
    for (const char c : made) {
        out.append(c == '\n' ? "\r\n" : std::string_view(&c, 1));
    }
    return out;
}

}  // namespace

tl::expected<std::string, json::SyntaxError> laid_out(std::string text) {
    const auto document = json::Document::parse(std::move(text));
    if (!document) {
        return tl::unexpected(document.error());
    }
    return with_line_ends_of(document->text(), Layout(document->text()).run());
}

}  // namespace aggregator::lint
