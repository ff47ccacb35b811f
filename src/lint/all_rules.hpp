#pragma once

#include <aggregator/lint/rule.hpp>

/// Every rule, one line each, in alphabetical order. Those that are told while a configuration is
/// loaded or compiled stand in loading_rules_*.cpp, each other one in a file of rules/.
namespace aggregator::lint {

extern const Rule kBackendDropsGatewayHeaders;
extern const Rule kBackendWildcardHeaders;
extern const Rule kBackendWildcardQueries;
extern const Rule kBadAddress;
extern const Rule kBadDuration;
extern const Rule kBadHost;
extern const Rule kBadRoute;
extern const Rule kBadValue;
extern const Rule kBadVariable;
extern const Rule kCacheTtlBelowASecond;
extern const Rule kCacheTtlOnWrite;
extern const Rule kCleanedHost;
extern const Rule kColonParameter;
extern const Rule kConcurrentUnsafeCalls;
extern const Rule kDebugEndpointOn;
extern const Rule kDuplicateCall;
extern const Rule kDuplicateKey;
extern const Rule kDuplicateName;
extern const Rule kDurationSpelling;
extern const Rule kEchoEndpointOn;
extern const Rule kEmptyName;
extern const Rule kEncodedEndpoint;
extern const Rule kEnvironmentOverride;
extern const Rule kErrorTextShown;
extern const Rule kFixedPathStillRedirects;
extern const Rule kForbiddenPath;
extern const Rule kFragmentInPattern;
extern const Rule kIgnoredTrustedHeaders;
extern const Rule kImplicitContentType;
extern const Rule kInsecureTls;
extern const Rule kKeepAlivesDisabled;
extern const Rule kLinkLoop;
extern const Rule kLiteralBraces;
extern const Rule kMisplacedKey;
extern const Rule kNegativeTimeout;
extern const Rule kNoBackends;
extern const Rule kNoEffect;
extern const Rule kNoHosts;
extern const Rule kNoOpBackends;
extern const Rule kNoService;
extern const Rule kNotInForce;
extern const Rule kNotPortable;
extern const Rule kOutOfRange;
extern const Rule kOverwrittenHeader;
extern const Rule kParameterCase;
extern const Rule kParamsMismatch;
extern const Rule kPublicPlainHttp;
extern const Rule kQueryInEndpoint;
extern const Rule kQuerySentTwice;
extern const Rule kRouteConflict;
extern const Rule kRoutesDifferInCase;
extern const Rule kSecondService;
extern const Rule kSecretInFile;
extern const Rule kShadowOnly;
extern const Rule kSuffixedParameter;
extern const Rule kSyntax;
extern const Rule kTlsDisabled;
extern const Rule kTlsKeys;
extern const Rule kTlsVersion;
extern const Rule kTooMany;
extern const Rule kTooManyConcurrentCalls;
extern const Rule kTrustsEverybody;
extern const Rule kUndefinedParam;
extern const Rule kUnfilledParam;
extern const Rule kUnknownEncoding;
extern const Rule kUnknownKey;
extern const Rule kUnknownRule;
extern const Rule kUnknownValue;
extern const Rule kUnlistedBackendHeader;
extern const Rule kUnlistedBackendQuery;
extern const Rule kUnreadableFile;
extern const Rule kUnsupportedMethod;
extern const Rule kUnsupportedVersion;
extern const Rule kUnusedParameter;
extern const Rule kValueInsteadOfList;
extern const Rule kWeakTls;
extern const Rule kWildcardHeaders;
extern const Rule kWrongType;
extern const Rule kZeroInherits;

}  // namespace aggregator::lint
