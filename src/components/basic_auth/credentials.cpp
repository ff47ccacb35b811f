#include "components/basic_auth/credentials.hpp"

#include <string_view>

#include <aggregator/base/text.hpp>
#include <aggregator/jose/base64url.hpp>

namespace aggregator::components {

namespace {

tl::unexpected<base::Error> invalid(std::string_view why) {
    return base::fail(base::Code::LoginInvalid, std::string(why));
}

}  // namespace

base::Result<std::optional<Credentials>> read_credentials(http::Fields headers) {
    constexpr std::string_view kName = "Authorization";
    constexpr std::string_view kScheme = "Basic";
    const http::Field* found = nullptr;
    for (const http::Field& field : headers) {
        if (base::equal_ignoring_case(field.name, kName)) {
            if (found != nullptr) {
                return invalid("there are two Authorization headers");
            }
            found = &field;
        }
    }
    const std::string_view value = found == nullptr ? std::string_view() : found->value;
    if (!base::equal_ignoring_case(value.substr(0, kScheme.size()), kScheme) ||
        (value.size() > kScheme.size() && value[kScheme.size()] != ' ')) {
        return std::optional<Credentials>();
    }
    const auto text = jose::from_base64(base::trim(value.substr(kScheme.size())));
    const std::size_t colon = text ? text->find(':') : std::string::npos;
    if (colon == std::string::npos) {
        return invalid("its Authorization cannot be read");
    }
    return std::optional(Credentials{text->substr(0, colon), text->substr(colon + 1)});
}

}  // namespace aggregator::components
