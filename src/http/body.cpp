#include <aggregator/http/body.hpp>

namespace aggregator::http {

Result<Batch> take_body(Parser& parser, std::string_view input, std::string& store) {
    store.clear();
    Batch batch;
    while (!parser.complete() && batch.consumed < input.size()) {
        const auto step = parser.step(input.substr(batch.consumed));
        if (!step) {
            return base::fail(step.error());
        }
        batch.consumed += step->consumed;
        if (step->body.empty()) {
            continue;
        }
        if (batch.bytes.empty()) {
            batch.bytes = step->body;
            continue;
        }
        if (store.empty()) {
            store.assign(batch.bytes);
        }
        store.append(step->body);
        batch.bytes = store;
    }
    return batch;
}

}  // namespace aggregator::http
