#include "components/client_credentials/settings.hpp"

#include <algorithm>
#include <optional>

#include <aggregator/plan/host.hpp>
#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;
namespace strict = reading::strict;
using Style = ClientCredentialsSettings::Style;

constexpr std::string_view kWhat = "`auth/client-credentials`";

/// The settings while they are read: whether they are needed is known at the end.
struct Draft {
    ClientCredentialsSettings settings;
    bool is_disabled = false;
};

constexpr strict::Word<Style> kStyles[] = {
    {"auto", Style::Auto}, {"basic", Style::Basic}, {"form", Style::Form}};

void read_id(const Value& value, Draft& draft) { strict::read(value, draft.settings.client_id); }

void read_secret(const Value& value, Draft& draft) {
    strict::read(value, draft.settings.client_secret);
}

void read_style(const Value& value, Draft& draft) {
    strict::read_word(value, kStyles, draft.settings.style);
}

void read_timeout(const Value& value, Draft& draft) {
    strict::read_positive(value, draft.settings.timeout);
}

void read_disabled(const Value& value, Draft& draft) { strict::read(value, draft.is_disabled); }

void read_url(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::String, "a URL")) {
        return;
    }
    const auto url = plan::parse_url(value.node.text);
    if (!url) {
        return value.error("bad-value", value.label() + url.error().detail,
                           "for instance https://id.example.com/oauth/token");
    }
    draft.settings.token_url = value.node.text;
    draft.settings.host = url->host;
    draft.settings.target = url->target;
}

/// Commas and spaces, and several of them, are one space (RFC 6749, section 3.3).
void read_scopes(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    std::string& scopes = draft.settings.scopes;
    scopes.clear();
    bool ended = false;
    for (const char c : value.node.text) {
        if (c == ',' || c == ' ') {
            ended = true;
            continue;
        }
        if (ended && !scopes.empty()) {
            scopes.push_back(' ');
        }
        ended = false;
        scopes.push_back(c);
    }
}

void read_param(const Value& value, Draft& draft) {
    static constexpr std::string_view kOwn[] = {"client_id", "client_secret", "scope"};
    if (std::ranges::find(kOwn, value.key) != std::end(kOwn)) {
        return value.error("bad-value",
                           value.label() + "is sent anyhow: it would stand there twice",
                           "set it beside `endpoint_params`");
    }
    std::vector<std::string> values;
    strict::read(value, values);
    for (std::string& one : values) {
        draft.settings.endpoint_params.emplace_back(value.key, std::move(one));
    }
}

void read_params(const Value& value, Draft& draft) {
    if (!strict::expect(value, json::Kind::Object, "an object of lists of texts")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        if (!reading::is_comment(entry.key)) {
            read_param(value.member(entry), draft);
        }
    }
}

constexpr reading::Field<Draft> kFields[] = {
    {"client_id", read_id},    {"client_secret", read_secret},   {"token_url", read_url},
    {"scopes", read_scopes},   {"endpoint_params", read_params}, {"auth_style", read_style},
    {"timeout", read_timeout}, {"is_disabled", read_disabled},
};

void need(const Value& value, std::string_view key, std::string_view what) {
    if (!reading::member_of(value, key)) {
        value.error("bad-value", std::string(kWhat) + " has no `" + std::string(key) +
                                     "`: expected " + std::string(what));
    }
}

}  // namespace

std::string ClientCredentialsSettings::source() const {
    return token_url.substr(0, token_url.find_first_of("?#"));
}

std::shared_ptr<const reading::Settings> read_client_credentials(const Value& value) {
    Draft draft;
    reading::read_fields(value, {.what = kWhat, .keys = reading::Keys::Exact, .fields = kFields},
                         draft);
    if (value.node.kind != json::Kind::Object || draft.is_disabled) {
        return nullptr;
    }
    need(value, "client_id", "the name under which the token server knows this gateway");
    need(value, "client_secret", R"(a text, {"file": "path"} or {"env": "NAME"})");
    need(value, "token_url", "the URL of the token server");
    if (draft.settings.token_url.empty()) {
        return nullptr;
    }
    return std::make_shared<const ClientCredentialsSettings>(std::move(draft.settings));
}

}  // namespace aggregator::components
