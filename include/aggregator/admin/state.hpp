#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <aggregator/base/error.hpp>

namespace aggregator::admin {

/// One run-time change that outlives the program.
struct StateEntry {
    enum class Kind : std::uint8_t {
        Settings,  ///< of a shadow: the members that were changed
        Mirror,    ///< a shadow that was made while the gateway ran
    };
    Kind kind = Kind::Settings;
    std::string id;            ///< of the shadow or, for a mirror, of the endpoint
    std::string subject{};     ///< the same for people: `GET /users/{id} v2`
    std::string value{};       ///< a JSON object, as the management interface takes it
    std::int64_t changed = 0;  ///< nanoseconds since 1970
};

/// What happens to an entry.
struct StateChange {
    enum class Verb : std::uint8_t { Put, Remove };
    Verb verb = Verb::Put;
    StateEntry entry;  ///< to remove one, its kind and id are enough
};

/// The file of run-time changes: an SQLite database. What apply() has returned from is on the
/// disk, whatever happens to the program. Every call may block on the disk: not for a worker's
/// thread. One owner, one thread.
class State {
public:
    enum class Missing : std::uint8_t { Create, Fail };

    /// Fails with BadConfiguration, in words that name the file, if it cannot be read and written,
    /// is damaged or is something else.
    [[nodiscard]] static base::Result<std::unique_ptr<State>> open(const std::string& path,
                                                                   Missing missing);
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    /// Settings first, each kind in the order of subjects.
    [[nodiscard]] base::Result<std::vector<StateEntry>> entries();
    /// All of them or none.
    [[nodiscard]] base::Result<void> apply(std::span<const StateChange> changes);
    /// Removes all; how many there were.
    [[nodiscard]] base::Result<std::size_t> clear();

private:
    struct Database;
    explicit State(std::unique_ptr<Database> database);

    std::unique_ptr<Database> database_;
};

/// For people, a line each under a head; a sentence if there are none.
[[nodiscard]] std::string to_table(std::span<const StateEntry> entries);

}  // namespace aggregator::admin
