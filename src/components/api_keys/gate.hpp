#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/component/component.hpp>
#include <aggregator/component/refusal.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/token_bucket/bucket.hpp>

#include "components/api_keys/key_table.hpp"
#include "components/api_keys/settings.hpp"

namespace aggregator::components {

/// What the workers share of one endpoint: how often each key has been used.
class KeyLimits final : public component::Shared {
public:
    KeyLimits(const token_bucket::Rate& rate, std::size_t keys) {
        for (std::size_t i = 0; i < keys; ++i) {
            buckets_.emplace_back(rate);
        }
    }
    [[nodiscard]] token_bucket::Verdict take(std::uint32_t key, base::Time now) {
        return buckets_[key].take(now);
    }

private:
    std::deque<token_bucket::Bucket> buckets_;  // they do not move
};

/// Lets requests to one endpoint pass that have a key with one of its roles. Lives on one worker.
class KeyGate final : public http::Service {
public:
    struct Rules {
        const AskedKeys& asked;
        const DeclaredKeys& declared;
        KeyLimits* limits;  ///< null: none
    };
    KeyGate(const component::Wiring& wiring, const Rules& rules, http::Service& inner);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    class Admitted;
    enum class Missing : std::uint8_t { No, Yes };

    /// The key that the request has, and the request without it where it must not go on.
    struct Found {
        std::string key;
        http::Request rest;
    };
    [[nodiscard]] std::optional<Found> in_header(const http::Request& request);
    [[nodiscard]] std::optional<Found> in_query(const http::Request& request);
    /// The role for which the key is let in; null if there is none.
    [[nodiscard]] const std::string* role_of(std::uint32_t key) const;
    [[nodiscard]] std::unique_ptr<http::Call> pass_on(const Found& found, std::uint32_t key,
                                                      std::string_view role, http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> challenge(const http::Request& request,
                                                        Missing missing, http::Done done);

    component::Wiring wiring_;
    const AskedKeys& asked_;
    const DeclaredKeys& declared_;
    KeyLimits* limits_;
    http::Service& inner_;
    KeyTable table_;
    KeyPlace place_;
    std::string identifier_;
    std::string challenge_;
    component::Refusals missing_;
    component::Refusals invalid_;
    component::Refusals forbidden_;
    component::Refusals limited_;
    std::uint64_t& accepted_;
    std::uint64_t& refused_;
    std::vector<http::Field> fields_;  // of the request that is being passed on
    std::string target_;               // the same
};

}  // namespace aggregator::components
