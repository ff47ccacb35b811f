#include "admin/shadow_handlers.hpp"

#include <vector>

#include <aggregator/json/writer.hpp>

#include "admin/identity.hpp"

namespace aggregator::admin {

namespace {

Reply no_such_shadow(const Asked& asked) {
    return problem(ProblemKind::NotFound, "there is no shadow of the id " + asked.name, asked.path);
}

/// A JSON value as logs show it.
std::string_view bare(std::string_view json) {
    return json.starts_with('"') ? json.substr(1, json.size() - 2) : json;
}

}  // namespace

void ShadowHandlers::list(const Asked&, const Answer& answer) { records_.answer_with_all(answer); }

void ShadowHandlers::show(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_shadow(records_.gateway(), asked.name);
    if (live == nullptr) {
        return answer(no_such_shadow(asked));
    }
    records_.answer_with(*live, {}, answer);
}

void ShadowHandlers::patch(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_shadow(records_.gateway(), asked.name);
    if (live == nullptr) {
        return answer(no_such_shadow(asked));
    }
    if (auto refusal = records_.check_version(asked, live)) {
        return answer(std::move(*refusal));
    }
    Fields fields(asked.body);
    const Patch patch = read_patch(fields, records_.now());
    if (!fields.sound()) {
        return answer(
            problem(ProblemKind::BadBody, "nothing was changed", asked.path, fields.faults()));
    }
    Patch changed = records_.of(asked.name).changed;
    changed.merge(patch);
    const StateChange change_of_state[] = {records_.settings_change(*live, changed)};
    if (auto refusal = records_.store(change_of_state, asked)) {
        return answer(std::move(*refusal));
    }
    change(*live, patch, asked.caller);
    records_.answer_with(*live, {}, answer);
}

void ShadowHandlers::disable_all(const Asked& asked, const Answer& answer) {
    Patch off;
    off.values.enabled = false;
    off.given = 1;  // the first of setting_rows()
    std::vector<StateChange> changes;
    for (const LiveShadow& live : records_.gateway().shadows()) {
        change(live, off, asked.caller);
        changes.push_back(
            records_.settings_change(live, records_.of(live.shadow->rules->id).changed));
    }
    records_.context().log.write(base::LogLevel::Warning, "all shadows were switched off",
                                 {{"caller", asked.caller}});
    if (auto refusal = records_.store(changes, asked)) {
        return answer(std::move(*refusal));
    }
    json::Writer out;
    out.object().count("disabled", changes.size()).end();
    answer(json_reply(200, std::move(out).take()));
}

bool ShadowHandlers::restore(const StateEntry& entry, const LiveShadow& live) {
    Fields fields(entry.value);
    const Patch patch = read_patch(fields, 0);
    if (fields.sound()) {
        change(live, patch, "the state file");
    }
    return fields.sound();
}

void ShadowHandlers::change(const LiveShadow& live, const Patch& patch, std::string_view caller) {
    const Settings before = settings_of(*live.controls);
    Settings after = before;
    patch.apply(after);
    put(after, *live.controls);
    ShadowRecord& record = records_.of(live.shadow->rules->id);
    record.changed.merge(patch);
    record.version = records_.next_version();
    for (const SettingRow& row : setting_rows()) {
        if (row.text(before) != row.text(after)) {
            tell(live, row, row.text(before), caller);
        }
    }
}

void ShadowHandlers::tell(const LiveShadow& live, const SettingRow& row, std::string_view from,
                          std::string_view caller) {
    const std::string to = row.text(settings_of(*live.controls));
    records_.context().log.write(base::LogLevel::Info, "shadow changed",
                                 {{"id", live.shadow->rules->id},
                                  {"shadow", records_.subject_of(live)},
                                  {"setting", row.name},
                                  {"from", bare(from)},
                                  {"to", bare(to)},
                                  {"caller", caller}});
}

}  // namespace aggregator::admin
