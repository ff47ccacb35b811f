#pragma once

#include <string_view>

#include "admin/notes.hpp"

namespace aggregator::admin {

/// The calls about shadows: looking at them and changing them while they run. A change is stored
/// first; then every worker has it with its next request.
class ShadowDesk {
public:
    explicit ShadowDesk(Notes& notes) : notes_(notes) {}

    void list(const Asked& asked, const Answer& answer);
    void show(const Asked& asked, const Answer& answer);
    void patch(const Asked& asked, const Answer& answer);
    /// Switches all of them off, whether that can be stored or not.
    void disable_all(const Asked& asked, const Answer& answer);

    /// Puts stored settings in force; false if they are none.
    [[nodiscard]] bool restore(const StateEntry& entry, const LiveShadow& live);

private:
    void change(const LiveShadow& live, const Patch& patch, std::string_view caller);
    void tell(const LiveShadow& live, const Knob& knob, std::string_view from,
              std::string_view caller);

    Notes& notes_;
};

}  // namespace aggregator::admin
