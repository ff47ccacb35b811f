#include <aggregator/plan/idle_filters.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace aggregator::plan {

namespace {

using config::BackendConfig;
using config::EndpointConfig;
using reading::Diagnostics;

constexpr const char* kKeptBack = ", and clients get what it is to keep back";
constexpr const char* kUnfiltered = ", and clients get all of it";

/// `extra_config.proxy` of an object, or the object if it has none.
reading::Source proxy_of(const reading::Source& object) {
    const reading::Source proxy = reading::component_of(object, "proxy");
    return proxy.node == nullptr ? object : proxy;
}

struct Idle {
    const char* key;
    std::string message;
    const char* hint;
    const char* rule = "filter-ignored";
};

void warn(const reading::Source& source, Idle idle, Diagnostics& diagnostics) {
    diagnostics.push_back(source.at(idle.key, idle.rule, std::move(idle.message), idle.hint));
    diagnostics.back().severity = reading::Severity::Warning;
}

void tell_beside_flatmap(const BackendConfig& backend, Diagnostics& diagnostics) {
    const auto tell = [&](const char* key, const char* consequence, const char* rule) {
        warn(backend.source,
             {.key = key,
              .message = "`" + std::string(key) +
                         "` is ignored: the backend's flatmap_filter takes its place" + consequence,
              .hint = "write it as operations of the flatmap_filter: del removes, move renames",
              .rule = rule},
             diagnostics);
    };
    if (!backend.allow.empty()) {
        tell("allow", kKeptBack, "filter-ignored");
    }
    if (!backend.deny.empty()) {
        tell("deny", kKeptBack, "filter-ignored");
    }
    if (!backend.mapping.empty()) {
        tell("mapping", "", "no-effect");
    }
}

void tell_beside_allow(const BackendConfig& backend, Diagnostics& diagnostics) {
    const std::string_view field = allowed_again(backend);
    if (field.empty()) {
        return;
    }
    warn(backend.source,
         {.key = "deny",
          .message = "`deny` is ignored beside `allow`, which lets `" + std::string(field) +
                     "` through: clients get that",
          .hint = "list in `allow` what clients may have, one by one"},
         diagnostics);
}

void tell_passed_through(const BackendConfig& backend, Diagnostics& diagnostics) {
    const auto tell = [&](const reading::Source& source, const char* key) {
        warn(source,
             {.key = key,
              .message = "`" + std::string(key) +
                         "` is ignored: with no-op the answer is passed on as it is" + kUnfiltered,
              .hint = "remove it, or choose another `output_encoding`"},
             diagnostics);
    };
    const std::pair<bool, const char*> keys[] = {{!backend.allow.empty(), "allow"},
                                                 {!backend.deny.empty(), "deny"},
                                                 {!backend.target.empty(), "target"}};
    for (const auto& [written, key] : keys) {
        if (written) {
            tell(backend.source, key);
        }
    }
    if (!backend.flatmap.empty()) {
        tell(proxy_of(backend.source), "flatmap_filter");
    }
}

}  // namespace

std::string_view allowed_again(const BackendConfig& backend) {
    const auto lets_through = [&backend](std::string_view denied) {
        return std::any_of(backend.allow.begin(), backend.allow.end(), [denied](const auto& one) {
            return denied.starts_with(one) &&
                   (denied.size() == one.size() || denied[one.size()] == '.');
        });
    };
    const auto found = std::find_if(backend.deny.begin(), backend.deny.end(), lets_through);
    return found == backend.deny.end() ? std::string_view() : *found;
}

void tell_idle_filters(const EndpointConfig& endpoint, Output output, Diagnostics& diagnostics) {
    for (const BackendConfig& backend : endpoint.backends) {
        if (backend.shadow) {
            continue;
        }
        if (output == Output::NoOp) {
            tell_passed_through(backend, diagnostics);
        } else if (backend.encoding == config::Encoding::NoOp) {
            continue;  // nothing of its answer reaches the client
        } else if (!backend.flatmap.empty()) {
            tell_beside_flatmap(backend, diagnostics);
        } else {
            tell_beside_allow(backend, diagnostics);
        }
    }
}

void tell_idle_flatmap(const EndpointConfig& endpoint, Diagnostics& diagnostics) {
    warn(proxy_of(endpoint.source),
         {.key = "flatmap_filter",
          .message = "the endpoint's flatmap_filter is ignored: it works on the merged answer of "
                     "two or more backends, and '" +
                     endpoint.method + " " + endpoint.endpoint +
                     "' has one: clients get its answer unfiltered",
          .hint = "write it into the backend's extra_config"},
         diagnostics);
}

}  // namespace aggregator::plan
