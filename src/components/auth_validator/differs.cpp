#include "components/auth_validator/differs.hpp"

#include <aggregator/lint/difference.hpp>

#include "components/auth_validator/settings.hpp"

namespace aggregator::components {

namespace {

template <typename Show>
void each_validator(const lint::Subject& subject, const Show& show) {
    lint::for_each_endpoint_section(
        subject, "auth/validator", [&show](const auto&, const reading::Configured& one) {
            show(one.source, static_cast<const ValidatorSettings&>(*one.settings));
        });
}

/// At that key of each validator that fits.
template <bool (*fits)(const reading::Source&, const ValidatorSettings&)>
void look(const lint::Subject& subject, const char* key, lint::Places& places) {
    each_validator(subject, [&](const reading::Source& source, const ValidatorSettings& one) {
        if (fits(source, one)) {
            places.at(source, key);
        }
    });
}

bool is_any(const reading::Source&, const ValidatorSettings&) { return true; }
bool fetches(const reading::Source&, const ValidatorSettings& one) { return !one.urls.empty(); }
bool fetches_each_time(const reading::Source& source, const ValidatorSettings& one) {
    return !one.urls.empty() && !lint::says_true(source, "cache");
}
bool is_refused_there(const reading::Source& source, const ValidatorSettings& one) {
    return one.keys != nullptr && !lint::says_true(source, "disable_jwk_security");
}
bool has_unfit_keys(const reading::Source&, const ValidatorSettings& one) {
    return one.keys != nullptr && !one.keys->skipped().empty();
}
bool is_relative(const reading::Source& source, const ValidatorSettings& one) {
    const json::Node* const path = reading::written(source, "jwk_local_path");
    return one.keys != nullptr && path != nullptr && !path->text.starts_with('/');
}
bool propagates(const reading::Source&, const ValidatorSettings& one) {
    return !one.propagate.empty();
}
/// A path that is too short to be taken apart there.
bool crashes_there(const reading::Source& source, const ValidatorSettings& one) {
    constexpr std::size_t kLengthMin = 4;
    return lint::says_true(source, "roles_key_is_nested") && one.roles_key.size() < kLengthMin &&
           one.roles_key.find('.') != std::string::npos;
}

}  // namespace

constinit const component::Differing kAuthValidatorDiffers[8] = {
    {11, [](const auto& subject, auto& places) { look<is_any>(subject, "", places); }},
    {21,
     [](const auto& subject, auto& places) { look<fetches_each_time>(subject, "cache", places); }},
    {22, [](const auto& subject, auto& places) { look<fetches>(subject, "jwk_url", places); }},
    {23, [](const auto& subject,
            auto& places) { look<is_refused_there>(subject, "jwk_local_path", places); }},
    {25, [](const auto& subject,
            auto& places) { look<propagates>(subject, "propagate_claims", places); }},
    {29, [](const auto& subject,
            auto& places) { look<has_unfit_keys>(subject, "jwk_local_path", places); }},
    {39, [](const auto& subject,
            auto& places) { look<is_relative>(subject, "jwk_local_path", places); }},
    {41,
     [](const auto& subject, auto& places) { look<crashes_there>(subject, "roles_key", places); }},
};

}  // namespace aggregator::components
