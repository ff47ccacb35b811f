#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/base/figures.hpp>
#include <aggregator/component/background.hpp>
#include <aggregator/component/fetch_counts.hpp>
#include <aggregator/component/published.hpp>
#include <aggregator/plan/plan.hpp>

#include "components/client_credentials/settings.hpp"

namespace aggregator::components {

/// A token for backends, as it was known at one moment. Immutable.
struct FetchedToken {
    std::string authorization;  ///< the whole value of the header; empty: there is no token
    base::Time dies_at{};
    std::uint64_t number = 0;  ///< each token has one of its own
    /// How many fetches have ended, or were asked for and are not made: whoever asked for one
    /// waits until this changes.
    std::uint64_t answers = 0;
    base::Time next_drop{};  ///< until then a token that a backend refuses is not given up

    [[nodiscard]] bool is_alive(base::Time now) const {
        return !authorization.empty() && now < dies_at;
    }
};

/// Gets tokens by one client's credentials (RFC 6749, section 4.4), for the whole process: one
/// after the other, the next one before the last has expired. Lives on the background's thread,
/// where it is destroyed, or after that has ended. Neither secret nor token is ever logged.
class TokenSource {
public:
    TokenSource(component::Background& background, const plan::Plan& plan,
                const ClientCredentialsSettings& settings);
    TokenSource(const TokenSource&) = delete;
    TokenSource& operator=(const TokenSource&) = delete;

    [[nodiscard]] component::Published<FetchedToken>& published() { return published_; }
    /// Somebody needs a token and there is none. Answered by a change of `published()`. From any
    /// thread; this has to outlive what it posts.
    void want();
    /// A backend refused the token of that number; as want().
    void refuse(std::uint64_t number);
    void show(base::Figures& figures) const;

private:
    using Style = ClientCredentialsSettings::Style;
    void begin();
    void fetch();
    void finish(http::Result<http::Response> answer);
    /// Whether the server may want the credentials in another place, which is then tried.
    [[nodiscard]] bool tries_form(int status);
    void take(std::string authorization, base::Duration lifetime);
    void fail(const base::Error& error);
    void answer_want();
    void publish();

    component::Background& background_;
    std::string user_agent_;
    plan::Host host_;
    std::string target_;
    std::string label_;
    std::string client_name_;
    std::string basic_;    // the value of Authorization
    std::string form_;     // the body beside it
    std::string form_id_;  // what stands in the body without it
    base::Duration timeout_;
    component::Published<FetchedToken> published_;
    // From here on of the background's thread.
    std::unique_ptr<http::Service> client_;
    std::optional<base::Timer> refresh_;
    std::optional<base::Timer> deadline_;
    std::unique_ptr<http::Call> call_;
    FetchedToken token_;
    Style configured_;
    Style style_;              // Auto: by the header, until that is refused
    base::Time next_extra_{};  // no fetch that somebody asks for before
    base::Duration pause_{};   // before a fetch that failed is tried again
    component::FetchCounts fetches_;
};

/// The metrics that a TokenSource shows.
[[nodiscard]] base::Metrics token_source_metrics();

}  // namespace aggregator::components
