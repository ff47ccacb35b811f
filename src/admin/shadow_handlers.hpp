#pragma once

#include <string_view>

#include "admin/shadow_records.hpp"

namespace aggregator::admin {

/// The calls about shadows: looking at them and changing them while they run. A change is stored
/// first; then every worker has it with its next request.
class ShadowHandlers {
public:
    explicit ShadowHandlers(ShadowRecords& records) : records_(records) {}

    void list(const Asked& asked, const Answer& answer);
    void show(const Asked& asked, const Answer& answer);
    void patch(const Asked& asked, const Answer& answer);
    /// Switches all of them off, whether that can be stored or not.
    void disable_all(const Asked& asked, const Answer& answer);

    /// Puts stored settings in force; false if they are none.
    [[nodiscard]] bool restore(const StateEntry& entry, const LiveShadow& live);

private:
    void change(const LiveShadow& live, const Patch& patch, std::string_view caller);
    void tell(const LiveShadow& live, const SettingRow& row, std::string_view from,
              std::string_view caller);

    ShadowRecords& records_;
};

}  // namespace aggregator::admin
