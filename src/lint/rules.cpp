#include <algorithm>
#include <iterator>
#include <vector>

#include <aggregator/base/text.hpp>

#include "lint/all_rules.hpp"

namespace aggregator::lint {

namespace {

// clang-format off
constexpr const Rule* kRules[] = {
    &kBackendDropsGatewayHeaders,
    &kBackendWildcardHeaders,
    &kBackendWildcardQueries,
    &kBadAddress,
    &kBadDuration,
    &kBadHost,
    &kBadRoute,
    &kBadValue,
    &kBadVariable,
    &kCacheTtlBelowASecond,
    &kCacheTtlOnWrite,
    &kCleanedHost,
    &kColonParameter,
    &kConcurrentUnsafeCalls,
    &kDebugEndpointOn,
    &kDuplicateCall,
    &kDuplicateKey,
    &kDuplicateName,
    &kDurationSpelling,
    &kEchoEndpointOn,
    &kEmptyName,
    &kEncodedEndpoint,
    &kEnvironmentOverride,
    &kErrorTextShown,
    &kFixedPathStillRedirects,
    &kForbiddenPath,
    &kFragmentInPattern,
    &kIgnoredTrustedHeaders,
    &kImplicitContentType,
    &kInsecureTls,
    &kKeepAlivesDisabled,
    &kLinkLoop,
    &kLiteralBraces,
    &kMisplacedKey,
    &kNegativeTimeout,
    &kNoBackends,
    &kNoEffect,
    &kNoHosts,
    &kNoOpBackends,
    &kNoService,
    &kNotInForce,
    &kNotPortable,
    &kOutOfRange,
    &kOverwrittenHeader,
    &kParameterCase,
    &kParamsMismatch,
    &kPublicPlainHttp,
    &kQueryInEndpoint,
    &kQuerySentTwice,
    &kRouteConflict,
    &kRoutesDifferInCase,
    &kSecondService,
    &kSecretInFile,
    &kShadowOnly,
    &kSuffixedParameter,
    &kSyntax,
    &kTlsDisabled,
    &kTlsKeys,
    &kTlsVersion,
    &kTooMany,
    &kTooManyConcurrentCalls,
    &kTrustsEverybody,
    &kUndefinedParam,
    &kUnfilledParam,
    &kUnknownEncoding,
    &kUnknownKey,
    &kUnknownRule,
    &kUnknownValue,
    &kUnlistedBackendHeader,
    &kUnlistedBackendQuery,
    &kUnreadableFile,
    &kUnsupportedMethod,
    &kUnsupportedVersion,
    &kUnusedParameter,
    &kValueInsteadOfList,
    &kWeakTls,
    &kWildcardHeaders,
    &kWrongType,
    &kZeroInherits,
};
// clang-format on

}  // namespace

std::span<const Rule* const> rules() { return kRules; }

const Rule* find_rule(std::string_view name) {
    const auto* const found = std::lower_bound(
        std::begin(kRules), std::end(kRules), name,
        [](const Rule* rule, std::string_view wanted) { return rule->name < wanted; });
    return found != std::end(kRules) && (*found)->name == name ? *found : nullptr;
}

const Rule* closest_rule(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Rule* const rule : kRules) {
        names.push_back(rule->name);
    }
    const auto near = base::closest(name, names);
    return near ? find_rule(*near) : nullptr;
}

}  // namespace aggregator::lint
