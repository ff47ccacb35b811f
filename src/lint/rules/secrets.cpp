#include "lint/rules/secrets.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

#include "lint/words.hpp"

namespace aggregator::lint {

namespace {

/// Shorter values under a telling key are examples or names.
constexpr std::size_t kSecretBytesMin = 4;

/// Keys without their case and without `-` and `_`.
constexpr std::string_view kKeys[] = {
    "authorization",     "proxyauthorization", "apikey",     "xapikey",     "apitoken",
    "apisecret",         "password",           "passwd",     "passphrase",  "secret",
    "clientsecret",      "secretkey",          "token",      "accesstoken", "refreshtoken",
    "authtoken",         "bearertoken",        "xauthtoken", "idtoken",     "secretaccesskey",
    "awssecretaccesskey"};

/// What a secret of a service begins with, and how many letters, digits, `_` and `-` follow.
struct Shape {
    std::string_view start;
    std::size_t rest_min;
    std::string_view what;
};

constexpr Shape kShapes[] = {
    {"AKIA", 16, "an access key of AWS"},       {"ASIA", 16, "an access key of AWS"},
    {"ghp_", 30, "a token of GitHub"},          {"gho_", 30, "a token of GitHub"},
    {"github_pat_", 30, "a token of GitHub"},   {"glpat-", 20, "a token of GitLab"},
    {"xoxb-", 20, "a token of Slack"},          {"xoxp-", 20, "a token of Slack"},
    {"sk_live_", 20, "a secret key of Stripe"}, {"AIza", 35, "an API key of Google"},
};

bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

std::size_t word_size(std::string_view text, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() && is_word_byte(text[end])) {
        ++end;
    }
    return end - from;
}

/// Whether `start` begins a word at `at`.
bool begins_word(std::string_view text, std::size_t at) {
    return at == 0 || !is_word_byte(text[at - 1]);
}

bool has_shape(std::string_view text, const Shape& shape) {
    for (std::size_t at = text.find(shape.start); at != std::string_view::npos;
         at = text.find(shape.start, at + 1)) {
        if (begins_word(text, at) && word_size(text, at + shape.start.size()) >= shape.rest_min) {
            return true;
        }
    }
    return false;
}

/// Three words with dots between them, the first two of which are objects in Base64.
bool has_web_token(std::string_view text) {
    for (std::size_t at = text.find("eyJ"); at != std::string_view::npos;
         at = text.find("eyJ", at + 1)) {
        if (!begins_word(text, at)) {
            continue;
        }
        const std::size_t dot = at + word_size(text, at);
        if (text.substr(dot, 4) == ".eyJ") {
            const std::size_t last = dot + 1 + word_size(text, dot + 1);
            if (last < text.size() && text[last] == '.' && word_size(text, last + 1) >= 10) {
                return true;
            }
        }
    }
    return false;
}

bool has_private_key(std::string_view text) {
    const std::size_t begin = text.find("-----BEGIN ");
    return begin != std::string_view::npos &&
           text.find("PRIVATE KEY-----", begin) != std::string_view::npos;
}

/// Whether something else is put in its place before it is used, or it only says where it is.
bool is_stand_in(std::string_view value) {
    const bool braces = value.starts_with('{') && value.ends_with('}');
    const bool angles = value.starts_with('<') && value.ends_with('>');
    const bool masked = value.find_first_not_of("*xX.-_ ") == std::string_view::npos;
    return braces || angles || masked || value.starts_with('$') || value.starts_with('/') ||
           value.starts_with("./") || value.starts_with("file:") || value.starts_with("env:") ||
           value.find("${") != std::string_view::npos || value.find("{{") != std::string_view::npos;
}

/// `scheme://user:password@host`
bool has_user_info(std::string_view text) {
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos) {
        return false;
    }
    const std::string_view authority = text.substr(
        mark + 3, std::min(text.find_first_of("/?#", mark + 3), text.size()) - mark - 3);
    const std::size_t at = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    return at != std::string_view::npos && colon < at && at > colon + 1 &&
           !is_stand_in(authority.substr(colon + 1, at - colon - 1));
}

bool is_telling(std::string_view key) {
    std::string plain = base::to_lower(key);
    std::erase_if(plain, [](char c) { return c == '-' || c == '_'; });
    return std::find(std::begin(kKeys), std::end(kKeys), plain) != std::end(kKeys);
}

