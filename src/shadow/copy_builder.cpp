#include "shadow/copy_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <aggregator/base/text.hpp>
#include "shadow/trace.hpp"

namespace aggregator::shadow {

namespace {

using base::equal_ignoring_case;
using Host = config::ShadowRequestConfig::Host;

constexpr std::string_view kTraceParent = "traceparent";
constexpr std::string_view kHost = "Host";
constexpr std::string_view kContent = "Content-";

bool is_about_content(std::string_view name) {
    return name.size() > kContent.size() &&
           equal_ignoring_case(name.substr(0, kContent.size()), kContent);
}

/// `name:80` becomes `name-shadow:80`; the brackets of an address stay around it.
std::string with_suffix(std::string_view authority, std::string_view suffix) {
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
    const std::size_t end = has_port ? colon : authority.size();
    return std::string(authority.substr(0, end)).append(suffix).append(authority.substr(end));
}

}  // namespace

http::Request& CopyBuilder::build(const plan::Endpoint& endpoint, const plan::Backend& shadow,
                                  const http::Request& request, std::string_view id) {
    const plan::ShadowRules& rules = *shadow.rules;
    const plan::ClientFacts origin = plan::client_facts_of(plan_, request);
    texts_.clear();
    plan::forward(shadow, request, origin, outgoing_);
    http::Request& copy = outgoing_.request;
    copy.record = nullptr;
    copy.follower = nullptr;
    copy.asked = nullptr;
    copy.id = {};  // it outlives the client
    strip(rules);
    if (!rules.config.request.body) {
        drop_body();
    }
    trace(request);
    edit(rules, {.request = request,
                 .request_id = id,
                 .endpoint = endpoint.pattern,
                 .shadow = rules.config.name,
                 .client = origin.client});
    if (const std::string& marker = rules.config.request.marker; !marker.empty()) {
        set(marker, rules.marker);
    }
    copy.host = host_for(rules, request.host);
    take_host(copy);
    copy.headers = outgoing_.fields;
    return copy;
}

std::string_view CopyBuilder::keep(std::string text) {
    return texts_.emplace_back(std::move(text));
}

void CopyBuilder::strip(const plan::ShadowRules& rules) {
    if (rules.strips) {
        std::erase_if(outgoing_.fields, [&rules](const http::Field& field) {
            return std::ranges::any_of(rules.credentials, [&field](const std::string& name) {
                return equal_ignoring_case(name, field.name);
            });
        });
    }
}

void CopyBuilder::drop_body() {
    outgoing_.request.body = {};
    outgoing_.request.stream = nullptr;
    std::erase_if(outgoing_.fields,
                  [](const http::Field& field) { return is_about_content(field.name); });
}

void CopyBuilder::set(std::string_view name, std::string_view value) {
    remove(name);
    outgoing_.fields.push_back({name, value});
}

void CopyBuilder::remove(std::string_view name) {
    std::erase_if(outgoing_.fields, [name](const http::Field& field) {
        return equal_ignoring_case(name, field.name);
    });
}

void CopyBuilder::edit(const plan::ShadowRules& rules, const plan::ExpressionFacts& facts) {
    const auto value_of = [this, &facts](const plan::ShadowRules::Header& header) {
        std::string value;
        header.value.render(facts, value);
        return keep(std::move(value));
    };
    for (const std::string& name : rules.remove) {
        remove(name);
    }
    for (const auto& header : rules.set) {
        set(header.name, value_of(header));
    }
    for (const auto& header : rules.add) {
        outgoing_.fields.push_back({header.name, value_of(header)});
    }
}

void CopyBuilder::take_host(http::Request& copy) {
    if (const http::Field* const named = http::find(outgoing_.fields, kHost)) {
        copy.host = named->value;
        remove(kHost);
    }
}

void CopyBuilder::trace(const http::Request& request) {
    const http::Field* const parent = http::find(request.headers, kTraceParent);
    if (parent == nullptr) {
        return;
    }
    std::string child = child_of(parent->value, loop_);
    if (!child.empty()) {
        set(kTraceParent, keep(std::move(child)));
    }
}

std::string_view CopyBuilder::host_for(const plan::ShadowRules& rules, std::string_view asked_for) {
    switch (rules.config.request.host) {
        case Host::Keep:
            return asked_for;
        case Host::Suffix:
            return keep(with_suffix(asked_for, rules.config.request.host_suffix));
        case Host::Literal:
            return rules.config.request.host_literal;
        case Host::Target:
            break;
    }
    return {};
}

}  // namespace aggregator::shadow
