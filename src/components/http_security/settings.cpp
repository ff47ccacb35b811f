#include "components/http_security/settings.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/http/target.hpp>
#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/grammar.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

/// What is read besides the settings.
struct Draft {
    HttpSecurity settings;
    std::vector<std::string> hosts;
    bool regex = false;
    std::uint32_t sts_seconds = 0;
    bool sts_subdomains = false;
    bool frame_deny = false;
};

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7F || (byte < ' ' && c != '\t');
}

/// The value of a header; what is none is told.
std::string header_value(const Value& value) {
    std::string text;
    reading::strict::read(value, text);
    if (std::any_of(text.begin(), text.end(), is_control)) {
        value.error("bad-value", value.label() + "control characters cannot stand in a header",
                    "a line break would begin another header");
    }
    return std::string(base::trim(text));
}

template <std::string HttpSecurity::*Member>
void read_value(const Value& value, Draft& draft) {
    draft.settings.*Member = header_value(value);
}

template <bool HttpSecurity::*Member>
void read_flag(const Value& value, Draft& draft) {
    reading::strict::read(value, draft.settings.*Member);
}

void check_header_name(const Value& value, std::string_view name) {
    if (!reading::is_token(name)) {
        value.error("bad-value", "expected the name of a header, found " + reading::quoted(name));
    }
}

void read_host_headers(const Value& value, Draft& draft) {
    std::vector<std::string>& names = draft.settings.host_headers;
    reading::strict::read(value, names);
    for (std::size_t i = 0; i < names.size() && i < value.node.elements.size(); ++i) {
        check_header_name(value.element(value.node.elements[i]), names[i]);
    }
}

void read_tls_headers(const Value& value, Draft& draft) {
    if (!reading::strict::expect(value, json::Kind::Object, "an object: header, value")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        const Value member = value.member(entry);
        if (!reading::is_comment(entry.key)) {
            check_header_name(member, entry.key);
            draft.settings.tls_headers.emplace_back(entry.key, header_value(member));
        }
    }
}

void read_redirect_host(const Value& value, Draft& draft) {
    std::string& host = draft.settings.redirect_host;
    reading::strict::read(value, host);
    if (!http::is_host(host)) {
        value.error("bad-value", "`ssl_host`: expected a host, found " + reading::quoted(host),
                    "write it without scheme and path, with a port if it is not 443");
    }
}

void read_public_key(const Value& value, Draft&) {
    std::string ignored;
    reading::strict::read(value, ignored);
    if (!ignored.empty()) {
        value.warn("hpkp-without-effect",
                   "`hpkp_public_key` has no effect: browsers have given up pinned keys",
                   "remove it");
    }
}

constexpr reading::Field<Draft> kFields[] = {
    {"allowed_hosts", reading::strict::set<&Draft::hosts>},
    {"allowed_hosts_are_regex", reading::strict::set<&Draft::regex>},
    {"host_proxy_headers", read_host_headers},
    {"ssl_redirect", read_flag<&HttpSecurity::redirects>},
    {"ssl_host", read_redirect_host},
    {"ssl_proxy_headers", read_tls_headers},
    {"sts_seconds", reading::strict::set<&Draft::sts_seconds>},
    {"sts_include_subdomains", reading::strict::set<&Draft::sts_subdomains>},
    {"force_sts_header", read_flag<&HttpSecurity::sts_always>},
    {"frame_deny", reading::strict::set<&Draft::frame_deny>},
    {"custom_frame_options_value", read_value<&HttpSecurity::frame_options>},
    {"content_type_nosniff", read_flag<&HttpSecurity::nosniff>},
    {"browser_xss_filter", read_flag<&HttpSecurity::xss_filter>},
    {"content_security_policy", read_value<&HttpSecurity::content_policy>},
    {"referrer_policy", read_value<&HttpSecurity::referrer_policy>},
    {"is_development", read_flag<&HttpSecurity::development>},
    {"hpkp_public_key", read_public_key},
};

void add_pattern(const Value& element, const std::string& pattern, plan::PatternSet& patterns) {
    if (const auto added = patterns.add(pattern); !added) {
        element.error("bad-value", reading::quoted(pattern) +
                                       " is no regular expression of RE2: " + added.error().detail);
    }
}

void add_host(const Value& element, const std::string& host, HttpSecurity& settings) {
    if (host.empty() || host.find('*') != std::string::npos || !http::is_host(host)) {
        element.error("bad-value", "expected a host, found " + reading::quoted(host),
                      "write it without scheme and path, and with a port if no other one is to be "
                      "served; patterns need `allowed_hosts_are_regex`");
    }
    settings.hosts.push_back(base::to_lower(host));
}

void finish_hosts(const Value& value, Draft& draft) {
    const auto list = reading::member_of(value, "allowed_hosts");
    const bool listed = list && list->node.kind == json::Kind::Array;
    if (!listed || draft.hosts.empty()) {
        return;
    }
    HttpSecurity& settings = draft.settings;
    if (draft.regex) {
        settings.host_patterns.emplace(plan::PatternSet::Match::Whole);
    }
    for (std::size_t i = 0; i < draft.hosts.size() && i < list->node.elements.size(); ++i) {
        const Value element = list->element(list->node.elements[i]);
        if (draft.regex) {
            add_pattern(element, draft.hosts[i], *settings.host_patterns);
        } else {
            add_host(element, draft.hosts[i], settings);
        }
    }
    if (draft.regex && !settings.host_patterns->close()) {
        list->error("bad-value", "`allowed_hosts`: all together they are too complex");
    }
}

void finish(const Value& value, Draft& draft) {
    HttpSecurity& settings = draft.settings;
    finish_hosts(value, draft);
    if (draft.frame_deny && settings.frame_options.empty()) {
        settings.frame_options = "DENY";
    }
    if (draft.sts_seconds > 0) {
        settings.sts = "max-age=" + std::to_string(draft.sts_seconds) +
                       (draft.sts_subdomains ? "; includeSubDomains" : "");
    }
    if (settings.development) {
        settings.hosts.clear();
        settings.host_patterns.reset();
        settings.redirects = false;
        settings.sts.clear();
    }
}

/// Where the port begins, with its colon; the end if there is none.
std::size_t port_of(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    const std::size_t bracket = host.rfind(']');
    const bool is_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    return is_port ? colon : host.size();
}

}  // namespace

bool HttpSecurity::serves(std::string_view host, Scheme scheme) const {
    std::string_view name = host.substr(0, port_of(host));
    if (host_patterns) {
        return host_patterns->matches(host) || host_patterns->matches(name);
    }
    const std::string_view usual = scheme == Scheme::Https ? ":443" : ":80";
    const std::string_view port = host.size() - name.size() > 1 ? host.substr(name.size()) : usual;
    name.remove_suffix(name.ends_with('.') ? 1 : 0);
    return hosts.empty() || std::any_of(hosts.begin(), hosts.end(), [&](std::string_view one) {
               const std::size_t end = port_of(one);
               return base::equal_ignoring_case(one.substr(0, end), name) &&
                      (end == one.size() || one.substr(end) == port);
           });
}

std::shared_ptr<const reading::Settings> read_http_security(const Value& value) {
    Draft draft;
    reading::read_fields(
        value, {.what = "`security/http`", .keys = reading::Keys::Exact, .fields = kFields}, draft);
    finish(value, draft);
    return std::make_shared<HttpSecurity>(std::move(draft.settings));
}

}  // namespace aggregator::components
