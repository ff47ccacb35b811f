#include "admin/cache_handlers.hpp"

#include <string>

#include <aggregator/json/writer.hpp>
#include <aggregator/plan/forward.hpp>

namespace aggregator::admin {

void purge_cache(ShadowRecords& records, const Asked& asked, const Answer& answer) {
    plan::Outgoing outgoing;
    plan::read_query(asked.query, outgoing);
    std::string backend;
    for (const plan::Outgoing::Pair& pair : outgoing.pairs) {
        if (pair.key != "backend") {
            return answer(problem(ProblemKind::BadRequest,
                                  "the only query string is backend: nothing was purged",
                                  asked.path));
        }
        backend = pair.value;
    }
    const bool all = asked.query.empty();
    if (!all && backend.empty()) {
        return answer(problem(ProblemKind::BadRequest,
                              "backend is empty: nothing was purged; leave it out to purge all",
                              asked.path));
    }
    records.gateway().purge(backend, [&records, backend, asked, answer](std::uint64_t purged) {
        records.context().log.write(
            base::LogLevel::Info, "cache purged",
            {{"backend", backend.empty() ? "all" : backend}, {"caller", asked.caller}});
        json::Writer out;
        out.object().count("purged", purged).end();
        answer(json_reply(200, std::move(out).take()));
    });
}

}  // namespace aggregator::admin
