#include "admin/mirror_desk.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/json/writer.hpp>

#include "admin/identity.hpp"
#include "admin/times.hpp"

namespace aggregator::admin {

namespace {

constexpr std::string_view kHost = "mirrorHost";
constexpr std::string_view kPort = "mirrorPort";
constexpr std::string_view kPercentage = "percentage";
constexpr std::string_view kSynchronous = "synchronous";
constexpr std::string_view kLogResponses = "logResponses";

plan::MirrorWish read_wish(Fields& fields) {
    fields.expect_only({kHost, kPort, kPercentage, kSynchronous, kLogResponses});
    fields.require(kHost);
    fields.require(kPort);
    plan::MirrorWish wish;
    double port = wish.port;
    fields.read(kHost, wish.host);
    fields.read(kPort, port, {1, 65535, "a port from 1 to 65535", true});
    fields.read(kPercentage, wish.percentage, {0, 100, "a number from 0 to 100"});
    wish.wait = fields.truth(kSynchronous).value_or(false);
    wish.log_all = fields.truth(kLogResponses).value_or(true);
    wish.port = static_cast<std::uint16_t>(port);
    return wish;
}

/// As read_wish() understands it.
std::string text_of(const plan::MirrorWish& wish) {
    json::Writer out;
    out.object().member(kHost, wish.host).count(kPort, wish.port);
    out.key(kPercentage).raw(number_text(wish.percentage));
    out.key(kSynchronous).raw(wish.wait ? "true" : "false");
    out.key(kLogResponses).raw(wish.log_all ? "true" : "false");
    return std::move(out.end()).take();
}

bool has_configured_mirror(const plan::Endpoint& endpoint) {
    return std::any_of(endpoint.shadows.begin(), endpoint.shadows.end(),
                       [](const plan::Backend& shadow) {
                           return shadow.rules->config.name == config::kMirrorName;
                       });
}

Reply no_such_endpoint(const Asked& asked) {
    return problem(Trouble::NotFound,
                   "there is no endpoint of the name or with the method and path \"" + asked.name +
                       "\"; GET /api/v1/endpoints lists them",
                   asked.path);
}

Reply no_mirror(const Asked& asked) {
    return problem(Trouble::NotFound, "the endpoint has no mirror that was made here", asked.path);
}

}  // namespace

void MirrorDesk::put(const Asked& asked, const Answer& answer) {
    const plan::Endpoint* const endpoint = find_endpoint(notes_.gateway().plan(), asked.name);
    if (endpoint == nullptr) {
        return answer(no_such_endpoint(asked));
    }
    if (has_configured_mirror(*endpoint)) {
        return answer(problem(Trouble::Conflict,
                              "a shadow in the configuration of this endpoint is called mirror",
                              asked.path));
    }
    if (auto refusal = notes_.check_version(asked, find(*endpoint))) {
        return answer(std::move(*refusal));
    }
    Fields fields(asked.body);
    const plan::MirrorWish wish = read_wish(fields);
    if (!fields.sound()) {
        return answer(
            problem(Trouble::BadBody, "nothing was changed", asked.path, fields.faults()));
    }
    put_wish(asked, *endpoint, wish, answer);
}

void MirrorDesk::put_wish(const Asked& asked, const plan::Endpoint& endpoint,
                          const plan::MirrorWish& wish, const Answer& answer) {
    auto shadow = compile(endpoint, wish);
    if (!shadow) {
        return answer(problem(Trouble::BadBody, "nothing was changed", asked.path,
                              {{"/" + std::string(kHost), shadow.error().detail}}));
    }
    const LiveShadow live = made(endpoint, std::move(*shadow));
    const std::string& id = live.shadow->rules->id;
    const StateEntry entry{.kind = StateEntry::Kind::Mirror,
                           .id = id_of(endpoint),
                           .subject = notes_.subject_of(live),
                           .value = text_of(wish),
                           .changed = notes_.now()};
    const StateChange changes[] = {{.verb = StateChange::Verb::Put, .entry = entry},
                                   {.verb = StateChange::Verb::Remove,
                                    .entry = {.kind = StateEntry::Kind::Settings, .id = id}}};
    if (auto refusal = notes_.store(changes, asked)) {
        return answer(std::move(*refusal));
    }
    const bool is_new = find(endpoint) == nullptr;
    notes_.of(id) = {.since = notes_.now(), .version = notes_.next_version(), .changed = {}};
    tell("mirror set", live, asked.caller);
    const Notes::Opening opening = is_new ? Notes::Opening{201, asked.path} : Notes::Opening{};
    notes_.gateway().put_shadow(
        live, [this, live, opening, answer] { notes_.answer_with(live, opening, answer); });
}

const LiveShadow* MirrorDesk::find_or_answer(const Asked& asked, const Answer& answer) const {
    const plan::Endpoint* const endpoint = find_endpoint(notes_.gateway().plan(), asked.name);
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

void MirrorDesk::show(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_or_answer(asked, answer);
    if (live == nullptr) {
        return;
    }
    notes_.answer_with(*live, {}, answer);
}

void MirrorDesk::remove(const Asked& asked, const Answer& answer) {
    const LiveShadow* const live = find_or_answer(asked, answer);
    if (live == nullptr) {
        return;
    }
    if (auto refusal = notes_.check_version(asked, live)) {
        return answer(std::move(*refusal));
    }
    const plan::Endpoint& endpoint = notes_.gateway().plan().endpoints[live->endpoint];
    const std::string id = live->shadow->rules->id;
    const StateChange changes[] = {
        {.verb = StateChange::Verb::Remove,
         .entry = {.kind = StateEntry::Kind::Mirror, .id = id_of(endpoint)}},
        {.verb = StateChange::Verb::Remove,
         .entry = {.kind = StateEntry::Kind::Settings, .id = id}}};
    if (auto refusal = notes_.store(changes, asked)) {
        return answer(std::move(*refusal));
    }
    tell("mirror removed", *live, asked.caller);
    notes_.forget(id);
    notes_.gateway().remove_shadow(id, [answer] { answer(Reply{.status = 204}); });
}

base::Result<LiveShadow> MirrorDesk::restore(const StateEntry& entry,
                                             const plan::Endpoint& endpoint) {
    Fields fields(entry.value);
    const plan::MirrorWish wish = read_wish(fields);
    if (!fields.sound()) {
        return base::fail(base::Code::BadConfiguration, "the entry cannot be understood");
    }
    if (has_configured_mirror(endpoint)) {
        return base::fail(base::Code::BadConfiguration,
                          "the configuration has a shadow called mirror there");
    }
    auto shadow = compile(endpoint, wish);
    if (!shadow) {
        return base::fail(std::move(shadow.error()));
    }
    notes_.of((*shadow)->rules->id).since = entry.changed;
    return made(endpoint, std::move(*shadow));
}

base::Result<std::shared_ptr<const plan::Backend>> MirrorDesk::compile(
    const plan::Endpoint& endpoint, const plan::MirrorWish& wish) const {
    auto shadow = plan::compile_mirror(notes_.gateway().plan(), endpoint, wish);
    if (!shadow) {
        return shadow;
    }
    if (auto able = notes_.gateway().prepare(**shadow); !able) {
        return base::fail(std::move(able.error()));
    }
    return shadow;
}

const LiveShadow* MirrorDesk::find(const plan::Endpoint& endpoint) const {
    const std::size_t place = place_of(notes_.gateway().plan(), endpoint);
    for (const LiveShadow& one : notes_.gateway().shadows()) {
        if (one.made_live && one.endpoint == place) {
            return &one;
        }
    }
    return nullptr;
}

LiveShadow MirrorDesk::made(const plan::Endpoint& endpoint,
                            std::shared_ptr<const plan::Backend> shadow) const {
    const auto timeout = shadow->shadow_timeout.count();
    auto controls = std::make_shared<shadow::Controls>(shadow->rules->config, timeout);
    return {.endpoint = place_of(notes_.gateway().plan(), endpoint),
            .shadow = std::move(shadow),
            .controls = std::move(controls),
            .made_live = true};
}

void MirrorDesk::tell(std::string_view event, const LiveShadow& live,
                      std::string_view caller) const {
    const std::string host = live.shadow->hosts.empty() ? "" : url_of(live.shadow->hosts.front());
    const std::string share = number_text(settings_of(*live.controls).percentage);
    notes_.context().log.write(base::LogLevel::Info, event,
                               {{"id", live.shadow->rules->id},
                                {"shadow", notes_.subject_of(live)},
                                {"host", host},
                                {"percentage", share, false},
                                {"caller", caller}});
}

}  // namespace aggregator::admin
