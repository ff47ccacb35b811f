#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/component/component.hpp>
#include <aggregator/component/refusal.hpp>
#include <aggregator/http/service.hpp>

#include "components/basic_auth/credentials.hpp"
#include "components/basic_auth/login_cache.hpp"
#include "components/basic_auth/settings.hpp"

namespace aggregator::components {

/// Lets requests to one endpoint pass whose name and password are right. They are verified on the
/// background's threads; requests with the same ones wait together. An unknown name takes as long
/// as a known one. Lives on one worker.
class LoginGate final : public http::Service {
public:
    /// `of_service` may be null.
    LoginGate(const component::Wiring& wiring, const BasicAuthSettings& settings,
              const BasicAuthSettings* of_service, http::Service& inner);
    ~LoginGate() override;
    LoginGate(const LoginGate&) = delete;
    LoginGate& operator=(const LoginGate&) = delete;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    class Admitted;
    class Waiting;
    struct Mailbox;
    enum class Verdict : std::uint8_t { Wrong, Right };

    /// Null if there is no such user.
    [[nodiscard]] const std::string* hash_of(std::string_view name) const;
    [[nodiscard]] const std::string& decoy() const;
    /// Whether a thread will verify it; its outcome comes to verified(). `hash` is null if there is
    /// no such user.
    [[nodiscard]] bool verify(const LoginCache::Key& key, const std::string& password,
                              const std::string* hash);
    void verified(const LoginCache::Key& key, Verdict verdict);
    [[nodiscard]] std::unique_ptr<http::Call> admit(const http::Request& request, std::string name,
                                                    http::Done done);
    [[nodiscard]] std::unique_ptr<http::Call> refuse(const http::Request& request,
                                                     const base::Error& error, http::Done done);

    component::Wiring wiring_;
    const BasicAuthSettings& settings_;
    const BasicAuthSettings* of_service_;
    http::Service& inner_;
    LoginCache cache_;
    std::string challenge_;
    bool forwards_;  // what the client says about itself
    component::Refusals missing_;
    component::Refusals invalid_;
    component::Refusals busy_;
    std::uint64_t& accepted_;
    std::uint64_t& refused_;
    std::uint64_t& turned_away_;
    std::map<LoginCache::Key, std::map<std::uint64_t, Waiting*>> verifying_;  // by arrival
    std::uint64_t arrivals_ = 0;
    std::shared_ptr<Mailbox> mailbox_;
    std::vector<http::Field> fields_;  // of the request that is being passed on
};

}  // namespace aggregator::components
