#include "config/shadow.hpp"

#include <aggregator/reading/grammar.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

using Request = ShadowRequestConfig;
using Header = ShadowRequestConfig::Header;

/// Headers and their places, one for each.
struct Headers {
    std::vector<Header> all;
    std::vector<Source> places;

    void add(Header header, const Source& place) {
        all.push_back(std::move(header));
        places.push_back(place);
    }
};

constexpr strict::Word<Request::Host> kHosts[] = {{"target", Request::Host::Target},
                                                  {"keep", Request::Host::Keep},
                                                  {"suffix", Request::Host::Suffix}};
constexpr strict::Word<Request::Credentials> kCredentials[] = {
    {"auto", Request::Credentials::Auto},
    {"pass", Request::Credentials::Pass},
    {"strip", Request::Credentials::Strip}};
enum class Body : std::uint8_t { Copy, None };
constexpr strict::Word<Body> kBodies[] = {{"copy", Body::Copy}, {"none", Body::None}};

void read_host(const Value& value, ShadowDraft& shadow) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    const std::string& text = value.node.text;
    for (const auto& [word, meaning] : kHosts) {
        if (word == text) {
            shadow.request.host = meaning;
            return;
        }
    }
    if (reading::is_authority(text)) {
        shadow.request.host = Request::Host::Literal;
        shadow.request.host_literal = text;
        return;
    }
    value.error("bad-value",
                "`host`: expected \"target\", \"keep\", \"suffix\" or a host, found " +
                    described(value.node),
                "a host is a name or an address, and a port if need be; it has no scheme and no "
                "path");
}

void read_suffix(const Value& value, ShadowDraft& shadow) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    constexpr std::string_view kName =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const std::string& text = value.node.text;
    if (text.empty() || text.find_first_not_of(kName) != std::string::npos) {
        value.error("bad-value", "`host_suffix`: expected letters, digits and any of .-_, found " +
                                     described(value.node));
        return;
    }
    shadow.request.host_suffix = text;
}

void read_marker(const Value& value, ShadowDraft& shadow) {
    if (value.node.kind == json::Kind::False) {
        shadow.request.marker.clear();
    } else if (value.node.kind == json::Kind::String) {
        strict::read_header_name(value, shadow.request.marker);
    } else {
        value.wrong_type("the name of a header, or false");
    }
}

void read_value(const Value& value, Header& header) { strict::read(value, header.value); }
void read_name(const Value& value, Header& header) { strict::read_header_name(value, header.name); }

constexpr Field<Header> kHeaderFields[] = {{"name", read_name}, {"value", read_value}};

/// A list of `{name, value}`.
void read_list(const Value& value, Headers& headers) {
    for (const std::uint32_t index : value.node.elements) {
        const Value element = value.element(index);
        Header header;
        read_fields(element, {.what = "a header", .keys = Keys::Exact, .fields = kHeaderFields},
                    header);
        const bool object = element.node.kind == json::Kind::Object;
        for (const Field<Header>& field : kHeaderFields) {
            if (object && !member_of(element, field.name)) {
                element.error("bad-value", "a header without " + quoted(field.name),
                              "write both `name` and `value`");
            }
        }
        headers.add(std::move(header), element.source());
    }
}

/// An object of texts.
void read_texts(const Value& value, Headers& headers) {
    for (const json::Node::Entry& entry : value.node.members) {
        if (is_comment(entry.key)) {
            continue;
        }
        if (auto fault = strict::header_name_fault(entry.key)) {
            value.report.add(value.source().at(Source::Spot::name(entry.key), "bad-value",
                                               std::move(fault->message), std::move(fault->hint)));
            continue;
        }
        Header header{.name = std::string(entry.key), .value = {}};
        strict::read(value.member(entry), header.value);
        headers.add(std::move(header), value.source());
    }
}

template <std::vector<Header> Request::*Member, std::vector<Source> ShadowPlaces::*Places>
void read_headers_of(const Value& value, ShadowDraft& shadow) {
    Headers headers;
    if (value.node.kind == json::Kind::Object) {
        read_texts(value, headers);
    } else if (value.node.kind == json::Kind::Array) {
        read_list(value, headers);
    } else {
        value.wrong_type("a list of {name, value}, or an object of texts");
        return;
    }
    shadow.request.*Member = std::move(headers.all);
    shadow.places.*Places = std::move(headers.places);
}

void read_remove(const Value& value, ShadowDraft& shadow) {
    strict::read_header_names(value, shadow.request.remove);
}

constexpr auto kReadSet = read_headers_of<&Request::set, &ShadowPlaces::set>;
constexpr auto kReadAdd = read_headers_of<&Request::add, &ShadowPlaces::add>;

constexpr Field<ShadowDraft> kHeadersFields[] = {
    {"set", kReadSet},
    {"add", kReadAdd},
    {"remove", read_remove},
};

void read_headers(const Value& value, ShadowDraft& shadow) {
    if (value.node.kind == json::Kind::Array) {
        kReadSet(value, shadow);
    } else if (value.node.kind == json::Kind::Object) {
        read_fields(value, {.what = "`headers`", .keys = Keys::Exact, .fields = kHeadersFields},
                    shadow);
    } else {
        value.wrong_type("a list of {name, value}, or an object with `set`, `add` and `remove`");
    }
}

void read_credentials(const Value& value, ShadowDraft& shadow) {
    strict::read_word(value, kCredentials, shadow.request.credentials);
}

void read_body(const Value& value, ShadowDraft& shadow) {
    Body body = shadow.request.body ? Body::Copy : Body::None;
    strict::read_word(value, kBodies, body);
    shadow.request.body = body == Body::Copy;
}

constexpr Field<ShadowDraft> kRequestFields[] = {
    {"host", read_host},       {"host_suffix", read_suffix},      {"marker", read_marker},
    {"headers", read_headers}, {"credentials", read_credentials}, {"body", read_body},
};

}  // namespace

void read_shadow_request(const Value& value, ShadowDraft& shadow) {
    read_fields(value, {.what = "`request`", .keys = Keys::Exact, .fields = kRequestFields},
                shadow);
}

void add_shadow_request_keys(KeyTables& all) {
    add_keys(all, "shadow.request", kRequestFields);
    add_keys(all, "shadow.headers", kHeadersFields);
    add_keys(all, "shadow.header", kHeaderFields);
}

}  // namespace aggregator::config
