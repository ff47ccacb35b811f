#include <algorithm>
#include <iterator>
#include <vector>

#include <aggregator/base/text.hpp>
#include <aggregator/component/component.hpp>

#include "lint/all_rules.hpp"
#include "lint/tls_rules.hpp"

namespace aggregator::lint {

namespace {

// clang-format off
constexpr const Rule* kRules[] = {
    &kAdminInTheClear,
    &kAdminWithoutToken,
    &kAllowOverlap,
    &kAllowWithDeny,
    &kBackendDropsGatewayHeaders,
    &kBackendWildcardHeaders,
    &kBackendWildcardQueries,
    &kBadAddress,
    &kBadDuration,
    &kBadExpression,
    &kBadHost,
    &kBadRoute,
    &kBadValue,
    &kBadVariable,
    &kCacheTtlBelowASecond,
    &kCacheTtlOnWrite,
    &kCertificateExpired,
    &kCertificateExpiresSoon,
    &kCertificateUnreadable,
    &kCertificateUnusable,
    &kChecksOfDiscoveredHosts,
    &kCleanedHost,
    &kCollectionWithoutFlag,
    &kColonParameter,
    &kConcurrentUnsafeCalls,
    &kDebugEndpointOn,
    &kDiffers,
    &kDuplicateCall,
    &kDuplicateKey,
    &kDuplicateName,
    &kDurationSpelling,
    &kEchoEndpointOn,
    &kEmptyName,
    &kEmptyTarget,
    &kEncodedEndpoint,
    &kEnvironmentOverride,
    &kErrorCodeOfSeveral,
    &kErrorTextShown,
    &kFileElsewhere,
    &kFilterIgnored,
    &kFixedPathStillRedirects,
    &kFlatmapAppendItself,
    &kFlatmapAppendWildcard,
    &kFlatmapIgnoredPrefix,
    &kFlatmapLiteralWildcard,
    &kFlatmapSkipped,
    &kFlatmapUnknownRoot,
    &kForbiddenPath,
    &kFragmentInPattern,
    &kGroupClash,
    &kIgnoredCollectionFlag,
    &kIgnoredTrustedHeaders,
    &kImplicitContentType,
    &kInsecureTls,
    &kJsonCollectionLost,
    &kJwtPlaceholder,
    &kKeepAlivesDisabled,
    &kLinkLoop,
    &kLiteralBraces,
    &kLiteralWildcard,
    &kLongShadowTimeout,
    &kMappingChain,
    &kMappingClash,
    &kMappingDotted,
    &kMappingDropped,
    &kMappingOntoItself,
    &kMergeClash,
    &kMisplacedComponent,
    &kMisplacedKey,
    &kMtlsCaCertsAlone,
    &kMtlsPublicAuthorities,
    &kNameTaken,
    &kNegativeTimeout,
    &kNoBackends,
    &kNoCounterpart,
    &kNoEffect,
    &kNoHosts,
    &kNoOpBackend,
    &kNoOpBackends,
    &kNoOpCacheTtl,
    &kNoOpManipulation,
    &kNoService,
    &kNotPortable,
    &kOlderName,
    &kOpenAdmin,
    &kOutOfRange,
    &kOverwrittenHeader,
    &kParameterCase,
    &kParamsMismatch,
    &kPortTaken,
    &kPrivateKeyOpen,
    &kPrivateReplies,
    &kPropagatedUnfilled,
    &kPublicPlainHttp,
    &kQueryInEndpoint,
    &kQuerySentTwice,
    &kRedundantPath,
    &kRouteConflict,
    &kRoutesDifferInCase,
    &kSameErrorName,
    &kSameGroup,
    &kSchema,
    &kSecondService,
    &kSecretInFile,
    &kSequentialAcrossShadow,
    &kSequentialIndex,
    &kSequentialOneBackend,
    &kSequentialUnknownValue,
    &kSequentialUnused,
    &kSeveralHostsWithoutStatusCheck,
    &kShadowArmed,
    &kShadowBodyLimit,
    &kShadowCredentials,
    &kShadowExpiry,
    &kShadowHostOverTls,
    &kShadowHostSpelling,
    &kShadowOnly,
    &kShadowPlaceholder,
    &kShadowSameTarget,
    &kShadowUnmarked,
    &kShadowUnsafeMethod,
    &kShadowWait,
    &kShadowWithoutCopies,
    &kShortToken,
    &kStaticHidesFailure,
    &kStringOutputWithoutContent,
    &kSuffixedParameter,
    &kSyntax,
    &kTimeoutWithoutShadow,
    &kTlsDisabled,
    &kTlsKeys,
    &kTlsVersion,
    &kTooMany,
    &kTooManyConcurrentCalls,
    &kTrustsEverybody,
    &kTwoCollections,
    &kUndefinedParam,
    &kUnfilledParam,
    &kUnknownComponent,
    &kUnknownEncoding,
    &kUnknownKey,
    &kUnknownRule,
    &kUnknownValue,
    &kUnlistedBackendHeader,
    &kUnlistedBackendQuery,
    &kUnreachablePath,
    &kUnreadableFile,
    &kUnsupportedComponent,
    &kUnsupportedKey,
    &kUnsupportedMethod,
    &kUnsupportedVersion,
    &kUnusedAllowance,
    &kUnusedParameter,
    &kUnusedStatic,
    &kValueInsteadOfList,
    &kWeakCiphers,
    &kWeakTls,
    &kWildcardHeaders,
    &kWrongType,
    &kXmlCollection,
    &kZeroInherits,
};
// clang-format on

/// Those above and those of the components.
std::vector<const Rule*> with_components() {
    std::vector<const Rule*> all(std::begin(kRules), std::end(kRules));
    for (const component::Component* const one : component::all()) {
        all.insert(all.end(), one->rules.begin(), one->rules.end());
    }
    std::sort(all.begin(), all.end(),
              [](const Rule* a, const Rule* b) { return a->name < b->name; });
    return all;
}

}  // namespace

std::span<const Rule* const> rules() {
    static const std::vector<const Rule*> kWithComponents = with_components();
    return kWithComponents;
}

const Rule* find_rule(std::string_view name) {
    const auto all = rules();
    const auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const Rule* rule, std::string_view wanted) { return rule->name < wanted; });
    return found != all.end() && (*found)->name == name ? *found : nullptr;
}

const Rule* closest_rule(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Rule* const rule : rules()) {
        names.push_back(rule->name);
    }
    const auto near = base::closest(name, names);
    return near ? find_rule(*near) : nullptr;
}

}  // namespace aggregator::lint
