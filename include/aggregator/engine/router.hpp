#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>

namespace aggregator::engine {

class BuiltIns;

/// Finds the endpoint of a request and hands it on, with the values that the path captured; answers
/// by itself what is nobody's: misses, redirects, unsafe values, the built-in routes. Its Done
/// never gets an error from the router itself.
///
/// Expects targets in origin form. Endpoints see `params` and nothing else changed.
///
/// What is to protect all but the built-in routes stands within it: guard().
class Router final : public http::Service {
public:
    /// `endpoints` answer for `plan.endpoints`, one for one. All are borrowed.
    Router(Workspace& workspace, std::span<http::Service* const> endpoints);
    ~Router() override;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

    /// Answers what is for no built-in route, misses included.
    [[nodiscard]] http::Service& guarded();
    /// What is for no built-in route goes to `guard`, which hands on to guarded(). Borrowed.
    void guard(http::Service& guard) { guard_ = &guard; }

private:
    class Guarded;

    /// Where a request goes, decoded.
    struct Place {
        std::string_view path;
        std::string_view query;
    };

    using Methods = std::vector<std::string_view>;

    [[nodiscard]] Place place_of(const http::Request& request);
    [[nodiscard]] std::unique_ptr<http::Call> hand_on(const http::Request& request,
                                                      const Place& place, http::Done done);
    [[nodiscard]] std::optional<std::uint32_t> route(std::string_view method,
                                                     std::string_view path);
    /// Whether somebody answers that method and path.
    [[nodiscard]] bool knows(std::string_view method, std::string_view path);
    [[nodiscard]] std::optional<std::string> unsafe_param(std::uint32_t endpoint) const;

    [[nodiscard]] std::unique_ptr<http::Call> answer_built_in(const http::Request& request,
                                                              const Place& place, http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> refuse_query(const http::Request& request,
                                                           http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> refuse_param(const http::Request& request,
                                                           const std::string& reason,
                                                           http::Done done);
    [[nodiscard]] http::LocalReply answer_here(const http::Request& request, const Place& place);
    [[nodiscard]] std::optional<http::LocalReply> redirect(const http::Request& request,
                                                           const Place& place);
    [[nodiscard]] std::optional<std::string> corrected(std::string_view method,
                                                       std::string_view path);
    /// The methods that the path is known for, in alphabetical order, as Allow lists them.
    [[nodiscard]] Methods allowed(std::string_view path);
    /// Whether OPTIONS is answered with the methods of a path (`router.auto_options`).
    [[nodiscard]] bool answers_options(std::string_view method) const;
    [[nodiscard]] http::LocalReply miss(const http::Request& request, base::Code code,
                                        const std::optional<std::string>& json) const;

    Workspace& workspace_;
    const config::RouterConfig& options_;
    std::unique_ptr<BuiltIns> built_ins_;
    std::unique_ptr<Guarded> guarded_;
    http::Service* guard_ = nullptr;
    std::vector<http::Service*> endpoints_;
    std::string decoded_;
    std::string cleaned_;
    std::vector<std::string_view> params_;
};

}  // namespace aggregator::engine
