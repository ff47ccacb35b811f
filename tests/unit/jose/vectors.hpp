#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <aggregator/jose/key_set.hpp>
#include <aggregator/jose/token.hpp>

/// Keys and tokens of the standards, and what tests do with them.
namespace aggregator::jose::testing {

// RFC 7515, appendices A.1 to A.4.
inline constexpr std::string_view kOctets =
    R"({"kty":"oct","kid":"o","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKt)"
    R"(MN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})";
inline constexpr std::string_view kHsToken =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr std::string_view kRsaNumber =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
inline constexpr std::string_view kRsaSecret =
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoA"
    "Je46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpR"
    "LI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZF"
    "D9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ";
inline constexpr std::string_view kRsToken =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5j"
    "ujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L0"
    "7Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUip"
    "UTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
// PS256 of the same key, with a salt of no bytes.
inline constexpr std::string_view kUnsaltedToken =
    "eyJhbGciOiJQUzI1NiIsImtpZCI6InIifQ.e30.JK-l2__w34izw28WwOGfOBsGlSj4BhK1coi2qWFnyhu3w6mJN7Ykenn"
    "QEdQWFqWXn9ix4CgOrfrQuV-ShdCEL4k43263VRLg3TvqOfTGez3VxEfvofdNky6Ivyb66vSoa1VfI5iHqcm8FDG2PfuCp"
    "zx4b4Smf4JJtkufarhHGKZ-L1SwTePD8v-wUmnEaA8y76tq1ygSeotnLShUYEiBS3zuhqOZUMvMCn5XgC22zxvMXi0FCk9"
    "GYj7-XpL-g8H7HcnwXvrAIqGzkaNvf70Y4Yg36lPvR0CzaU0z4jSckea9aTX0ZrXW3jVDOgBaMIGYzWE2iR-qizQt2kfMB"
    "3xL5w";
inline constexpr std::string_view kP256 =
    R"({"kty":"EC","kid":"e","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0i)"
    R"(Y7X1fCE9-E9LI"})";
inline constexpr std::string_view kEsToken =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
inline constexpr std::string_view kP521 =
    R"({"kty":"EC","kid":"f","crv":"P-521",)"
    R"("x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxc)"
    R"(WceqwQGk",)"
    R"("y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf6)"
    R"(3e3kyMj2",)"
    R"("d":"AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM)"
    R"(9mE15j2C"})";
inline constexpr std::string_view kEs512Token =
    "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA."
    "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaS"
    "wFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
inline constexpr std::string_view kP384 =
    R"({"kty":"EC","kid":"g","crv":"P-384","x":"fZ4XqqbXNAao0SEelBgHYSANM8qMLpQLVNPW1ygXA8wc)"
    R"(qRLGh-RSVgmaxAPcEPGS",)"
    R"("y":"y_h21sWmGOpXZGZbFBcqZAy5a5UVX4oBJVjPP8OrgxiEK-ZFyL2aa1oD-pgYyeCa",)"
    R"("d":"ZfDXqJYuZ58apJFrd_tuD7cC4vAPrjb4pEqIMu2Z8AHbYl2t5LaRWlnb2RTMYe0Y"})";
// RFC 8037, appendix A.
inline constexpr std::string_view kEd25519 =
    R"({"kty":"OKP","kid":"d","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",)"
    R"("d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"})";
inline constexpr std::string_view kEdToken =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// Of an Ed25519 key.
inline constexpr std::string_view kForeignCertificate =
    "MIHDMHegAwIBAgIBATAFBgMrZXAwDDEKMAgGA1UEAwwBYTAeFw0yMDAxMDEwMDAwMDBaFw00MDAxMDEwMDAwMDBaMAwx"
    "CjAIBgNVBAMMAWEwKjAFBgMrZXADIQDTc7aRpTC74kb5T6Id+C6mRZblFQPV2PY6zc4mjYU+DDAFBgMrZXADQQCNO1/J"
    "nlIySsIAYvLqmsv8TtCLFqbmdVhCnsm+ZAqf8kvVeQIEbtPLTNoCaqpZ1sGgrBDmE01qLLEDBX0vMAAI";

/// The RSA key, with members behind its numbers: `,"use":"sig"`.
inline std::string rsa(std::string_view more = {}) {
    return R"({"kty":"RSA","kid":"r","e":"AQAB","n":")" + std::string(kRsaNumber) + '"' +
           std::string(more) + '}';
}
inline std::string rsa_secret() { return rsa(R"(,"d":")" + std::string(kRsaSecret) + '"'); }

inline KeySet keys_of(std::string_view text, Algorithm algorithm,
                      Purpose purpose = Purpose::Verify) {
    auto set = KeySet::parse(text, {algorithm, purpose});
    REQUIRE(set.has_value());
    return std::move(*set);
}

/// Whether a set accepts a token: as whoever protects something does it.
inline bool accepts(std::string_view set, Algorithm algorithm, std::string_view text) {
    const auto keys = KeySet::parse(set, {algorithm, Purpose::Verify});
    const auto token = Token::parse(text);
    if (!keys || !token || token->algorithm != row(algorithm).name) {
        return false;
    }
    const Key* key = keys->find(NamedBy::Kid, token->names.kid);
    if (token->names.kid.empty() && keys->keys().size() == 1) {
        key = &keys->keys().front();
    }
    return key != nullptr && key->verifies(algorithm, token->input, token->signature);
}

}  // namespace aggregator::jose::testing
