#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <aggregator/component/component.hpp>
#include <aggregator/component/published.hpp>
#include <aggregator/http/service.hpp>

#include "components/client_credentials/token_source.hpp"

namespace aggregator::components {

/// Calls a backend with a token, in the place of any Authorization that the request has. Without
/// one, calls wait for it together, each until it is given up. One that the backend refuses with
/// 401 is replaced and the call made once more, if its body is in memory. Lives on one worker.
class CredentialsService final : public http::Service {
public:
    CredentialsService(const component::Wiring& wiring, TokenSource& source, http::Service& inner);

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    class Calling;
    using View = component::Published<FetchedToken>::View;

    /// Null if there is none that can be used now.
    [[nodiscard]] const FetchedToken* token() const;
    void on_token();

    base::Loop& loop_;
    TokenSource& source_;
    http::Service& inner_;
    std::map<std::uint64_t, Calling*> waiting_;  // by arrival
    std::uint64_t arrivals_ = 0;
    View view_;
};

}  // namespace aggregator::components
