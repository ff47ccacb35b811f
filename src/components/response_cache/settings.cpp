#include "components/response_cache/settings.hpp"

#include <algorithm>

#include <aggregator/reading/values.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

void read_ttl(const Value& value, ResponseCacheSettings& cache) {
    if (value.node.kind == json::Kind::String && value.node.text == "backends") {
        cache.ttl_of_backends = true;
        return;
    }
    reading::strict::read_positive(value, cache.ttl);
}

void read_methods(const Value& value, ResponseCacheSettings& cache) {
    reading::strict::read(value, cache.methods);
    for (const std::string& method : cache.methods) {
        if (method != "GET" && method != "HEAD") {
            value.error("bad-value",
                        value.label() + "expected GET or HEAD, found " + reading::quoted(method));
        }
    }
}

void read_statuses(const Value& value, ResponseCacheSettings& cache) {
    cache.statuses.clear();
    reading::strict::read_statuses(value, cache.statuses);
}

constexpr reading::Field<ResponseCacheSettings> kFields[] = {
    {"ttl", read_ttl},
    {"methods", read_methods},
    {"statuses", read_statuses},
    {"incomplete", reading::strict::set<&ResponseCacheSettings::incomplete>},
    {"etag", reading::strict::set<&ResponseCacheSettings::etag>},
};

template <typename T>
bool has(const std::vector<T>& all, const auto& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

bool ResponseCacheSettings::takes_method(std::string_view method) const {
    return has(methods, method);
}

bool ResponseCacheSettings::takes_status(int status) const { return has(statuses, status); }

std::shared_ptr<const reading::Settings> read_response_cache(const Value& value) {
    auto cache = std::make_shared<ResponseCacheSettings>();
    reading::read_fields(value,
                         {.what = "`qos/response-cache`",
                          .keys = reading::Keys::Exact,
                          .fields = kFields,
                          .more = component::kKeepingFields<ResponseCacheSettings>},
                         *cache);
    component::check_keeping(value, *cache);
    if (value.node.kind == json::Kind::Object && !reading::member_of(value, "ttl")) {
        value.error("bad-value",
                    "`qos/response-cache`: expected `ttl`, how long a reply may be given again",
                    "for instance \"ttl\": \"10s\", or \"backends\" for as long as their answers "
                    "may be used");
    }
    return cache;
}

}  // namespace aggregator::components