/// The first secret in the query part of a pattern; what `{param}` becomes is none.
std::string describe_query(std::string_view pattern) {
    for (std::size_t mark = pattern.find('?'); mark < pattern.size();) {
        const std::size_t end = std::min(pattern.find('&', mark + 1), pattern.size());
        const std::string_view pair = pattern.substr(mark + 1, end - mark - 1);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        const bool filled_in = value.find('{') != std::string_view::npos;
        std::string what = filled_in ? "" : describe_secret(pair.substr(0, equals), value);
        if (!what.empty()) {
            return what;
        }
        mark = end;
    }
    return {};
}

/// A value on the way down the tree of a file.
struct Step {
    const json::Node* node;
    std::string_view key;  ///< under which it stands; empty in a list
};

/// One walk through a file.
class Search {
public:
    explicit Search(const json::Document& document) : document_(document) {}

    std::vector<Secret> run() {
        steps_.push_back({&document_.root(), {}});
        while (!steps_.empty()) {
            const Step step = steps_.back();
            steps_.pop_back();
            visit(step);
        }
        return std::move(found_);
    }

private:
    void visit(const Step& step) {
        const json::Node& node = *step.node;
        if (node.kind == json::Kind::String) {
            note(node, describe_string(step));
            return;
        }
        const bool renames = step.key == "mapping";  // its values are names of keys
        for (const json::Node::Entry& entry : node.members) {
            const std::string_view key = renames ? std::string_view() : entry.key;
            steps_.push_back({&document_.at(entry.node), key});
        }
        for (const std::uint32_t element : node.elements) {
            steps_.push_back({&document_.at(element), {}});
        }
        look_at_pair(node);
    }

    [[nodiscard]] static std::string describe_string(const Step& step) {
        std::string what = describe_secret(step.key, step.node->text);
        return what.empty() && step.key == "url_pattern" ? describe_query(step.node->text) : what;
    }

    /// `{"name": "Authorization", "value": "..."}`, as components have headers.
    void look_at_pair(const json::Node& object) {
        const json::Node* const name = document_.member(object, "name");
        const json::Node* const value = document_.member(object, "value");
        if (name != nullptr && value != nullptr && value->kind == json::Kind::String &&
            describe_secret({}, value->text).empty()) {
            note(*value, describe_secret(name->text, value->text));
        }
    }

    void note(const json::Node& node, std::string what) {
        if (!what.empty()) {
            found_.push_back({&node, std::move(what)});
        }
    }

    const json::Document& document_;
    std::vector<Step> steps_;
    std::vector<Secret> found_;
};

/// The key in front of a `:` or `=`, without quotes.
std::string_view key_before(std::string_view line) {
    const std::size_t end = line.find_last_not_of(" \t\"'") + 1;
    std::size_t begin = end;
    while (begin > 0 && is_word_byte(line[begin - 1])) {
        --begin;
    }
    return line.substr(begin, end - begin);
}

/// The value behind it.
std::string_view value_behind(std::string_view line) {
    const std::size_t begin = std::min(line.find_first_not_of(" \t\"'"), line.size());
    return line.substr(begin, std::min(line.find_first_of("\"',}", begin), line.size()) - begin);
}

}  // namespace

std::string describe_secret(std::string_view key, std::string_view value) {
    for (const Shape& shape : kShapes) {
        if (has_shape(value, shape)) {
            return std::string(shape.what);
        }
    }
    if (has_private_key(value)) {
        return "a private key";
    }
    if (has_web_token(value)) {
        return "a JSON Web Token";
    }
    if (has_user_info(value)) {
        return "a URL with a password";
    }
    const bool told = value.size() >= kSecretBytesMin && is_telling(key) && !is_stand_in(value);
    return told ? "the value of " + quoted(key) : std::string();
}

std::vector<Secret> secrets_in(const json::Document& document) { return Search(document).run(); }

bool shows_secret(std::string_view line) {
    if (!describe_secret({}, line).empty()) {
        return true;
    }
    for (std::size_t at = line.find_first_of(":="); at != std::string_view::npos;
         at = line.find_first_of(":=", at + 1)) {
        const std::string_view key = key_before(line.substr(0, at));
        if (is_telling(key) && !describe_secret(key, value_behind(line.substr(at + 1))).empty()) {
            return true;
        }
    }
    return false;
}

}  // namespace aggregator::lint
