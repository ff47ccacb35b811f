#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rules/looking.hpp"

/// What the rules about answers have in common: which backends answer, and what their parts of a
/// reply can have in them.
namespace aggregator::lint {

inline constexpr std::string_view kCollection = "collection";
inline constexpr std::string_view kContent = "content";

using Backends = std::vector<const config::BackendConfig*>;

/// The backends that answer the client, without the shadows.
[[nodiscard]] Backends regular_of(const config::EndpointConfig& endpoint);

/// Calls `visit(endpoint, backend)` for each backend whose answer is looked into: no shadow, and
/// not of the encoding no-op.
template <typename Visit>
void for_each_read(const Subject& subject, const Visit& visit) {
    for_each_backend(subject, [&](const auto& endpoint, const config::BackendConfig& backend) {
        if (!backend.shadow && backend.encoding != config::Encoding::NoOp) {
            visit(endpoint, backend);
        }
    });
}

/// Whether the endpoint's only backend is answered from untouched.
[[nodiscard]] bool passes_through(const config::EndpointConfig& endpoint);
/// Whether backends wait for each other.
[[nodiscard]] bool waits_in_turn(const config::EndpointConfig& endpoint);
/// Whether both ask for the same with the same method.
[[nodiscard]] bool same_question(const config::BackendConfig& a, const config::BackendConfig& b);
/// Whether one of the hosts is the other's too.
[[nodiscard]] bool shares_host(const config::BackendConfig& a, const config::BackendConfig& b);
/// Whether the method changes nothing (RFC 9110 9.2.1).
[[nodiscard]] bool is_safe(std::string_view method);

/// `extra_config.proxy` and `extra_config["backend/http"]` of an object; no node: it has none.
[[nodiscard]] Source proxy_of(const Source& object);
[[nodiscard]] Source http_of(const Source& object);

/// `extra_config.proxy.static` of an endpoint that has it.
[[nodiscard]] Source static_of(const config::EndpointConfig& endpoint);

/// A dotted path, cut.
[[nodiscard]] std::vector<std::string_view> keys_of(std::string_view path);
/// Whether one of its keys is `*`.
[[nodiscard]] bool is_wild(std::string_view path);
/// Up to the first dot.
[[nodiscard]] std::string_view root_of(std::string_view path);
/// Whether `path` goes on where `start` ends.
[[nodiscard]] bool goes_on(std::string_view path, std::string_view start);

/// The names that an object may have at its root, as far as a configuration tells.
struct Roots {
    bool open = false;                         ///< any name, but those that are `gone`
    std::set<std::string, std::less<>> names;  ///< that it may have, whatever it is
    std::set<std::string, std::less<>> gone;

    [[nodiscard]] bool may_have(std::string_view name) const;
    /// Whether the configuration itself speaks of the name, and it may be there.
    [[nodiscard]] bool names_it(std::string_view name) const { return names.contains(name); }
    void add(std::string_view name);
    void remove(std::string_view name);
    void clear();
};

/// What decoding makes of an answer, and what `target` takes out of it.
[[nodiscard]] Roots decoded_roots(const config::BackendConfig& backend);
/// The same behind allow or deny.
[[nodiscard]] Roots filtered_roots(const config::BackendConfig& backend);
/// The same behind everything: the backend's part of the reply.
[[nodiscard]] Roots part_roots(const config::BackendConfig& backend);
/// All parts together.
[[nodiscard]] Roots merged_roots(const Backends& backends);

/// One line of `mapping`, and one operation of a flatmap_filter.
void rename_root(const std::pair<std::string, std::string>& line, Roots& roots);
void apply_to(Roots& roots, const config::FlatmapConfig& operation);

/// Whether a filter's path can lead to something in what decoding makes of an answer, without
/// `target`. Filters do not enter lists.
[[nodiscard]] bool is_reached(const config::BackendConfig& backend, std::string_view path);

}  // namespace aggregator::lint
