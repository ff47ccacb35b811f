#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/engine/workspace.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/http/tee.hpp>

#include "engine/buffers.hpp"

namespace aggregator::engine {

/// What the exchanges of one endpoint have in common. Immutable; owned by the Endpoint.
struct Setting {
    Setting(Workspace& shared, const plan::Endpoint& endpoint,
            std::vector<http::Service*> services);

    Workspace& workspace;
    const plan::Endpoint& plan;
    std::vector<http::Service*> backends;
    std::vector<http::Field> complete_fields;  ///< of a reply that lacks nothing
    std::vector<http::Field> partial_fields;   ///< of one that does
};

/// One request on its way through the backends of its endpoint to one reply. Destroying it cancels
/// its calls.
class Exchange final : public http::Call {
public:
    Exchange(const Setting& setting, http::Done done);
    ~Exchange() override;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Starts all calls and the deadline. Once.
    void start(const http::Request& request);

private:
    using State = Progress::State;

    // asking
    void start_calls(const http::Request& request);
    /// Makes the body ready for several readers; false if it is above the limit.
    [[nodiscard]] bool hold_body(const http::Request& request);

    // answers
    void collect(std::uint32_t index, http::Result<http::Response> answer);
    [[nodiscard]] http::Result<void> take(std::uint32_t index, const http::Response& answer,
                                          std::string& plain);
    void fail(std::uint32_t index, base::Error error);
    void note(std::uint32_t index, int status);

    // the reply
    void pass_on(http::Response answer);
    void finish();
    void cancel_waiting();
    void reply_failure();
    [[nodiscard]] std::string failure_text() const;
    [[nodiscard]] bool is_complete() const;
    void reply_merged();
    void reply(http::Response response);

    [[nodiscard]] std::size_t width() const { return setting_.backends.size(); }

    const Setting& setting_;
    http::Done done_;
    http::AccessRecord* record_ = nullptr;
    std::optional<http::Tee> tee_;
    std::unique_ptr<Buffers> buffers_;
    base::Time began_{};
    std::size_t waiting_ = 0;               // calls that have not answered
    std::size_t answered_ = 0;              // parts that can be merged
    std::optional<std::uint32_t> refused_;  // the backend whose failure is the client's fault
    base::Timer deadline_;
};

}  // namespace aggregator::engine
