#include "admin/mirror_handlers.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/json/writer.hpp>

#include "admin/identity.hpp"
#include "admin/times.hpp"

namespace aggregator::admin {

namespace {

constexpr std::string_view kHost = "mirrorHost";
constexpr std::string_view kPort = "mirrorPort";
constexpr std::string_view kMirrorPercentage = "percentage";
constexpr std::string_view kSynchronous = "synchronous";
constexpr std::string_view kLogResponses = "logResponses";

plan::MirrorSpec read_spec(Fields& fields) {
    fields.expect_only({kHost, kPort, kMirrorPercentage, kSynchronous, kLogResponses});
    fields.require(kHost);
    fields.require(kPort);
    plan::MirrorSpec spec;
    double port = spec.port;
    fields.read(kHost, spec.host);
    fields.read(kPort, port, {1, 65535, "a port from 1 to 65535", true});
    fields.read(kMirrorPercentage, spec.percentage, {0, 100, "a number from 0 to 100"});
    spec.wait = fields.truth(kSynchronous).value_or(false);
    spec.log_all = fields.truth(kLogResponses).value_or(true);
    spec.port = static_cast<std::uint16_t>(port);
    return spec;
}

/// As read_spec() understands it.
std::string text_of(const plan::MirrorSpec& spec) {
    json::Writer out;
    out.object().member(kHost, spec.host).count(kPort, spec.port);
    out.key(kMirrorPercentage).raw(number_text(spec.percentage));
    out.key(kSynchronous).raw(spec.wait ? "true" : "false");
    out.key(kLogResponses).raw(spec.log_all ? "true" : "false");
    return std::move(out.end()).take();
}

bool has_configured_mirror(const plan::Endpoint& endpoint) {
    return std::any_of(endpoint.shadows.begin(), endpoint.shadows.end(),
                       [](const plan::Backend& shadow) {
                           return shadow.rules->config.name == config::kMirrorName;
                       });
}

Reply no_such_endpoint(const Asked& asked) {
    return problem(ProblemKind::NotFound,
                   "there is no endpoint of the name or with the method and path \"" + asked.name +
                       "\"; GET /api/v1/endpoints lists them",
                   asked.path);
}

Reply no_mirror(const Asked& asked) {
    return problem(ProblemKind::NotFound, "the endpoint has no mirror that was made here",
                   asked.path);
}

}  // namespace

void MirrorHandlers::put(const Asked& asked, const Answer& answer) {
    const plan::Endpoint* const endpoint = find_endpoint(records_.gateway().plan(), asked.name);
    if (endpoint == nullptr) {
        return answer(no_such_endpoint(asked));
    }
    if (has_configured_mirror(*endpoint)) {
        return answer(problem(ProblemKind::Conflict,
                              "a shadow in the configuration of this endpoint is called mirror",
                              asked.path));
    }
    if (auto refusal = records_.check_version(asked, find(*endpoint))) {
        return answer(std::move(*refusal));
    }
    Fields fields(asked.body);
    const plan::MirrorSpec spec = read_spec(fields);
    if (!fields.sound()) {
        return answer(
            problem(ProblemKind::BadBody, "nothing was changed", asked.path, fields.faults()));
    }
    put_spec(asked, *endpoint, spec, answer);
}

void MirrorHandlers::put_spec(const Asked& asked, const plan::Endpoint& endpoint,
                              const plan::MirrorSpec& spec, const Answer& answer) {
    auto shadow = compile(endpoint, spec);
    if (!shadow) {
        return answer(problem(ProblemKind::BadBody, "nothing was changed", asked.path,
                              {{"/" + std::string(kHost), shadow.error().detail}}));
    }
    const LiveShadow live = made(endpoint, std::move(*shadow));
    const std::string& id = live.shadow->rules->id;
    const StateEntry entry{.kind = StateEntry::Kind::Mirror,
                           .id = id_of(endpoint),
                           .subject = records_.subject_of(live),
                           .value = text_of(spec),
                           .changed = records_.now()};
    const StateChange changes[] = {{.verb = StateChange::Verb::Put, .entry = entry},
                                   {.verb = StateChange::Verb::Remove,
                                    .entry = {.kind = StateEntry::Kind::Settings, .id = id}}};
    if (auto refusal = records_.store(changes, asked)) {
        return answer(std::move(*refusal));
    }
    const bool is_new = find(endpoint) == nullptr;
    records_.of(id) = {.since = records_.now(), .version = records_.next_version(), .changed = {}};
    tell("mirror set", live, asked.caller);
    const ShadowRecords::Opening opening =
        is_new ? ShadowRecords::Opening{201, asked.path} : ShadowRecords::Opening{};
    records_.gateway().put_shadow(
        live, [this, live, opening, answer] { records_.answer_with(live, opening, answer); });
}

const LiveShadow* MirrorHandlers::find_or_answer(const Asked& asked, const Answer& answer) const {
    const plan::Endpoint* const endpoint = find_endpoint(records_.gateway().plan(), asked.name);
    if (endpoint == nullptr) {
        answer(no_such_endpoint(asked));
        return nullptr;
    }
    const LiveShadow* const live = find(*endpoint);
    if (live == nullptr) {
        answer(no_mirror(asked));
    }
    return live;
}

void MirrorHandlers::show(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_or_answer(asked, answer);
    if (live == nullptr) {
        return;
    }
    records_.answer_with(*live, {}, answer);
}

void MirrorHandlers::remove(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_or_answer(asked, answer);
    if (live == nullptr) {
        return;
    }
    if (auto refusal = records_.check_version(asked, live)) {
        return answer(std::move(*refusal));
    }
    const plan::Endpoint& endpoint = records_.gateway().plan().endpoints[live->endpoint];
    const std::string id = live->shadow->rules->id;
    const StateChange changes[] = {
        {.verb = StateChange::Verb::Remove,
         .entry = {.kind = StateEntry::Kind::Mirror, .id = id_of(endpoint)}},
        {.verb = StateChange::Verb::Remove,
         .entry = {.kind = StateEntry::Kind::Settings, .id = id}}};
    if (auto refusal = records_.store(changes, asked)) {
        return answer(std::move(*refusal));
    }
    tell("mirror removed", *live, asked.caller);
    records_.forget(id);
    records_.gateway().remove_shadow(id, [answer] { answer(Reply{.status = 204}); });
}

base::Result<LiveShadow> MirrorHandlers::restore(const StateEntry& entry,
                                                 const plan::Endpoint& endpoint) {
    Fields fields(entry.value);
    const plan::MirrorSpec spec = read_spec(fields);
    if (!fields.sound()) {
        return base::fail(base::Code::BadConfiguration, "the entry cannot be understood");
    }
    if (has_configured_mirror(endpoint)) {
        return base::fail(base::Code::BadConfiguration,
                          "the configuration has a shadow called mirror there");
    }
    auto shadow = compile(endpoint, spec);
    if (!shadow) {
        return base::fail(std::move(shadow.error()));
    }
    records_.of((*shadow)->rules->id).since = entry.changed;
    return made(endpoint, std::move(*shadow));
}

base::Result<std::shared_ptr<const plan::Backend>> MirrorHandlers::compile(
    const plan::Endpoint& endpoint, const plan::MirrorSpec& spec) const {
    auto shadow = plan::compile_mirror(records_.gateway().plan(), endpoint, spec);
    if (!shadow) {
        return shadow;
    }
    if (auto able = records_.gateway().prepare(**shadow); !able) {
        return base::fail(std::move(able.error()));
    }
    return shadow;
}

const LiveShadow* MirrorHandlers::find(const plan::Endpoint& endpoint) const {
    const std::size_t place = place_of(records_.gateway().plan(), endpoint);
    for (const LiveShadow& one : records_.gateway().shadows()) {
        if (one.made_live && one.endpoint == place) {
            return &one;
        }
    }
    return nullptr;
}

LiveShadow MirrorHandlers::made(const plan::Endpoint& endpoint,
                                std::shared_ptr<const plan::Backend> shadow) const {
    const auto timeout = shadow->shadow_timeout.count();
    auto controls = std::make_shared<shadow::Controls>(shadow->rules->config, timeout);
    return {.endpoint = place_of(records_.gateway().plan(), endpoint),
            .shadow = std::move(shadow),
            .controls = std::move(controls),
            .made_live = true};
}

void MirrorHandlers::tell(std::string_view event, const LiveShadow& live,
                          std::string_view caller) const {
    const std::string host = live.shadow->hosts.empty() ? "" : url_of(live.shadow->hosts.front());
    const std::string share = number_text(settings_of(*live.controls).percentage);
    records_.context().log.write(base::LogLevel::Info, event,
                                 {{"id", live.shadow->rules->id},
                                  {"shadow", records_.subject_of(live)},
                                  {"host", host},
                                  {"percentage", share, false},
                                  {"caller", caller}});
}

}  // namespace aggregator::admin
