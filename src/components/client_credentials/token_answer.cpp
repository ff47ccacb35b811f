#include "components/client_credentials/token_answer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include <aggregator/base/text.hpp>
#include <aggregator/json/document.hpp>

namespace aggregator::components {

namespace {

using base::Code;

constexpr std::size_t kTokenBytesMax = std::size_t{16} << 10;
// Of a token whose server does not say it.
constexpr std::chrono::seconds kLifetime{300};
constexpr double kSecondsMax = 86'400.0 * 365;

tl::unexpected<base::Error> bad(std::string_view why) {
    return base::fail(Code::BadResponse, std::string(why));
}

/// What can stand behind `Bearer ` (RFC 6750, section 2.1) and in a header.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= kTokenBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// Some servers write the seconds as a text.
std::optional<base::Duration> lifetime_of(const json::Node* seconds) {
    if (seconds == nullptr || seconds->kind == json::Kind::Null) {
        return kLifetime;
    }
    if (seconds->kind != json::Kind::Number && seconds->kind != json::Kind::String) {
        return std::nullopt;
    }
    const std::string text(seconds->text);
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !std::isfinite(number)) {
        return std::nullopt;
    }
    if (number <= 0) {
        return kLifetime;
    }
    return std::chrono::duration_cast<base::Duration>(
        std::chrono::duration<double>(std::min(number, kSecondsMax)));
}

}  // namespace

base::Result<GrantedToken> read_granted_token(std::string_view body) {
    const auto document = json::Document::parse(std::string(body));
    if (!document || document->root().kind != json::Kind::Object) {
        return bad("its answer is no JSON object");
    }
    const json::Node& root = document->root();
    const json::Node* const token = document->member(root, "access_token");
    if (token == nullptr || token->kind != json::Kind::String || !is_token(token->text)) {
        return bad("its answer has no `access_token` that can be sent");
    }
    const json::Node* const type = document->member(root, "token_type");
    if (type != nullptr &&
        (type->kind != json::Kind::String || !base::equal_ignoring_case(type->text, "bearer"))) {
        return bad("its answer has a `token_type` other than Bearer");
    }
    const auto lifetime = lifetime_of(document->member(root, "expires_in"));
    if (!lifetime) {
        return bad("its answer has an `expires_in` that is no number");
    }
    return GrantedToken{"Bearer " + std::string(token->text), *lifetime};
}

std::string form_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '*';
        const auto byte = static_cast<unsigned char>(c);
        if (plain) {
            out.push_back(c);
        } else if (c == ' ') {
            out.push_back('+');
        } else {
            out.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
        }
    }
    return out;
}

void append_form(std::string& form, std::string_view name, std::string_view value) {
    form += (form.empty() ? "" : "&") + form_encoded(name) + '=' + form_encoded(value);
}

}  // namespace aggregator::components
