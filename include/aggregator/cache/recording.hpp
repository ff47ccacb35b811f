#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/base/held.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::cache {

/// The body of an answer on its way to a client that is kept as well, to be stored. It is read as
/// fast as it comes, not at the client's pace: others may wait for it. One that turns out longer
/// than may be stored is no more than passed on, at the client's pace. What is kept counts as held.
/// Lives on the loop's thread.
class Recording final : public http::BodyStream, private base::Holding {
public:
    /// Gets the whole body, or nothing if it will not be whole: it broke off, or is too long. Runs
    /// at most once, and not after the stream was destroyed.
    using Done = std::function<void(std::shared_ptr<const std::string> body)>;

    struct Options {
        std::uint64_t bytes_max = 0;  ///< of a body that is stored
        Done done;
    };
    Recording(base::Loop& loop, std::unique_ptr<http::BodyStream> inner, Options options);

    [[nodiscard]] http::Result<http::Piece> next() override;
    void wake_with(std::function<void()> wake) override;
    [[nodiscard]] bool broken() const override { return error_ && position_ == end(); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }

private:
    enum class State : std::uint8_t { Recording, Passing, Ended };

    void pump();
    void take(const http::Piece& piece);
    void conclude(std::shared_ptr<const std::string> body);
    void wake_reader();
    void give_up(base::HeldKind kind) override;
    [[nodiscard]] std::size_t end() const { return kept_ == nullptr ? 0 : kept_->size(); }

    std::unique_ptr<http::BodyStream> inner_;
    Options options_;
    std::optional<std::uint64_t> length_;
    State state_ = State::Recording;
    std::shared_ptr<std::string> kept_ = std::make_shared<std::string>();
    std::size_t position_ = 0;  // of the reader in what is kept
    bool ended_ = false;        // the inner stream is
    std::optional<base::Error> error_;
    std::function<void()> wake_;
    bool waits_ = false;
    base::Timer start_;
};

}  // namespace aggregator::cache
