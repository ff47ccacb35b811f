#include "components/response_headers/settings.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

/// The time of a reply is the server's own, as is what it says of the connection and of framing.
bool check_name(const Value& value, std::string_view name) {
    if (auto fault = reading::strict::header_name_fault(name)) {
        value.error("bad-value", std::move(fault->message), std::move(fault->hint));
        return false;
    }
    if (base::equal_ignoring_case(name, "Date")) {
        value.error("bad-value", reading::quoted(name) + " cannot be set by a configuration",
                    "it is the time at which the reply is made");
        return false;
    }
    return true;
}

/// A header's value (RFC 9110 5.5); nothing if it is none.
std::optional<std::string> read_value(const Value& value) {
    if (!reading::strict::expect(value, json::Kind::String, "a text")) {
        return std::nullopt;
    }
    const std::string& text = value.node.text;
    const bool broken = std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
    if (broken) {
        value.error("bad-value", "the value of a header has no control characters",
                    "a line break would begin another header");
        return std::nullopt;
    }
    return std::string(base::trim(text));
}

void read_delete(const Value& value, ResponseHeaders& headers) {
    if (!reading::strict::expect(value, json::Kind::Array, "a list of names of headers")) {
        return;
    }
    for (const std::uint32_t element : value.node.elements) {
        const Value one = value.element(element);
        if (reading::strict::expect(one, json::Kind::String, "the name of a header") &&
            check_name(one, one.node.text)) {
            headers.remove.push_back(one.node.text);
        }
    }
}

void read_rename(const Value& value, ResponseHeaders& headers) {
    if (!reading::strict::expect(value, json::Kind::Object, "an object: old name, new name")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        const Value to = value.member(entry);
        if (!reading::is_comment(entry.key) && check_name(to, entry.key) &&
            reading::strict::expect(to, json::Kind::String, "the header's new name") &&
            check_name(to, to.node.text)) {
            headers.rename.emplace_back(entry.key, to.node.text);
        }
    }
}

template <ResponseHeaders::Values ResponseHeaders::*Member>
void read_values(const Value& value, ResponseHeaders& headers) {
    if (!reading::strict::expect(value, json::Kind::Object, "an object: name, list of values")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        const Value list = value.member(entry);
        if (reading::is_comment(entry.key) || !check_name(list, entry.key) ||
            !reading::strict::expect(list, json::Kind::Array, "a list of values")) {
            continue;
        }
        for (const std::uint32_t element : list.node.elements) {
            if (auto one = read_value(list.element(element))) {
                (headers.*Member).emplace_back(entry.key, *std::move(one));
            }
        }
    }
}

constexpr reading::Field<ResponseHeaders> kFields[] = {
    {"delete", read_delete},
    {"rename", read_rename},
    {"replace", read_values<&ResponseHeaders::replace>},
    {"add", read_values<&ResponseHeaders::add>},
};

}  // namespace

std::shared_ptr<const reading::Settings> read_response_headers(const Value& value) {
    auto headers = std::make_shared<ResponseHeaders>();
    reading::read_fields(
        value,
        {.what = "`modifier/response-headers`", .keys = reading::Keys::Exact, .fields = kFields},
        *headers);
    return headers;
}

}  // namespace aggregator::components
