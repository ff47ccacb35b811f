#pragma once

#include <memory>
#include <vector>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::engine {

struct Setting;

/// Answers one endpoint's requests: asks all its regular backends at once, waits for them until the
/// endpoint's deadline, and merges what they answered in the order of the configuration. Its Done
/// never gets an error: a failure is a reply too, as is a deadline that passed.
///
/// A backend is handed a request whose parts are written into memory that the next backend's
/// request uses. It answers with a whole body, unless its encoding is no-op.
///
/// Bodies of requests: a whole one goes to every backend. A streamed one goes to the only backend
/// as it is, and to several through a Tee, up to `max_body_bytes`.
///
/// The access record, where there is one, is filled before Done runs.
class Endpoint final : public http::Service {
public:
    /// `backends` answers for `endpoint.backends`, one for one. All are borrowed.
    Endpoint(Workspace& workspace, const plan::Endpoint& endpoint,
             std::vector<http::Service*> backends);
    ~Endpoint() override;
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

private:
    std::unique_ptr<const Setting> setting_;
};

}  // namespace aggregator::engine
