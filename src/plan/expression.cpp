#include <aggregator/plan/shadow.hpp>

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/plan/path.hpp>

#include "plan/facts.hpp"

namespace aggregator::plan {

namespace {

using Params = std::vector<std::string>;
using Fault = Expression::Fault;

constexpr std::string_view kHeader = "request.header.";
constexpr std::string_view kParam = "param.";

enum class SourceKind : std::uint8_t {
    Text,
    RequestId,
    Method,
    Path,
    Host,
    Header,
    Param,
    Endpoint,
    Shadow,
    Client
};

constexpr std::pair<std::string_view, SourceKind> kNames[] = {
    {"request.id", SourceKind::RequestId}, {"request.method", SourceKind::Method},
    {"request.path", SourceKind::Path},    {"request.host", SourceKind::Host},
    {"endpoint", SourceKind::Endpoint},    {"shadow.name", SourceKind::Shadow},
    {"client.ip", SourceKind::Client},
};

/// Another spelling of the same names, behind a `#`: values of an object by their key in quotes.
constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
    {"request.headers[", kHeader}, {"request.pathParams[", kParam}};
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"request.remoteAddress", "client.ip"}};

/// The key of `['key']` or `["key"]`, with `[0]` behind it or not; empty if it is neither.
std::string_view key_in_quotes(std::string_view text) {
    if (text.ends_with("[0]")) {
        text.remove_suffix(3);
    }
    if (text.size() < 4 || text.back() != ']') {
        return {};
    }
    const char quote = text.front();
    const bool quoted = (quote == '\'' || quote == '"') && text[text.size() - 2] == quote;
    return quoted ? text.substr(1, text.size() - 3) : std::string_view();
}

/// The name as this program spells it.
std::string respelled(std::string_view name) {
    name = base::trim(name);
    if (!name.starts_with('#')) {
        return std::string(name);
    }
    name.remove_prefix(1);
    for (const auto& [theirs, ours] : kOtherNames) {
        if (name == theirs) {
            return std::string(ours);
        }
    }
    for (const auto& [theirs, ours] : kSpellings) {
        const std::string_view key =
            name.starts_with(theirs) ? key_in_quotes(name.substr(theirs.size())) : "";
        if (!key.empty()) {
            return std::string(ours).append(key);
        }
    }
    return std::string(name);
}

bool is_header_name(std::string_view name) {
    constexpr std::string_view kToken =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    return !name.empty() && name.find_first_not_of(kToken) == std::string_view::npos;
}

std::string shown(std::string_view name) { return "`{" + std::string(name.substr(0, 60)) + "}`"; }

/// What was meant by a name that is not known: a name that is, or the right word in front of what
/// follows a dot.
std::string hint_for(const std::string& name, const Params& params) {
    std::vector<std::string> known;
    for (const auto& [one, kind] : kNames) {
        known.emplace_back(one);
    }
    for (const std::string& param : params) {
        known.push_back(std::string(kParam) + param);
    }
    const std::size_t first = name.find('.');
    const std::size_t second = first == std::string::npos ? first : name.find('.', first + 1);
    if (second != std::string::npos) {
        known.push_back(std::string(kHeader) + name.substr(second + 1));
    }
    if (const auto guess = base::closest(name, {known.begin(), known.end()})) {
        return "did you mean `{" + std::string(*guess) + "}`?";
    }
    return "there are {request.id}, {request.method}, {request.path}, {request.host}, "
           "{request.header.NAME}, {param.NAME}, {endpoint}, {shadow.name} and {client.ip}; "
           "`{{` is a brace";
}

bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7F'; }

/// Appends a value; what would end the header becomes a space (RFC 9110 5.5).
void append_value(std::string& out, std::string_view value) {
    const std::size_t begin = out.size();
    out.append(value);
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_control, ' ');
}

std::string_view header_of(const http::Request& request, std::string_view name) {
    const http::Field* const field = http::find(request.headers, name);
    return field == nullptr ? std::string_view() : field->value;
}

}  // namespace

