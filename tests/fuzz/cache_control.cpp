// What a backend says of caching is read, whatever it is; and what is stored of it keeps its word.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/cache/rendering.hpp>

using namespace aggregator;
using cache::Freshness;
using cache::Moment;

namespace {

void expect(bool holds) {  // style: parameters: it is what is looked at
    if (!holds) {
        std::abort();
    }
}

/// `Name: value` lines become fields.
std::vector<http::Field> fields_of(std::string_view text) {
    std::vector<http::Field> fields;
    while (!text.empty() && fields.size() < 32) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t colon = std::min(line.find(':'), line.size());
        fields.push_back({line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))});
    }
    return fields;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<http::Field> fields = fields_of(text);
    const base::Time now{std::chrono::hours(1)};
    const Moment moment{.asked = now, .came = now, .calendar = 1'700'000'000};
    const Freshness freshness = cache::freshness_of(fields, moment);
    expect(freshness.age >= base::Duration::zero());
    expect(!freshness.lifetime || *freshness.lifetime >= base::Duration::zero());
    const bool stored = cache::may_store(200, fields, freshness, {});
    expect(!stored || !(freshness.directives.no_store || freshness.directives.is_private));
    expect(!stored || cache::may_store(200, fields, freshness, {.authorized = true}) ||
           !freshness.directives.is_public);
    const cache::Entry entry({.key = "k",
                              .headers = fields,
                              .body = std::make_shared<const std::string>(text),
                              .selectors = cache::selectors_of(fields, fields),
                              .terms = cache::terms_of(freshness, now, {})});
    expect(entry.fits(fields));
    expect(!freshness.directives.no_cache || !entry.is_fresh(now));
    cache::Rendering rendering;
    const http::Response response =
        rendering.render(entry, cache::conditions_of(fields), {.age = entry.age(now)});
    expect(response.body.size() <= text.size());
    (void)cache::updated_fields(entry.headers(), fields);
    return 0;
}
