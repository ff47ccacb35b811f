#include "admin/shadow_desk.hpp"

#include <vector>

#include <aggregator/json/writer.hpp>

#include "admin/identity.hpp"

namespace aggregator::admin {

namespace {

Reply no_such_shadow(const Asked& asked) {
    return problem(Trouble::NotFound, "there is no shadow of the id " + asked.name, asked.path);
}

/// A JSON value as logs show it.
std::string_view bare(std::string_view json) {
    return json.starts_with('"') ? json.substr(1, json.size() - 2) : json;
}

}  // namespace

void ShadowDesk::list(const Asked&, const Answer& answer) { notes_.answer_with_all(answer); }

void ShadowDesk::show(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_shadow(notes_.gateway(), asked.name);
    if (live == nullptr) {
        return answer(no_such_shadow(asked));
    }
    notes_.answer_with(*live, {}, answer);
}

void ShadowDesk::patch(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_shadow(notes_.gateway(), asked.name);
    if (live == nullptr) {
        return answer(no_such_shadow(asked));
    }
    if (auto refusal = notes_.check_version(asked, live)) {
        return answer(std::move(*refusal));
    }
    Fields fields(asked.body);
    const Patch patch = read_patch(fields, notes_.now());
    if (!fields.sound()) {
        return answer(
            problem(Trouble::BadBody, "nothing was changed", asked.path, fields.faults()));
    }
    Patch changed = notes_.of(asked.name).changed;
    changed.merge(patch);
    const StateChange change_of_state[] = {notes_.settings_change(*live, changed)};
    if (auto refusal = notes_.store(change_of_state, asked)) {
        return answer(std::move(*refusal));
    }
    change(*live, patch, asked.caller);
    notes_.answer_with(*live, {}, answer);
}

void ShadowDesk::disable_all(const Asked& asked, const Answer& answer) {
    Patch off;
    off.values.enabled = false;
    off.given = 1;  // the first of knobs()
    std::vector<StateChange> changes;
    for (const LiveShadow& live : notes_.gateway().shadows()) {
        change(live, off, asked.caller);
        changes.push_back(notes_.settings_change(live, notes_.of(live.shadow->rules->id).changed));
    }
    notes_.context().log.write(base::LogLevel::Warning, "all shadows were switched off",
                               {{"caller", asked.caller}});
    if (auto refusal = notes_.store(changes, asked)) {
        return answer(std::move(*refusal));
    }
    json::Writer out;
    out.object().count("disabled", changes.size()).end();
    answer(json_reply(200, std::move(out).take()));
}

bool ShadowDesk::restore(const StateEntry& entry, const LiveShadow& live) {
    Fields fields(entry.value);
    const Patch patch = read_patch(fields, 0);
    if (fields.sound()) {
        change(live, patch, "the state file");
    }
    return fields.sound();
}

void ShadowDesk::change(const LiveShadow& live, const Patch& patch, std::string_view caller) {
    const Settings before = settings_of(*live.controls);
    Settings after = before;
    patch.apply(after);
    put(after, *live.controls);
    Note& note = notes_.of(live.shadow->rules->id);
    note.changed.merge(patch);
    note.version = notes_.next_version();
    for (const Knob& knob : knobs()) {
        if (knob.text(before) != knob.text(after)) {
            tell(live, knob, knob.text(before), caller);
        }
    }
}

void ShadowDesk::tell(const LiveShadow& live, const Knob& knob, std::string_view from,
                      std::string_view caller) {
    const std::string to = knob.text(settings_of(*live.controls));
    notes_.context().log.write(base::LogLevel::Info, "shadow changed",
                               {{"id", live.shadow->rules->id},
                                {"shadow", notes_.subject_of(live)},
                                {"setting", knob.name},
                                {"from", bare(from)},
                                {"to", bare(to)},
                                {"caller", caller}});
}

}  // namespace aggregator::admin
