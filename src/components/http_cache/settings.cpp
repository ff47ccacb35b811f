#include "components/http_cache/settings.hpp"

namespace aggregator::components {

namespace {

constexpr reading::Field<HttpCacheSettings> kFields[] = {
    {"shared", reading::strict::set<&HttpCacheSettings::shared>},
    {"status_header", reading::strict::set<&HttpCacheSettings::status_header>},
};

}  // namespace

std::shared_ptr<const reading::Settings> read_http_cache(const reading::Value& value) {
    auto cache = std::make_shared<HttpCacheSettings>();
    reading::read_fields(value,
                         {.what = "`qos/http-cache`",
                          .keys = reading::Keys::Exact,
                          .fields = kFields,
                          .more = component::kKeepingFields<HttpCacheSettings>},
                         *cache);
    component::check_keeping(value, *cache);
    return cache;
}

}  // namespace aggregator::components
