#include <algorithm>
#include <string>
#include <utility>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/grammar.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/unsupported.hpp>

#include "components/ip_filter/ip_list.hpp"
#include "components/ip_filter/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::string_view kFilter = "ip-filter";
constexpr std::string_view kName = "name";

struct Draft {
    IpList listed;
    bool allows = false;
    std::vector<std::string> headers;
    bool has_headers = false;
    IpList proxies;
    bool has_proxies = false;
};

void read_cidr(const Value& value, Draft& draft) { draft.listed.read(value); }

void read_headers(const Value& value, Draft& draft) {
    draft.has_headers = true;
    reading::strict::read(value, draft.headers);
    for (std::size_t i = 0; i < draft.headers.size() && i < value.node.elements.size(); ++i) {
        if (!reading::is_token(draft.headers[i])) {
            value.element(value.node.elements[i])
                .error("bad-value",
                       "expected the name of a header, found " + reading::quoted(draft.headers[i]));
        }
    }
}

void read_proxies(const Value& value, Draft& draft) {
    draft.has_proxies = true;
    draft.proxies.read(value);
}

constexpr reading::Field<Draft> kFields[] = {
    {"CIDR", read_cidr},
    {"allow", reading::strict::set<&Draft::allows>},
    {"client_ip_headers", read_headers},
    {"trusted_proxies", read_proxies},
};

std::shared_ptr<const reading::Settings> read_filter(const Value& value) {
    Draft draft;
    reading::read_fields(
        value, {.what = "`ip-filter`", .keys = reading::Keys::Exact, .fields = kFields}, draft);
    if (value.node.kind == json::Kind::Object && draft.listed.size() == 0) {
        value.error("bad-value", "`ip-filter` lists no address: expected `CIDR`",
                    "for instance { \"CIDR\": [\"10.0.0.0/8\"], \"allow\": true }");
    }
    auto settings = std::make_shared<IpSettings>();
    (draft.allows ? settings->allow.emplace() : settings->deny) = draft.listed.take();
    if (draft.has_headers) {
        settings->headers = std::move(draft.headers);
    }
    if (draft.has_proxies) {
        settings->proxies = draft.proxies.take();
    }
    return settings;
}

/// Refuses a plugin that is not here, unless it may be left out, as `plugin/http-server` or
/// `plugin/http-server.its-name`.
void refuse_plugin(const Value& component, const Value& name) {
    const std::string whole(component.key);
    reading::Diagnostic diagnostic = name.source().at(
        {""}, "unsupported-component",
        "every request would be served without the plugin: " + reading::quoted(name.node.text) +
            " of " + reading::quoted(whole) + " is not supported");
    const std::string own = whole + '.' + name.node.text;
    diagnostic.hint =
        "Go plugins cannot be loaded: put a service behind or in front of the "
        "gateway; " +
        reading::how_to_allow(own);
    reading::refuse_unless_allowed(name, std::move(diagnostic),
                                   name.report.allowances().cover(whole) ? whole : own);
}

/// The plugins that are asked for.
std::vector<std::string> read_names(const Value& component, const Value& list) {
    std::vector<std::string> names;
    if (!reading::strict::expect(list, json::Kind::Array, "a list of names of plugins")) {
        return names;
    }
    for (const std::uint32_t index : list.node.elements) {
        const Value name = list.element(index);
        if (!reading::strict::expect(name, json::Kind::String, "the name of a plugin")) {
            continue;
        }
        if (name.node.text != kFilter) {
            refuse_plugin(component, name);
        }
        names.push_back(name.node.text);
    }
    return names;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// What was named and is not described, or the other way round, is not what was meant.
void check(const Value& value, const std::vector<std::string>& names) {
    const json::Node* const list = value.file.document.member(value.node, kName);
    const bool written = value.file.document.member(value.node, kFilter) != nullptr;
    const bool named = has(names, kFilter);
    if (list == nullptr || (written && !named)) {
        value.error(
            "bad-value",
            reading::quoted(value.key) + " does not name the plugin: no address would be filtered",
            "write \"name\": [\"ip-filter\"]");
    } else if (named && !written) {
        value.error("bad-value",
                    reading::quoted(value.key) + " names `ip-filter` and does not have its keys",
                    "for instance \"ip-filter\": { \"CIDR\": [\"10.0.0.0/8\"], \"allow\": true }");
    } else if (list->kind == json::Kind::Array && list->elements.empty()) {
        value.error("bad-value", reading::quoted(value.key) + " names no plugin",
                    "write \"name\": [\"ip-filter\"]");
    }
}

}  // namespace

std::shared_ptr<const reading::Settings> read_ip_plugin(const Value& value) {
    if (!reading::strict::expect(value, json::Kind::Object, "an object")) {
        return nullptr;
    }
    std::vector<std::string> names;
    for (const json::Node::Entry& entry : value.node.members) {
        if (entry.key == kName) {
            names = read_names(value, value.member(entry));
        }
    }
    check(value, names);
    std::shared_ptr<const reading::Settings> settings;
    for (const json::Node::Entry& entry : value.node.members) {
        if (entry.key == kFilter) {
            settings = read_filter(value.member(entry));
        } else if (entry.key != kName && !has(names, entry.key)) {
            reading::warn_unknown(value, entry, reading::quoted(value.key), {kName, kFilter});
        }
    }
    return settings;
}

}  // namespace aggregator::components