struct Expression::Piece {
    SourceKind kind = SourceKind::Text;
    std::string text;  // itself, or a header's name
    std::size_t param = 0;

    [[nodiscard]] static std::optional<Piece> named(const std::string& name, const Params& params) {
        for (const auto& [one, kind] : kNames) {
            if (one == name) {
                return Piece{.kind = kind, .text = {}};
            }
        }
        if (name.starts_with(kHeader) && is_header_name(name.substr(kHeader.size()))) {
            return Piece{.kind = SourceKind::Header, .text = name.substr(kHeader.size())};
        }
        const auto param = name.starts_with(kParam)
                               ? param_named(params, std::string_view(name).substr(kParam.size()))
                               : std::nullopt;
        return param ? std::optional(Piece{.kind = SourceKind::Param, .text = {}, .param = *param})
                     : std::nullopt;
    }

    static void add_text(std::string_view literal, std::vector<Piece>& pieces) {
        if (pieces.empty() || pieces.back().kind != SourceKind::Text) {
            pieces.push_back({.kind = SourceKind::Text, .text = {}});
        }
        pieces.back().text.append(literal);
    }

    static void add_named(std::string_view inside, const Params& params, std::vector<Piece>& pieces,
                          std::vector<Fault>& faults) {
        const std::string name = respelled(inside);
        if (auto piece = named(name, params)) {
            pieces.push_back(*std::move(piece));
        } else {
            faults.push_back(
                {.message = shown(inside) + " is not known", .hint = hint_for(name, params)});
        }
    }

    [[nodiscard]] std::string_view value(const ExpressionFacts& facts) const {
        switch (kind) {
            case SourceKind::RequestId:
                return facts.request_id;
            case SourceKind::Method:
                return facts.request.method;
            case SourceKind::Path:
                return split_target(facts.request.target).path;
            case SourceKind::Host:
                return facts.request.host;
            case SourceKind::Header:
                return header_of(facts.request, text);
            case SourceKind::Param:
                return param < facts.request.params.size() ? facts.request.params[param]
                                                           : std::string_view();
            case SourceKind::Endpoint:
                return facts.endpoint;
            case SourceKind::Shadow:
                return facts.shadow;
            case SourceKind::Client:
                return facts.client;
            case SourceKind::Text:
                break;
        }
        return text;
    }
};

Expression::Expression() = default;
Expression::~Expression() = default;
Expression::Expression(const Expression&) = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(const Expression&) = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

Expression Expression::compile(std::string_view text, const Params& params,
                               std::vector<Fault>& faults) {
    Expression expression;
    if (std::any_of(text.begin(), text.end(), is_control)) {
        faults.push_back({.message = "a control character", .hint = "a header has none"});
    }
    while (!text.empty()) {
        const std::size_t open = std::min(text.find('{'), text.size());
        Piece::add_text(text.substr(0, open), expression.pieces_);
        text.remove_prefix(open);
        if (text.starts_with("{{")) {
            Piece::add_text("{", expression.pieces_);
            text.remove_prefix(2);
        } else if (const std::size_t close = text.find('}'); close != std::string_view::npos) {
            Piece::add_named(text.substr(1, close - 1), params, expression.pieces_, faults);
            text.remove_prefix(close + 1);
        } else if (!text.empty()) {
            faults.push_back({.message = "`{` is not closed", .hint = "`{{` is a brace"});
            break;
        }
    }
    return expression;
}

void Expression::render(const ExpressionFacts& facts, std::string& out) const {
    for (const Piece& piece : pieces_) {
        append_value(out, piece.value(facts));
    }
}

std::vector<std::string> Expression::headers() const {
    std::vector<std::string> names;
    for (const Piece& piece : pieces_) {
        if (piece.kind == SourceKind::Header) {
            names.push_back(piece.text);
        }
    }
    return names;
}

}  // namespace aggregator::plan
