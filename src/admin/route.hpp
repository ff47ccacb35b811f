#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace aggregator::admin {

enum class Action : std::uint8_t {
    ListEndpoints,
    ShowEndpoint,
    ListShadows,
    ShowShadow,
    PatchShadow,
    DisableAll,
    PutMirror,
    ShowMirror,
    RemoveMirror,
    PurgeCache,
    ListHosts,
    RestoreHosts,
    OpenApi,
    Metrics,
    Health,
    Ready,
};

/// One call of the interface.
struct Route {
    enum class Access : std::uint8_t {
        Token,    ///< if one is configured
        Metrics,  ///< the same, unless metrics are public
        Open,
    };
    std::string_view method;
    std::string_view path;  ///< with at most one `{name}`, as the OpenAPI document writes it
    Action action;
    Access access = Access::Token;
    bool has_body = false;
};

/// All of them; what is written out stands before what a name in braces would take.
[[nodiscard]] std::span<const Route> routes();

struct Found {
    const Route* route = nullptr;  ///< null: the path or the method is not known
    std::string name;              ///< what stood in the braces, decoded
    std::string allowed;           ///< the path's methods; empty: it is not known
};

/// The call that a request means. HEAD is served as GET.
[[nodiscard]] Found find_route(std::string_view method, std::string_view path);

}  // namespace aggregator::admin
