#include <aggregator/admin/interface.hpp>

#include <utility>

#include <aggregator/json/writer.hpp>
#include <aggregator/plan/path.hpp>

#include "admin/answering_call.hpp"
#include "admin/cache_handlers.hpp"
#include "admin/describe.hpp"
#include "admin/host_handlers.hpp"
#include "admin/identity.hpp"
#include "admin/metrics.hpp"
#include "admin/mirror_handlers.hpp"
#include "admin/openapi.hpp"
#include "admin/refusal.hpp"
#include "admin/shadow_handlers.hpp"

namespace aggregator::admin {

namespace {

Reply status_reply(std::string_view status) {
    json::Writer out;
    return json_reply(200, std::move(out.object().member("status", status).end()).take());
}

Reply list_endpoints(const Gateway& gateway) {
    json::Writer out;
    out.object().key("endpoints").array();
    for (const plan::Endpoint& endpoint : gateway.plan().endpoints) {
        describe_endpoint(out, gateway, endpoint);
    }
    out.end().end();
    return json_reply(200, std::move(out).take());
}

Reply show_endpoint(const Gateway& gateway, const Asked& asked) {
    const plan::Endpoint* const endpoint = endpoint_of_id(gateway.plan(), asked.name);
    if (endpoint == nullptr) {
        return problem(ProblemKind::NotFound, "there is no endpoint of the id " + asked.name,
                       asked.path);
    }
    json::Writer out;
    describe_endpoint(out, gateway, *endpoint);
    return json_reply(200, std::move(out).take());
}

}  // namespace

/// Who answers what, and what they share.
struct Interface::Handlers {
    explicit Handlers(Context& context) : records(context), shadows(records), mirrors(records) {}

    void work(const Asked& asked, const Answer& answer);
    [[nodiscard]] Reply reply_at_once(const Asked& asked) const;
    void scrape(const Answer& answer) const;
    [[nodiscard]] bool ready() const { return records.gateway().ready() && restoring == 0; }

    void restore_mirror(const StateEntry& entry);
    void restore_settings(const StateEntry& entry);
    void put_restored();
    void tell_unfit(const StateEntry& entry, std::string_view reason) const;

    FailedTokens failed_tokens;
    ShadowRecords records;
    ShadowHandlers shadows;
    MirrorHandlers mirrors;
    std::vector<LiveShadow> restored;  // mirrors that were not put yet
    std::size_t restoring = 0;         // mirrors that some worker may not have yet
};

void Interface::Handlers::work(const Asked& asked, const Answer& answer) {
    switch (asked.route->action) {
        case Action::ListShadows:
            return shadows.list(asked, answer);
        case Action::ShowShadow:
            return shadows.show(asked, answer);
        case Action::PatchShadow:
            return shadows.patch(asked, answer);
        case Action::DisableAll:
            return shadows.disable_all(asked, answer);
        case Action::PutMirror:
            return mirrors.put(asked, answer);
        case Action::ShowMirror:
            return mirrors.show(asked, answer);
        case Action::RemoveMirror:
            return mirrors.remove(asked, answer);
        case Action::PurgeCache:
            return purge_cache(records, asked, answer);
        case Action::RestoreHosts:
            return answer(restore_hosts(records, asked));
        case Action::Metrics:
            return scrape(answer);
        default:
            return answer(reply_at_once(asked));
    }
}

Reply Interface::Handlers::reply_at_once(const Asked& asked) const {
    switch (asked.route->action) {
        case Action::ListEndpoints:
            return list_endpoints(records.gateway());
        case Action::ShowEndpoint:
            return show_endpoint(records.gateway(), asked);
        case Action::ListHosts:
            return list_hosts(records.gateway());
        case Action::OpenApi:
            return json_reply(200, std::string(openapi_text()));
        case Action::Ready:
            return ready()
                       ? status_reply("ready")
                       : problem(ProblemKind::NotReady, "the workers take no requests", asked.path);
        default:
            return status_reply("ok");
    }
}

void Interface::Handlers::scrape(const Answer& answer) const {
    records.gateway().collect([this, answer](const Snapshot& snapshot) {
        answer(http::local_reply(200, kMetricsType,
                                 metrics_text(records.gateway(), snapshot, records.now())));
    });
}

void Interface::Handlers::restore_mirror(const StateEntry& entry) {
    const plan::Endpoint* const endpoint = endpoint_of_id(records.gateway().plan(), entry.id);
    if (endpoint == nullptr) {
        return tell_unfit(entry, "the configuration has no such endpoint");
    }
    auto live = mirrors.restore(entry, *endpoint);
    if (!live) {
        return tell_unfit(entry, live.error().detail);
    }
    restored.push_back(std::move(*live));
}

void Interface::Handlers::restore_settings(const StateEntry& entry) {
    const LiveShadow* live = find_shadow(records.gateway(), entry.id);
    for (const LiveShadow& one : restored) {
        live = one.shadow->rules->id == entry.id ? &one : live;
    }
    if (live == nullptr) {
        return tell_unfit(entry, "the configuration has no such shadow");
    }
    if (!shadows.restore(entry, *live)) {
        tell_unfit(entry, "the entry cannot be understood");
    }
}

void Interface::Handlers::put_restored() {
    restoring = restored.size();
    for (LiveShadow& live : restored) {
        records.context().log.write(base::LogLevel::Info, "mirror set again",
                                    {{"shadow", records.subject_of(live)}});
        records.gateway().put_shadow(std::move(live), [this] { --restoring; });
    }
    restored.clear();
}

void Interface::Handlers::tell_unfit(const StateEntry& entry, std::string_view reason) const {
    records.context().log.write(base::LogLevel::Warning, "an entry of the state file is not used",
                                {{"subject", entry.subject}, {"id", entry.id}, {"reason", reason}});
}

Interface::Interface(Context context)
    : context_(std::move(context)), handlers_(std::make_unique<Handlers>(context_)) {}

Interface::~Interface() = default;

std::unique_ptr<http::Call> Interface::call(const http::Request& request, http::Done done) {
    const auto [path, query] = plan::split_target(request.target);
    const http::Field* const if_match = http::find(request.headers, "If-Match");
    Found found = find_route(request.method, path);
    AnsweringCall::Start start;
    start.asked = {.route = found.route,
                   .path = std::string(path),
                   .query = std::string(query),
                   .name = std::move(found.name),
                   .if_match = std::string(if_match == nullptr ? "" : if_match->value),
                   .caller = std::string(request.client),
                   .body = {}};
    if (auto refusal = refuse(context_, request, found, handlers_->failed_tokens)) {
        start.work = [reply = std::move(*refusal)](const Asked&, const Answer& answer) {
            answer(reply);
        };
    } else {
        start.work = [this](const Asked& asked, const Answer& answer) {
            handlers_->work(asked, answer);
        };
        start.wants_body = found.route->has_body;
    }
    return std::make_unique<AnsweringCall>(context_.loop, request, std::move(start),
                                           std::move(done));
}

base::Result<void> Interface::restore() {
    if (context_.state == nullptr) {
        return {};
    }
    const auto entries = context_.state->entries();
    if (!entries) {
        return base::fail(entries.error());
    }
    for (const StateEntry& entry : *entries) {
        if (entry.kind == StateEntry::Kind::Mirror) {
            handlers_->restore_mirror(entry);
        }
    }
    for (const StateEntry& entry : *entries) {
        if (entry.kind == StateEntry::Kind::Settings) {
            handlers_->restore_settings(entry);
        }
    }
    handlers_->put_restored();
    return {};
}

}  // namespace aggregator::admin
