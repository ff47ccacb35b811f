#include "engine/redirect.hpp"

#include <aggregator/plan/path.hpp>

namespace aggregator::engine {

namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Quotes, signs of tags and ampersands by their numbers, as text and as a value between quotes.
std::string escape_html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("<>&\"'").find(c) == std::string_view::npos) {
            out += c;
        } else {
            out += "&#" + std::to_string(static_cast<int>(c)) + ";";
        }
    }
    return out;
}

std::string location_of(const Redirection& redirection) {
    std::string location = redirection.prefix;
    // Two slashes in front would name another host.
    const std::size_t start = redirection.path.find_first_not_of('/');
    location += '/';
    plan::append_encoded_path(location, start == std::string_view::npos
                                            ? std::string_view()
                                            : redirection.path.substr(start));
    if (!redirection.query.empty()) {
        location.append("?").append(redirection.query);
    }
    return location;
}

}  // namespace

std::string other_slash(std::string_view path) {
    return path.size() > 1 && path.ends_with('/') ? std::string(path.substr(0, path.size() - 1))
                                                  : std::string(path) + '/';
}

std::string safe_prefix(std::string_view prefix) {
    std::string safe;
    for (const char c : prefix) {
        const bool starts = safe.empty() || safe.back() == '/';
        if (is_alphanumeric(c) || c == '-') {
            safe.append(safe.empty() ? "/" : "").append(1, c);
        } else if (c == '/' && (safe.empty() || !starts)) {
            safe += c;
        }
    }
    if (safe.ends_with('/')) {
        safe.pop_back();
    }
    return safe;
}

http::LocalReply redirect_to(const Redirection& redirection) {
    const bool get = redirection.method == "GET";
    http::LocalReply reply;
    reply.status = get ? 301 : 307;
    std::string location = location_of(redirection);
    if (get) {
        reply.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
        reply.body = "<a href=\"" + escape_html(location) + "\">Moved Permanently</a>.\n\n";
    }
    reply.headers.emplace_back("Location", std::move(location));
    return reply;
}

}  // namespace aggregator::engine
