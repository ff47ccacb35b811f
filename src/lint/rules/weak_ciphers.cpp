#include <algorithm>
#include <array>

#include "lint/rules/looking.hpp"
#include "lint/tls_rules.hpp"

namespace aggregator::lint {

namespace {

constexpr std::string_view kSuitesKey = "cipher_suites";

struct Range {
    int first;
    int last;
    std::string_view why;  ///< what is wrong with it; empty: nothing
};

constexpr std::string_view kNull = "encrypts nothing";
constexpr std::string_view kRc4 = "uses RC4, which is broken";
constexpr std::string_view kDes = "uses DES or an export cipher, which is broken in hours";
constexpr std::string_view k3Des = "uses 3DES, whose blocks are too short (Sweet32)";
constexpr std::string_view kStatic =
    "has no forward secrecy: whoever gets the private key can decrypt what was recorded before";
constexpr std::string_view kAnonymous = "authenticates nobody";
constexpr std::string_view kCbc = "uses CBC, which is open to padding attacks";

/// By the numbers of the IANA; the first range that fits counts.
constexpr auto kRanges = std::to_array<Range>({
    {0, 2, kNull},
    {59, 59, kNull},
    {3, 3, kDes},
    {4, 5, kRc4},
    {10, 10, k3Des},
    {13, 13, k3Des},
    {16, 16, k3Des},
    {19, 19, k3Des},
    {22, 22, k3Des},
    {23, 27, kAnonymous},
    {6, 21, kDes},
    {44, 46, kNull},
    {52, 52, kAnonymous},
    {58, 58, kAnonymous},
    {47, 49, kStatic},
    {53, 55, kStatic},
    {60, 63, kStatic},
    {65, 67, kStatic},
    {104, 105, kStatic},
    {132, 134, kStatic},
    {150, 152, kStatic},
    {108, 109, kAnonymous},
    {166, 167, kAnonymous},
    {138, 138, kRc4},
    {142, 142, kRc4},
    {146, 146, kRc4},
    {139, 139, k3Des},
    {143, 143, k3Des},
    {147, 147, k3Des},
    {156, 157, kStatic},
    {160, 161, kStatic},
    {164, 165, kStatic},
    {158, 159, {}},
    {162, 163, {}},
    {50, 51, kCbc},
    {56, 57, kCbc},
    {64, 64, kCbc},
    {68, 69, kCbc},
    {103, 103, kCbc},
    {106, 107, kCbc},
    {135, 136, kCbc},
    {153, 154, kCbc},
    {0x1301, 0x1305, {}},
    {0xC001, 0xC001, kNull},
    {0xC006, 0xC006, kNull},
    {0xC00B, 0xC00B, kNull},
    {0xC010, 0xC010, kNull},
    {0xC002, 0xC002, kRc4},
    {0xC007, 0xC007, kRc4},
    {0xC00C, 0xC00C, kRc4},
    {0xC011, 0xC011, kRc4},
    {0xC003, 0xC003, k3Des},
    {0xC008, 0xC008, k3Des},
    {0xC00D, 0xC00D, k3Des},
    {0xC012, 0xC012, k3Des},
    {0xC015, 0xC019, kAnonymous},
    {0xC01A, 0xC01C, k3Des},
    {0xC001, 0xC005, kStatic},
    {0xC00B, 0xC00F, kStatic},
    {0xC009, 0xC00A, kCbc},
    {0xC013, 0xC014, kCbc},
    {0xC023, 0xC024, kCbc},
    {0xC027, 0xC028, kCbc},
    {0xC025, 0xC026, kStatic},
    {0xC029, 0xC02A, kStatic},
    {0xC02D, 0xC02E, kStatic},
    {0xC031, 0xC032, kStatic},
    {0xC02B, 0xC02C, {}},
    {0xC02F, 0xC030, {}},
    {0xC09C, 0xC09D, kStatic},
    {0xC0A0, 0xC0A1, kStatic},
    {0xC09E, 0xC09F, {}},
    {0xC0A2, 0xC0A3, {}},
    {0xC0AC, 0xC0AF, {}},
    {0xCCA8, 0xCCAA, {}},
});

std::string_view weakness_of(int suite) {
    const auto found = std::find_if(kRanges.begin(), kRanges.end(), [suite](const Range& range) {
        return suite >= range.first && suite <= range.last;
    });
    return found == kRanges.end() ? "is none that is in use" : found->why;
}

void check_suites(const Source& object, const std::vector<int>& suites, Findings& findings) {
    for (std::size_t i = 0; i < suites.size(); ++i) {
        const std::string_view why = weakness_of(suites[i]);
        if (!why.empty()) {
            findings.at(object, {kSuitesKey, i},
                        "cipher suite " + std::to_string(suites[i]) + " " + std::string(why),
                        "remove it; without the key the suites are 49195, 49199, 49196, 49200, "
                        "52393 and 52392");
        }
    }
}

void check_weak_ciphers(const Subject& subject, Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (service.tls) {
        check_suites(service.places.tls, service.tls->cipher_suites, findings);
    }
    check_suites(service.places.client_tls, service.client_tls.cipher_suites, findings);
}

}  // namespace

constinit const Rule kWeakCiphers = {
    .name = "weak-ciphers",
    .severity = Severity::Warning,
    .summary = "cipher suites that are broken or have no forward secrecy",
    .explanation =
        R"(RFC 9325 leaves six families of suites for TLS 1.2: (EC)DHE with AES-GCM, AES-CCM
or ChaCha20. NULL, RC4, DES and export suites protect nothing; 3DES and CBC have
known attacks; with RSA key exchange, a stolen key opens all recorded traffic.

Bad:
    "tls": { "cipher_suites": [10, 47] }

Good:
    "tls": { "cipher_suites": [49195, 49199] })",
    .check = check_weak_ciphers,
};

}  // namespace aggregator::lint
