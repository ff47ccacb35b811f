#include "lint/rules/answers.hpp"

namespace aggregator::lint {

namespace {

using config::BackendConfig;
using config::Encoding;

/// What a feed becomes: these are objects, the others are texts and lists.
constexpr std::string_view kFeedObjects[] = {"author", "custom"};
constexpr std::string_view kFeedOthers[] = {"items",   "categories", "copyright", "description",
                                            "type",    "language",   "title",     "published",
                                            "updated", "img_url"};

bool is_list(const BackendConfig& backend) {
    return backend.is_collection && backend.encoding == Encoding::Json;
}

bool is_wrapped_xml(const BackendConfig& backend) {
    return backend.is_collection && backend.encoding == Encoding::Xml;
}

bool is_feed_object(std::string_view name) {
    return std::find(std::begin(kFeedObjects), std::end(kFeedObjects), name) !=
           std::end(kFeedObjects);
}

/// Without `target`.
Roots raw_roots(const BackendConfig& backend) {
    Roots roots;
    if (is_list(backend) || is_wrapped_xml(backend)) {
        roots.add(kCollection);
    } else if (backend.encoding == Encoding::String) {
        roots.add(kContent);
    } else if (backend.encoding == Encoding::Rss) {
        roots.names.insert(std::begin(kFeedObjects), std::end(kFeedObjects));
        roots.names.insert(std::begin(kFeedOthers), std::end(kFeedOthers));
    } else {
        roots.open = backend.encoding != Encoding::NoOp;
    }
    return roots;
}

/// Whether an object can stand under a root of that name.
bool can_be_object(const BackendConfig& backend, std::string_view name) {
    return raw_roots(backend).open ||
           (backend.encoding == Encoding::Rss ? is_feed_object(name) : is_wrapped_xml(backend));
}

Roots allowed(const BackendConfig& backend, const Roots& before) {
    Roots roots;
    for (const std::string& path : backend.allow) {
        const std::string_view name = root_of(path);
        if (before.may_have(name) && (!backend.target.empty() || is_reached(backend, path))) {
            roots.add(name);
        }
    }
    return roots;
}

/// A move from deeper levels ends at the root or where its way to the destination stops.
void apply_move(Roots& roots, std::string_view from, std::string_view to) {
    const auto source = keys_of(from);
    const auto destination = keys_of(to);
    const bool nothing = source.front() != kEverything && !roots.may_have(source.front());
    if (nothing || (source.size() == 1 && source.front() == kEverything)) {
        return;
    }
    if (source.size() == 1) {
        roots.remove(source.front());
        roots.add(destination.front());
    } else if (destination.size() < source.size()) {
        roots.add(destination.back());
    }
}

void apply_delete(Roots& roots, std::string_view path) {
    if (path == kEverything) {
        roots.clear();
    } else if (path.find('.') == std::string_view::npos) {
        roots.remove(path);
    }
}

}  // namespace

Backends regular_of(const config::EndpointConfig& endpoint) {
    Backends regular;
    for (const BackendConfig& backend : endpoint.backends) {
        if (!backend.shadow) {
            regular.push_back(&backend);
        }
    }
    return regular;
}

bool passes_through(const config::EndpointConfig& endpoint) {
    constexpr std::string_view kRendered[] = {"json", "json-collection", "string", "xml",
                                              "yaml", "negotiate"};
    const Backends regular = regular_of(endpoint);
    return regular.size() == 1 && regular.front()->encoding == Encoding::NoOp &&
           std::find(std::begin(kRendered), std::end(kRendered), endpoint.output_encoding) ==
               std::end(kRendered);
}

bool waits_in_turn(const config::EndpointConfig& endpoint) {
    return endpoint.sequential && regular_of(endpoint).size() > 1;
}

bool same_question(const BackendConfig& a, const BackendConfig& b) {
    return a.method == b.method && a.url_pattern == b.url_pattern && a.hosts == b.hosts;
}

bool shares_host(const BackendConfig& a, const BackendConfig& b) {
    return std::any_of(a.hosts.begin(), a.hosts.end(),
                       [&b](const std::string& host) { return lists(b.hosts, host); });
}

bool is_safe(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

Source proxy_of(const Source& object) { return component_of(object, "proxy"); }

Source http_of(const Source& object) { return component_of(object, "backend/http"); }

Source static_of(const config::EndpointConfig& endpoint) {
    const Source found = part_of(proxy_of(endpoint.source), "static");
    return found.node == nullptr ? endpoint.source : found;
}

std::vector<std::string_view> keys_of(std::string_view path) {
    std::vector<std::string_view> keys;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t dot = std::min(path.find('.', from), path.size());
        keys.push_back(path.substr(from, dot - from));
        from = dot + 1;
    }
    return keys;
}

bool is_wild(std::string_view path) {
    const auto keys = keys_of(path);
    return std::find(keys.begin(), keys.end(), kEverything) != keys.end();
}

std::string_view root_of(std::string_view path) { return path.substr(0, path.find('.')); }

bool goes_on(std::string_view path, std::string_view start) {
    return path.size() > start.size() && path.starts_with(start) && path[start.size()] == '.';
}

bool Roots::may_have(std::string_view name) const {
    return names.contains(name) || (open && !gone.contains(name));
}

void Roots::add(std::string_view name) {
    names.emplace(name);
    if (const auto found = gone.find(name); found != gone.end()) {
        gone.erase(found);
    }
}

void Roots::remove(std::string_view name) {
    if (const auto found = names.find(name); found != names.end()) {
        names.erase(found);
    }
    if (open) {
        gone.emplace(name);
    }
}

void Roots::clear() {
    open = false;
    names.clear();
}

Roots decoded_roots(const BackendConfig& backend) {
    Roots roots = raw_roots(backend);
    if (!backend.target.empty()) {
        const std::string_view name = root_of(backend.target);
        const bool found = roots.may_have(name) && can_be_object(backend, name);
        roots.clear();
        roots.open = found;
    }
    return roots;
}

Roots filtered_roots(const BackendConfig& backend) {
    Roots roots = decoded_roots(backend);
    if (!backend.flatmap.empty()) {
        return roots;
    }
    if (!backend.allow.empty()) {
        return allowed(backend, roots);
    }
    for (const std::string& path : backend.deny) {
        if (path.find('.') == std::string::npos) {
            roots.remove(path);
        }
    }
    return roots;
}

Roots part_roots(const BackendConfig& backend) {
    Roots roots = filtered_roots(backend);
    if (backend.encoding == Encoding::NoOp) {
        return roots;
    }
    for (const config::FlatmapConfig& operation : backend.flatmap) {
        apply_to(roots, operation);
    }
    for (std::size_t i = 0; backend.flatmap.empty() && i < backend.mapping.size(); ++i) {
        rename_root(backend.mapping[i], roots);
    }
    if (!backend.group.empty()) {
        roots = {};
        roots.add(backend.group);
    }
    return roots;
}

Roots merged_roots(const Backends& backends) {
    Roots merged;
    for (const BackendConfig* const backend : backends) {
        const Roots part = part_roots(*backend);
        merged.open = merged.open || part.open;
        merged.names.insert(part.names.begin(), part.names.end());
    }
    return merged;
}

void rename_root(const std::pair<std::string, std::string>& line, Roots& roots) {
    const auto& [from, to] = line;
    if (!roots.may_have(from)) {
        return;
    }
    roots.remove(from);
    if (root_of(to) != from) {
        roots.add(root_of(to));
    }
}

void apply_to(Roots& roots, const config::FlatmapConfig& operation) {
    using Operation = config::FlatmapConfig::Kind;
    if (operation.kind == Operation::Move) {
        apply_move(roots, operation.args[0], operation.args[1]);
    } else if (operation.kind == Operation::Append && root_of(operation.args[1]) == kEverything) {
        roots.add(kEverything);
    } else if (operation.kind == Operation::Delete) {
        for (const std::string& path : operation.args) {
            apply_delete(roots, path);
        }
    }
}

bool is_reached(const BackendConfig& backend, std::string_view path) {
    const std::string_view name = root_of(path);
    return raw_roots(backend).may_have(name) &&
           (path.size() == name.size() || can_be_object(backend, name));
}

}  // namespace aggregator::lint
