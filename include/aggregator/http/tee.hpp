#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// One body for several readers. Each reads at its own pace; a byte is held from when the source
/// gave it until the slowest living reader has passed it, and a destroyed reader holds nothing.
/// Lives on the loop's thread; readers may outlive their Tee.
class Tee {
public:
    static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};
    /// How far the source may run ahead of a paced reader.
    static constexpr std::uint64_t kWindowBytes = 256u << 10;

    /// Borrows `source`, which lives until detach() or the Tee's end. A body of more than
    /// `bytes_max` bytes fails for all readers with BodyTooLarge: at once if its declared length
    /// says so.
    Tee(base::Loop& loop, BodyStream& source, std::uint64_t bytes_max);
    /// Detaches.
    ~Tee();
    Tee(const Tee&) = delete;
    Tee& operator=(const Tee&) = delete;

    /// A reader that the source waits for: what runs ahead of it is at most the window. For the one
    /// live reader.
    [[nodiscard]] std::unique_ptr<BodyStream> paced_reader(
        std::uint64_t window_bytes = kWindowBytes);
    /// A reader that nobody waits for: it fails with Lagging once it is more than `lag_bytes_max`
    /// bytes behind.
    [[nodiscard]] std::unique_ptr<BodyStream> lagging_reader(std::uint64_t lag_bytes_max);

    /// The source is gone. Readers that have not seen the body's end get what is held, then
    /// ClientClosed.
    void detach();

private:
    class State;
    class Reader;
    std::shared_ptr<State> state_;
};

}  // namespace aggregator::http
