#include <aggregator/jose/token.hpp>

#include <algorithm>
#include <utility>

#include <aggregator/jose/base64url.hpp>
#include <aggregator/jose/object.hpp>
#include <aggregator/json/writer.hpp>

namespace aggregator::jose {

namespace {

using base::Code;

/// A member of the header that has to be a text, if it is there.
struct TextMember {
    std::string_view name;
    std::string* out;
};

/// The name of the member that is no text; empty if all that are there are texts.
std::string_view read_texts(const Object& header, std::initializer_list<TextMember> members) {
    for (const TextMember& member : members) {
        const json::Node* const node = header.find(member.name);
        if (node == nullptr) {
            continue;
        }
        if (node->kind != json::Kind::String) {
            return member.name;
        }
        *member.out = node->text;
    }
    return {};
}

tl::unexpected<base::Error> invalid(std::string why) {
    return base::fail(Code::TokenInvalid, std::move(why));
}

}  // namespace

base::Result<Token> Token::parse(std::string_view text) {
    if (text.size() > kBytesMax) {
        return invalid("a token has at most 16 KiB");
    }
    const std::size_t first = text.find('.');
    const std::size_t last = text.rfind('.');
    if (first == last || std::count(text.begin(), text.end(), '.') != 2) {
        return invalid("a token has three parts");
    }
    const auto header_bytes = from_base64url(text.substr(0, first));
    auto payload = from_base64url(text.substr(first + 1, last - first - 1));
    auto signature = from_base64url(text.substr(last + 1));
    if (!header_bytes || !payload || !signature || signature->empty()) {
        return invalid("one of its parts is not base64url");
    }
    const auto header = Object::parse(*header_bytes);
    if (!header) {
        return invalid("its header is " + header.error().detail);
    }
    Token token;
    const std::string_view wrong = read_texts(*header, {{"alg", &token.algorithm},
                                                        {"typ", &token.type},
                                                        {"kid", &token.names.kid},
                                                        {"x5t", &token.names.x5t},
                                                        {"x5t#S256", &token.names.x5t_s256}});
    if (!wrong.empty()) {
        return invalid("`" + std::string(wrong) + "` of its header is no text");
    }
    if (header->find("crit") != nullptr) {
        return invalid("its header has `crit`: no extension is understood");
    }
    token.input = text.substr(0, last);
    token.payload = std::move(*payload);
    token.signature = std::move(*signature);
    return token;
}

base::Result<Signed> sign(const Key& key, const TokenHeader& header, std::string_view payload) {
    json::Writer writer;
    writer.object().member("alg", row(header.algorithm).name);
    writer.member("kid", header.kid);
    if (!header.type.empty()) {
        writer.member("typ", header.type);
    }
    writer.end();
    Signed parts{to_base64url(std::move(writer).take()), to_base64url(payload), {}};
    const auto signature = key.sign(header.algorithm, parts.header + '.' + parts.payload);
    if (!signature) {
        return base::fail(signature.error());
    }
    parts.signature = to_base64url(*signature);
    return parts;
}

}  // namespace aggregator::jose
