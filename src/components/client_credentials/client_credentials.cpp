#include "components/client_credentials/client_credentials.hpp"

#include <string>
#include <utility>

#include "components/client_credentials/credentials_service.hpp"
#include "components/client_credentials/differs.hpp"
#include "components/client_credentials/rules.hpp"
#include "components/client_credentials/schema.hpp"
#include "components/client_credentials/settings.hpp"
#include "components/client_credentials/token_source.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "auth/client-credentials";

/// The source of one backend's tokens. It shows its figures once, whoever shares it.
class BackendSource final : public component::Shared {
public:
    enum class Shows : bool { No, Yes };

    BackendSource(std::shared_ptr<TokenSource> source, Shows shows)
        : source_(std::move(source)), shows_(shows) {}

    [[nodiscard]] TokenSource& source() const { return *source_; }
    void show(base::Figures& figures, const base::LabelValues& /*place*/) const override {
        if (shows_ == Shows::Yes) {
            source_->show(figures);
        }
    }

private:
    std::shared_ptr<TokenSource> source_;
    Shows shows_;
};

/// Equal for settings that mean the same tokens. Never shown: it holds the secret.
std::string name_of(const ClientCredentialsSettings& settings) {
    std::string name = "client token";
    const auto add = [&name](std::string_view part) {
        name.append(1, '\0').append(part);  // no part has one
    };
    add(settings.token_url);
    add(settings.client_id);
    add(settings.client_secret.reveal());
    add(settings.scopes);
    add(std::to_string(static_cast<int>(settings.style)));
    add(std::to_string(settings.timeout.count()));
    for (const auto& [key, value] : settings.endpoint_params) {
        add(key);
        add(value);
    }
    return name;
}

std::shared_ptr<component::Shared> share(const component::Sharing& sharing,
                                         const reading::Settings& settings) {
    const auto& own = static_cast<const ClientCredentialsSettings&>(settings);
    auto shows = BackendSource::Shows::No;
    auto source = sharing.commons->of<TokenSource>(name_of(own), [&] {
        shows = BackendSource::Shows::Yes;
        return std::make_shared<TokenSource>(sharing.background, sharing.plan, own);
    });
    return std::make_shared<BackendSource>(std::move(source), shows);
}

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    if (component::settings_at<ClientCredentialsSettings>(wiring, kName) == nullptr ||
        wiring.shared == nullptr) {
        return nullptr;
    }
    const auto& shared = static_cast<BackendSource&>(*wiring.shared->of(wiring, kName));
    return std::make_unique<CredentialsService>(wiring, shared.source(), inner);
}

}  // namespace

constinit const component::Component kClientCredentials{
    .reader = {kName, reading::InBackend, read_client_credentials},
    .schema = client_credentials_schema,
    .wrap = wrap,
    .rules = kClientCredentialsRules,
    .share = share,
    .metrics = token_source_metrics,
    .on_shadows = true,
    .differs = kClientCredentialsDiffers,
};

}  // namespace aggregator::components
