// Whatever comes as a token, as claims or as a key set is refused, or is what it seems to be: parts
// that encode to the text they came from, and keys that accept no signature of this.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <aggregator/jose/base64url.hpp>
#include <aggregator/jose/claims.hpp>
#include <aggregator/jose/key_set.hpp>
#include <aggregator/jose/token.hpp>

using namespace aggregator;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

void check_token(std::string_view text) {
    const auto token = jose::Token::parse(text);
    if (!token) {
        require(token.error().code == base::Code::TokenInvalid, "another code than TokenInvalid");
        return;
    }
    require(text == std::string(token->input) + '.' + jose::to_base64url(token->signature),
            "a token has another text than its parts");
    if (const auto claims = jose::Claims::parse(token->payload)) {
        (void)claims->text("a.b");
        (void)claims->words("scope");
        (void)claims->is_for("a");
    }
}

void check_keys(std::string_view text) {
    for (const jose::AlgorithmRow& row : jose::algorithms()) {
        const auto keys = jose::KeySet::parse(text, {row.algorithm, jose::Purpose::Verify});
        if (!keys) {
            continue;
        }
        for (const jose::Key& key : keys->keys()) {
            require(key.unfit_for(row.algorithm, jose::Purpose::Verify).empty(), "an unfit key");
            require(!key.verifies(row.algorithm, "input", "signature"), "a signature of nobody");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_token(text);
    check_keys(text);
    if (const auto bytes = jose::from_base64url(text)) {
        require(jose::to_base64url(*bytes) == text, "bytes with two texts");
    }
    if (const auto claims = jose::Claims::parse(text)) {
        require(jose::Object::parse(claims->json()).has_value(), "claims that are no object");
        (void)claims->text("a");
        (void)claims->elements("a.b");
    }
    return 0;
}
