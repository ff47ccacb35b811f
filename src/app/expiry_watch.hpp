#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <aggregator/admin/gateway.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>

namespace aggregator::app {

/// Tells in the log that a shadow is going to stop by itself within the hour, and that it has. One
/// worker has it, for all; lives on that worker's thread.
class ExpiryWatch {
public:
    /// Nanoseconds since 1970.
    using Clock = std::function<std::int64_t()>;

    ExpiryWatch(base::Loop& loop, base::Log& log, const plan::Plan& plan, Clock clock);

    void put(const admin::LiveShadow& shadow);
    void remove(const std::string& id);

private:
    enum class Told : std::uint8_t { Nothing, Soon, Over };
    struct Watched {
        admin::LiveShadow shadow;
        std::int64_t expires = 0;  ///< what `told` is about
        Told told = Told::Nothing;
    };

    void look();
    void tell(Watched& watched, Told what);

    base::Log& log_;
    const plan::Plan& plan_;
    Clock clock_;
    std::vector<Watched> watched_;
    base::Timer timer_;
};

}  // namespace aggregator::app
