#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/http/tee.hpp>

#include "engine/assemble.hpp"
#include "engine/buffers.hpp"
#include "engine/setting.hpp"

namespace aggregator::engine {

/// One request on its way through the backends of its endpoint to one reply: all of them at once,
/// or one after the other if the endpoint is sequential. Destroying it cancels its calls.
///
/// What it keeps of answers until the others have come counts as held: when that memory is used up,
/// the exchange ends with MemoryFull.
class Exchange final : public http::Call, private base::Holding {
public:
    Exchange(const Setting& setting, http::Done done);
    ~Exchange() override;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Starts the calls and the deadline. Once.
    void start(const http::Request& request);

private:
    using State = Progress::State;

    // asking
    /// Makes a streamed body ready for several readers.
    void share_body(const http::Request& request);
    void ask_all(const http::Request& request);
    void ask_next(std::uint32_t index);
    void ask(std::uint32_t index, const http::Request& request, const plan::ClientFacts& origin);

    // answers
    void collect(std::uint32_t index, http::Result<http::Response> answer);
    [[nodiscard]] http::Result<void> take(std::uint32_t index, const http::Response& answer,
                                          std::string& plain);
    /// Whether calls are under way, or are to be made, whose answers still count.
    [[nodiscard]] bool goes_on(std::uint32_t index) const;
    void fail(std::uint32_t index, base::Error error);
    /// Of a failure that is no backend's.
    void fail_whole(base::Error error);
    void note(std::uint32_t index, int status);
    void finish();
    void cancel_waiting();
    /// Counts what is kept until the next answer, if that is much.
    void note_held();
    void give_up(base::HeldKind kind) override;

    // the reply: exchange_reply.cpp
    void pass_on(http::Response answer);
    /// Leaves the headers of a no-op reply in the workspace, without those of the name `dropped`.
    void pass_fields(const http::Response& answer, std::string_view dropped);
    void reply_failure();
    void say_when_to_return(const base::Error& error);
    [[nodiscard]] std::string failure_text() const;
    [[nodiscard]] PartCounts outcome() const;
    void reply_merged();
    [[nodiscard]] bool is_complete(const Part& root) const;
    void reply(http::Response response);

    [[nodiscard]] std::size_t width() const { return setting_.backends.size(); }
    [[nodiscard]] std::span<const Part> parts() const {
        return std::span(buffers_->parts).first(width());
    }

    const Setting& setting_;
    http::Done done_;
    const ReplyFields* head_ = nullptr;
    http::AccessRecord* record_ = nullptr;
    std::string_view id_;  // of the request
    std::optional<http::Tee> tee_;
    std::unique_ptr<Buffers> buffers_;
    base::Time ends_{};                     // the deadline
    std::size_t refusal_bytes_ = 0;         // kept of answers that are failures
    std::size_t waiting_ = 0;               // calls that have not answered
    std::size_t answered_ = 0;              // parts that can be merged
    std::optional<std::uint32_t> refused_;  // the backend whose failure is the client's fault
    std::optional<base::Error> whole_;      // a failure that is no backend's
    bool failed_ = false;                   // a call failed
    bool undoes_gzip_ = false;              // of a no-op answer: the client did not ask for it
    base::Timer deadline_;
};

}  // namespace aggregator::engine
