#include "components/auth_validator/auth_validator.hpp"

#include <utility>

#include "components/auth_validator/differs.hpp"
#include "components/auth_validator/gate.hpp"
#include "components/auth_validator/key_source.hpp"
#include "components/auth_validator/rules.hpp"
#include "components/auth_validator/schema.hpp"
#include "components/auth_validator/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "auth/validator";

/// The sources of one endpoint's keys. Each shows its figures once, whoever shares it.
class ValidatorSources final : public component::Shared {
public:
    struct One {
        std::shared_ptr<KeySource> source;
        bool shows = false;
    };

    explicit ValidatorSources(std::vector<One> all) : all_(std::move(all)) {}

    [[nodiscard]] std::vector<KeySource*> sources() const {
        std::vector<KeySource*> sources;
        for (const One& one : all_) {
            sources.push_back(one.source.get());
        }
        return sources;
    }
    void show(base::Figures& figures, const base::LabelValues& /*place*/) const override {
        for (const One& one : all_) {
            if (one.shows) {
                one.source->show(figures);
            }
        }
    }

private:
    std::vector<One> all_;
};

std::shared_ptr<component::Shared> share(const component::Sharing& sharing,
                                         const reading::Settings& settings) {
    if (sharing.endpoint == nullptr) {
        return nullptr;
    }
    const auto& validator = static_cast<const ValidatorSettings&>(settings);
    const auto* const shared =
        reading::settings_of<SharedValidatorSettings>(sharing.plan.components, kName);
    KeyTimes times = validator.times;
    if (times.lifetime == base::Duration::zero()) {
        times.lifetime = (shared == nullptr ? SharedValidatorSettings{} : *shared).cache_duration;
    }
    std::vector<ValidatorSources::One> all;
    for (const KeyUrl& url : validator.urls) {
        bool is_new = false;
        auto source = sharing.commons->of<KeySource>("jwk " + url.text, [&] {
            is_new = true;
            return std::make_shared<KeySource>(sharing.background, sharing.plan, url);
        });
        source->serve(validator.algorithm, times);
        all.push_back({std::move(source), is_new});
    }
    return std::make_shared<ValidatorSources>(std::move(all));
}

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    if (wiring.endpoint == nullptr) {
        return nullptr;
    }
    const auto* const settings = component::settings_at<ValidatorSettings>(wiring, kName);
    if (settings == nullptr) {
        return nullptr;
    }
    const auto* const shared =
        wiring.shared == nullptr ? nullptr : wiring.shared->of(wiring, kName);
    return std::make_unique<ValidatorGate>(
        wiring, *settings,
        shared == nullptr ? std::vector<KeySource*>{}
                          : static_cast<const ValidatorSources*>(shared)->sources(),
        inner);
}

base::Metrics metrics() {
    static const std::vector<const base::Metric*> kAll = [] {
        std::vector<const base::Metric*> all{&token_metric()};
        all.insert(all.end(), key_source_metrics().begin(), key_source_metrics().end());
        return all;
    }();
    return kAll;
}

}  // namespace

constinit const component::Component kAuthValidator{
    .reader = {.name = kName,
               .levels = reading::InService | reading::InEndpoint,
               .read = read_validator,
               .read_at_service = read_shared_validator},
    .schema = auth_validator_schema,
    .wrap = wrap,
    .rules = kAuthValidatorRules,
    .share = share,
    .metrics = metrics,
    .schema_at_service = auth_validator_service_schema,
    .differs = kAuthValidatorDiffers,
};

}  // namespace aggregator::components
