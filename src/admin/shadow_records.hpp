#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <aggregator/admin/interface.hpp>
#include <aggregator/json/writer.hpp>

#include "admin/answering_call.hpp"
#include "admin/settings.hpp"

namespace aggregator::admin {

/// What the interface knows of a shadow and the gateway does not.
struct ShadowRecord {
    std::int64_t since = 0;     ///< when it was made; nanoseconds since 1970
    std::uint64_t version = 0;  ///< each change takes the next one of all
    Patch changed;              ///< what was changed of its settings, to be stored
};

/// What all calls share: the records, the state, and how a shadow is told. Owned by the interface.
class ShadowRecords {
public:
    explicit ShadowRecords(Interface::Context& context);

    [[nodiscard]] const Interface::Context& context() const { return context_; }
    [[nodiscard]] Gateway& gateway() const { return context_.gateway; }
    /// Nanoseconds since 1970.
    [[nodiscard]] std::int64_t now() const;

    /// The record of a shadow; it begins now if there was none.
    [[nodiscard]] ShadowRecord& of(const std::string& id);
    void forget(const std::string& id) { records_.erase(id); }
    /// A version that no shadow has had.
    [[nodiscard]] std::uint64_t next_version() { return ++versions_; }

    /// Of a shadow's hosts and settings; changes whenever they do.
    [[nodiscard]] std::string etag_of(const LiveShadow& live);
    /// The refusal if the client asked for another version than the one there is. `live` may be
    /// null: there is none.
    [[nodiscard]] std::optional<Reply> check_version(const Asked& asked, const LiveShadow* live);

    /// Stores changes; the refusal if that fails. Without a state there is nothing to do.
    [[nodiscard]] std::optional<Reply> store(std::span<const StateChange> changes,
                                             const Asked& asked);
    /// The change that stores what was changed of a shadow's settings.
    [[nodiscard]] StateChange settings_change(const LiveShadow& live, const Patch& changed) const;
    /// `GET /users/{id} v2`.
    [[nodiscard]] std::string subject_of(const LiveShadow& live) const;

    /// How an answer that tells of one shadow begins.
    struct Opening {
        int status = 200;
        std::string location = {};  ///< empty: not said
    };
    /// Answers with the shadow once the figures are there.
    void answer_with(const LiveShadow& live, const Opening& opening, const Answer& answer);
    /// The same with all shadows.
    void answer_with_all(const Answer& answer);

private:
    void append(json::Writer& out, const LiveShadow& live, const Snapshot& snapshot);

    Interface::Context& context_;
    std::map<std::string, ShadowRecord> records_;
    std::uint64_t versions_ = 0;
};

}  // namespace aggregator::admin
