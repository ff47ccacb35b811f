#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/component/refusal.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/jose/token.hpp>

#include "components/auth_validator/key_source.hpp"
#include "components/auth_validator/settings.hpp"
#include "components/auth_validator/verified_token.hpp"

namespace aggregator::components {

/// Lets requests with a good token through to one endpoint. Owned by a worker's graph; lives on its
/// thread.
class ValidatorGate final : public http::Service {
public:
    /// `sources` are those of the settings' URLs; they outlive the gate.
    ValidatorGate(const component::Wiring& wiring, const ValidatorSettings& settings,
                  const std::vector<KeySource*>& sources, http::Service& inner);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    using View = component::Published<FetchedKeys>::View;

    /// One source as this worker sees it.
    struct Seen {
        KeySource* source;
        std::unique_ptr<View> view{};
        std::shared_ptr<const FetchedKeys::Sets> sets{};  ///< that are in use
        std::uint64_t asked = 0;  ///< the number of the last time that it was asked for keys

        /// It was asked for keys, and has not answered.
        [[nodiscard]] bool awaits() const {
            const FetchedKeys* const keys = view->get();
            return keys == nullptr || keys->answered < asked;
        }
    };
    enum class Asking : std::uint8_t { Allowed, Done };
    /// What is known of a token: one of the three.
    struct Finding {
        TokenCache::Entry good{};
        std::optional<base::Error> bad{};
        bool waits = false;  ///< for keys
    };
    class Waiting;
    class Admitted;

    [[nodiscard]] Finding examine(std::string_view text, Asking asking);
    [[nodiscard]] Finding without_key(const jose::Token& token, Asking asking);
    /// Whether keys may still come that are not there.
    [[nodiscard]] bool awaits(Asking asking);
    [[nodiscard]] std::vector<const jose::KeySet*> sets() const;
    void on_keys();

    [[nodiscard]] std::unique_ptr<http::Call> admit(const http::Request& request,
                                                    TokenCache::Entry token, http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> pass_on(const http::Request& request,
                                                      TokenCache::Entry token, http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> refuse(const http::Request& request,
                                                     const base::Error& error, http::Done done);
    [[nodiscard]] std::string challenge(const base::Error& error) const;
    [[nodiscard]] bool climbs() const;

    component::Wiring wiring_;
    const ValidatorSettings& settings_;
    http::Service& inner_;
    std::vector<Seen> sources_;
    TokenCache cache_;
    std::map<std::uint64_t, Waiting*> waiting_;  // by their arrivals
    std::uint64_t arrivals_ = 0;
    std::string realm_;   // the start of every challenge
    std::string scopes_;  // the end of one for scopes
    component::Refusals missing_;
    component::Refusals invalid_;
    component::Refusals expired_;
    component::Refusals forbidden_;
    component::Refusals scope_missing_;
    component::Refusals no_keys_;
    component::Refusals bad_placeholder_;
    std::uint64_t& accepted_;
    std::uint64_t& refused_;
    // Used again and again: what a request is passed on with.
    std::vector<http::Field> fields_;
    std::vector<std::string_view> params_;
};

/// The metric of tokens.
[[nodiscard]] const base::Metric& token_metric();

}  // namespace aggregator::components
