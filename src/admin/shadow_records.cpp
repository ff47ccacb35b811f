#include "admin/shadow_records.hpp"

#include <chrono>
#include <cstdio>

#include <aggregator/base/hash.hpp>
#include <aggregator/base/text.hpp>

#include "admin/describe.hpp"
#include "admin/identity.hpp"

namespace aggregator::admin {

namespace {

/// Whether a list of entity tags has that one (RFC 9110 13.1.1).
bool lists(std::string_view tags, std::string_view tag) {
    while (!tags.empty()) {
        const std::size_t comma = tags.find(',');
        if (base::trim(tags.substr(0, comma)) == tag) {
            return true;
        }
        tags.remove_prefix(comma == std::string_view::npos ? tags.size() : comma + 1);
    }
    return false;
}

}  // namespace

ShadowRecords::ShadowRecords(Interface::Context& context) : context_(context) {
    for (const LiveShadow& live : gateway().shadows()) {
        static_cast<void>(of(live.shadow->rules->id));
    }
}

std::int64_t ShadowRecords::now() const {
    using Clock = std::chrono::system_clock;
    const auto time = Clock::now().time_since_epoch();
    return context_.unix_now ? context_.unix_now() : std::chrono::nanoseconds(time).count();
}

ShadowRecord& ShadowRecords::of(const std::string& id) {
    const auto [record, is_new] = records_.try_emplace(id);
    if (is_new) {
        record->second = {.since = now(), .version = next_version(), .changed = {}};
    }
    return record->second;
}

std::string ShadowRecords::etag_of(const LiveShadow& live) {
    const Settings settings = settings_of(*live.controls);
    std::string values;
    for (const SettingRow& row : setting_rows()) {
        values += row.text(settings) + ' ';
    }
    for (const plan::Host& host : live.shadow->hosts) {
        values += url_of(host) + ' ';
    }
    values += live.shadow->rules->config.wait ? "wait" : "";
    const auto hash = base::hash64(values, of(live.shadow->rules->id).version);
    char text[24];
    std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(hash));
    return text;
}

std::optional<Reply> ShadowRecords::check_version(const Asked& asked, const LiveShadow* live) {
    const bool fits =
        asked.if_match.empty() || (live != nullptr && (base::trim(asked.if_match) == "*" ||
                                                       lists(asked.if_match, etag_of(*live))));
    if (fits) {
        return std::nullopt;
    }
    Reply reply = problem(ProblemKind::PreconditionFailed,
                          "If-Match names another version than the one there is; look at the "
                          "shadow again",
                          asked.path);
    if (live != nullptr) {
        reply.headers.emplace_back("ETag", etag_of(*live));
    }
    return reply;
}

std::optional<Reply> ShadowRecords::store(std::span<const StateChange> changes,
                                          const Asked& asked) {
    if (context_.state == nullptr) {
        return std::nullopt;
    }
    const auto stored = context_.state->apply(changes);
    if (stored) {
        return std::nullopt;
    }
    context_.log.write(base::LogLevel::Error, "a run-time change could not be stored",
                       {{"reason", stored.error().detail}});
    return problem(ProblemKind::StateNotWritten, stored.error().detail, asked.path);
}

StateChange ShadowRecords::settings_change(const LiveShadow& live, const Patch& changed) const {
    return {.verb = StateChange::Verb::Put,
            .entry = {.kind = StateEntry::Kind::Settings,
                      .id = live.shadow->rules->id,
                      .subject = subject_of(live),
                      .value = changed.text(),
                      .changed = now()}};
}

std::string ShadowRecords::subject_of(const LiveShadow& live) const {
    return title_of(gateway().plan().endpoints[live.endpoint]) + ' ' +
           live.shadow->rules->config.name;
}

void ShadowRecords::append(json::Writer& out, const LiveShadow& live, const Snapshot& snapshot) {
    const std::string& id = live.shadow->rules->id;
    describe_shadow(out, live,
                    {.endpoint = gateway().plan().endpoints[live.endpoint],
                     .ledger = ledger_of(snapshot, id),
                     .age = now() - of(id).since});
}

void ShadowRecords::answer_with(const LiveShadow& live, const Opening& opening,
                                const Answer& answer) {
    gateway().collect([this, live, opening, answer](const Snapshot& snapshot) {
        json::Writer out;
        append(out, live, snapshot);
        Reply reply = json_reply(opening.status, std::move(out).take());
        reply.headers.emplace_back("ETag", etag_of(live));
        if (!opening.location.empty()) {
            reply.headers.emplace_back("Location", opening.location);
        }
        answer(std::move(reply));
    });
}

void ShadowRecords::answer_with_all(const Answer& answer) {
    gateway().collect([this, answer](const Snapshot& snapshot) {
        json::Writer out;
        out.object().key("shadows").array();
        for (const LiveShadow& live : gateway().shadows()) {
            append(out, live, snapshot);
        }
        out.end().end();
        answer(json_reply(200, std::move(out).take()));
    });
}

}  // namespace aggregator::admin
