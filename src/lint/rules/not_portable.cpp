#include "lint/all_rules.hpp"
#include "lint/rules/looking.hpp"

namespace aggregator::lint {

namespace {

/// Behind the string or comment that begins at `from`; `from` itself if none does.
std::size_t skip(std::string_view text, std::size_t from) {
    const std::string_view start = text.substr(from, 2);
    if (start == "//") {
        return std::min(text.find('\n', from), text.size());
    }
    if (start == "/*") {
        return text.find("*/", from + 2) + 2;
    }
    if (!start.starts_with('"')) {
        return from;
    }
    std::size_t at = from + 1;
    while (text[at] != '"') {
        at += text[at] == '\\' ? 2u : 1u;
    }
    return at + 1;
}

/// Takes every trailing comma out of a text that has been read before.
reading::Edits without_trailing_commas(std::string_view text) {
    reading::Edits edits;
    std::size_t comma = std::string_view::npos;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = skip(text, at);
        const char c = text[at];
        if ((c == '}' || c == ']') && comma != std::string_view::npos) {
            edits.push_back({.offset = comma, .size = 1, .text = {}});
        }
        if (c == ',') {
            comma = at;
        } else if (c != '/' && std::string_view(" \t\r\n").find(c) == std::string_view::npos) {
            comma = std::string_view::npos;
        }
        at = next == at ? at + 1 : next;
    }
    return edits;
}

void check_file(const reading::File& file, Findings& findings) {
    for (const json::Document::Leniency& used : file.document.leniencies()) {
        if (used.comment) {
            findings.at_offset(file, used.offset,
                               "comments are accepted here, but JSON has none: other readers "
                               "refuse the file",
                               {});
        } else {
            findings.at_offset(file, used.offset,
                               "a trailing comma is accepted here, but JSON has none: other "
                               "readers refuse the file",
                               without_trailing_commas(file.document.text()));
        }
    }
}

/// What other readers refuse about a host; empty if nothing.
std::string_view oddity_of(std::string_view host) {
    const std::size_t mark = host.find("://");
    host = mark == std::string_view::npos ? host : host.substr(mark + 3);
    const std::size_t slash = std::min(host.find('/'), host.size());
    const std::string_view authority = host.substr(0, slash);
    if (host.substr(slash).find_first_not_of('/') != std::string_view::npos) {
        return "a path in a host";
    }
    if (authority.starts_with('[')) {
        return "an IPv6 address as a host";
    }
    const std::size_t colon = authority.rfind(':');
    return colon != std::string_view::npos && authority.size() == colon + 2 ? "a port of one digit"
                                                                            : std::string_view();
}

void check_hosts(const Source& object, std::size_t count, Findings& findings) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view oddity = oddity_of(text_at(object, {"host", i}));
        if (!oddity.empty()) {
            findings.at(
                object, {"host", i},
                std::string(oddity) +
                    " is accepted here, but other readers of the format refuse it",
                oddity.starts_with("a path")
                    ? "put the path in front of `url_pattern` if other programs read the file"
                    : "give it a name or another port if other programs read the file");
        }
    }
}

void check_not_portable(const Subject& subject, Findings& findings) {
    for (const auto& file : subject.loaded.files) {
        check_file(*file, findings);
    }
    const config::ServiceConfig& service = subject.service;
    if (!is_overridden(service, "host")) {
        check_hosts(service.source, service.hosts.size(), findings);
    }
    for_each_backend(subject, [&](const auto&, const config::BackendConfig& backend) {
        if (!backend.disable_host_sanitize && has_list(backend.source, "host")) {
            check_hosts(backend.source, backend.hosts.size(), findings);
        }
    });
}

}  // namespace

constinit const Rule kNotPortable = {
    .name = "not-portable",
    .severity = Severity::Advice,
    .summary = "what other readers of the format refuse: comments, trailing commas, some hosts",
    .explanation =
        R"(This program reads more than the format allows: comments and trailing commas in
JSON, and hosts with a path, with an IPv6 address or with a port of one digit. A
file that is also used elsewhere has to do without. A key that begins with `$`,
`@`, `_` or `#` is a comment everywhere.

Bad:
    // the shop
    "host": ["http://shop.internal/v2"],

Good:
    "@comment": "the shop",
    "host": ["http://shop.internal"],

The repair takes trailing commas out.)",
    .check = check_not_portable,
};

}  // namespace aggregator::lint
