#pragma once

#include <functional>
#include <memory>
#include <string>

#include "admin/shadow_records.hpp"

namespace aggregator::admin {

/// The run-time shadow `mirror` that each endpoint can have: made, shown and removed while the
/// gateway runs.
class MirrorHandlers {
public:
    explicit MirrorHandlers(ShadowRecords& records) : records_(records) {}

    void put(const Asked& asked, const Answer& answer);
    void show(const Asked& asked, const Answer& answer);
    void remove(const Asked& asked, const Answer& answer);

    /// A stored mirror of an endpoint; the failure says why there can be none any longer. It is
    /// not put yet.
    [[nodiscard]] base::Result<LiveShadow> restore(const StateEntry& entry,
                                                   const plan::Endpoint& endpoint);

private:
    /// The shadow that was asked for, with all that it takes to reach it.
    [[nodiscard]] base::Result<std::shared_ptr<const plan::Backend>> compile(
        const plan::Endpoint& endpoint, const plan::MirrorSpec& spec) const;
    [[nodiscard]] const LiveShadow* find(const plan::Endpoint& endpoint) const;
    /// The mirror that is asked for; if there is none that is answered, and null returned.
    [[nodiscard]] const LiveShadow* find_or_answer(const Asked& asked, const Answer& answer) const;
    [[nodiscard]] LiveShadow made(const plan::Endpoint& endpoint,
                                  std::shared_ptr<const plan::Backend> shadow) const;
    /// Stores it, puts it and answers.
    void put_spec(const Asked& asked, const plan::Endpoint& endpoint, const plan::MirrorSpec& spec,
                  const Answer& answer);
    void tell(std::string_view event, const LiveShadow& live, std::string_view caller) const;

    ShadowRecords& records_;
};

}  // namespace aggregator::admin
