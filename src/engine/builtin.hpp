#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>

#include "engine/collected_call.hpp"
#include "engine/secret_names.hpp"

namespace aggregator::engine {

/// The routes that the program answers itself, as far as the configuration has them: the health
/// check, for GET; `/__debug/` and `/__echo/` with all that is below them, for any method.
class BuiltIns {
public:
    enum class Route : std::uint8_t { None, Health, Debug, Echo };

    /// `workspace` is borrowed.
    explicit BuiltIns(Workspace& workspace);

    [[nodiscard]] Route find(std::string_view method, std::string_view path) const;
    /// The part of a path that the route takes as it comes, to be checked like a parameter.
    [[nodiscard]] static std::string_view param(Route route, std::string_view path);
    /// The path that was meant by one that differs in the case of its letters alone.
    [[nodiscard]] std::optional<std::string> corrected(std::string_view method,
                                                       std::string_view path) const;
    /// Answers a request for a route that find() found. `path` is the decoded one.
    [[nodiscard]] std::unique_ptr<http::Call> call(Route route, const http::Request& request,
                                                   std::string_view path, http::Done done);

private:
    [[nodiscard]] std::string health() const;
    [[nodiscard]] BodyAnswer pong(const http::Request& request, std::string_view path) const;

    Workspace& workspace_;
    const config::ServiceSettings& service_;
    const bool open_;  ///< there is a debug or an echo endpoint
    const SecretNames secrets_;
    const base::Time began_;
};

}  // namespace aggregator::engine
