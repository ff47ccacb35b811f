#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// Counts bytes that are held, for one user and for all of them together.
struct HeldBytes {
    static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

    HeldBytes* whole = nullptr;  ///< what this is a part of
    std::uint64_t bytes_max = kNoLimit;
    std::uint64_t bytes = 0;

    void add(std::uint64_t more);
    /// No more than were added.
    void subtract(std::uint64_t fewer);
    /// Whether `more` bytes fit, here and in the whole.
    [[nodiscard]] bool has_room(std::uint64_t more) const;
};

/// One body for several readers. Each reads at its own pace; a byte is held from when the source
/// gave it until the slowest living reader has passed it, and a destroyed reader holds nothing.
/// Lives on the loop's thread; readers may outlive their Tee.
///
/// Every reader is made before the first one reads: a call that is given a reader may read from it
/// within call(). A reader that is made when the body's first bytes are gone fails with Internal.
class Tee {
public:
    static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

    /// Borrows `source`, which lives until detach() or the Tee's end. A body of more than
    /// `bytes_max` bytes fails for all readers with BodyTooLarge: at once if its declared length
    /// says so.
    Tee(base::Loop& loop, BodyStream& source, std::uint64_t bytes_max);
    /// Detaches.
    ~Tee();
    Tee(const Tee&) = delete;
    Tee& operator=(const Tee&) = delete;

    /// A reader that the source waits for: while it lives, only it asks the source for more. For
    /// the one live reader.
    [[nodiscard]] std::unique_ptr<BodyStream> paced_reader();
    /// What a reader may use that nobody waits for.
    struct Limits {
        std::uint64_t lag_bytes_max = kNoLimit;   ///< Lagging, once it is further behind
        std::uint64_t body_bytes_max = kNoLimit;  ///< BodyTooLarge, once more has come
        HeldBytes* held = nullptr;  ///< counts what it has not read; TooManyCalls, once it is full
    };
    /// A reader that nobody waits for: it is broken as soon as it is above its limits.
    [[nodiscard]] std::unique_ptr<BodyStream> lagging_reader(const Limits& limits);

    /// Whether the source has given its last byte.
    [[nodiscard]] bool complete() const;

    /// The source is gone, or is not to be asked any more. Readers that have not seen the body's
    /// end get what is held, then ClientClosed.
    void detach();

private:
    class State;
    class Reader;
    std::shared_ptr<State> state_;
};

}  // namespace aggregator::http
