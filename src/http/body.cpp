#include <aggregator/http/body.hpp>

#include <algorithm>

#include <aggregator/base/text.hpp>

namespace aggregator::http {

Result<Batch> take_body(Parser& parser, std::string_view input, std::string& store) {
    store.clear();
    Batch batch;
    while (!parser.complete() && batch.consumed < input.size()) {
        const auto step = parser.step(input.substr(batch.consumed));
        if (!step) {
            return base::fail(step.error());
        }
        if (step->consumed == 0) {
            break;
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

Target split_target(std::string_view target) {
    constexpr std::string_view kScheme = "http://";
    constexpr std::string_view kSecureScheme = "https://";
    std::size_t skip = 0;
    if (base::equal_ignoring_case(target.substr(0, kScheme.size()), kScheme)) {
        skip = kScheme.size();
    } else if (base::equal_ignoring_case(target.substr(0, kSecureScheme.size()), kSecureScheme)) {
        skip = kSecureScheme.size();
    } else {
        return {{}, target};
    }
    const std::size_t end = std::min(target.find_first_of("/?", skip), target.size());
    const std::string_view rest = target.substr(end);
    return {target.substr(skip, end - skip), rest.empty() ? std::string_view("/") : rest};
}

bool has_sound_escapes(std::string_view target) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    const std::string_view path = target.substr(0, target.find('?'));
    for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 3)) {
        if (path.size() - at < 3 || !is_hex(path[at + 1]) || !is_hex(path[at + 2])) {
            return false;
        }
    }
    return true;
}

bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const bool alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return alphanumeric ||
               std::string_view("-._~!$&'()*+,;=:[]%").find(c) != std::string_view::npos;
    });
}

}  // namespace aggregator::http
