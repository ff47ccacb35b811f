#include <aggregator/jose/key_set.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <aggregator/jose/object.hpp>

namespace aggregator::jose {

namespace {

const std::string& name_by(const Key& key, NamedBy by) {
    const KeyNames& names = key.names();
    return by == NamedBy::Kid ? names.kid : by == NamedBy::X5t ? names.x5t : names.x5t_s256;
}

}  // namespace

base::Result<KeySet> KeySet::parse(std::string_view text, Use use) {
    using base::Code;
    if (text.size() > kBytesMax) {
        return base::fail(Code::TokenInvalid, "a JWK set has at most 1 MiB");
    }
    const auto object = Object::parse(text);
    if (!object) {
        return base::fail(object.error());
    }
    const json::Document& document = object->document();
    const json::Node* const list = object->find("keys");
    std::vector<const json::Node*> jwks;
    if (list != nullptr && list->kind == json::Kind::Array) {
        for (const std::uint32_t index : list->elements) {
            jwks.push_back(&document.at(index));
        }
    } else if (object->find("kty") != nullptr) {
        jwks.push_back(&object->root());
    } else {
        return base::fail(Code::TokenInvalid, "no JWK set: it has no list `keys`");
    }
    if (jwks.size() > kKeysMax) {
        return base::fail(Code::TokenInvalid, "a JWK set has at most 1000 keys");
    }
    KeySet set;
    for (const json::Node* const jwk : jwks) {
        auto key = Key::parse(document, *jwk);
        if (key) {
            set.add(std::move(*key), use);
        } else {
            set.skipped_.push_back({std::string(text_of(document, *jwk, "kid").value_or("")),
                                    std::move(key.error().detail)});
        }
    }
    set.drop_ambiguous();
    return set;
}

void KeySet::add(Key key, Use use) {
    if (std::string why = key.unfit_for(use.algorithm, use.purpose); !why.empty()) {
        skipped_.push_back({key.names().kid, std::move(why)});
        return;
    }
    const bool known = std::any_of(keys_.begin(), keys_.end(), [&key](const Key& one) {
        return one.names().kid == key.names().kid && one.same_material(key);
    });
    if (!known) {
        keys_.push_back(std::move(key));
    }
}

void KeySet::drop_ambiguous() {
    std::set<std::string> seen;
    std::set<std::string> ambiguous;
    for (const Key& key : keys_) {
        if (!key.names().kid.empty() && !seen.insert(key.names().kid).second) {
            ambiguous.insert(key.names().kid);
        }
    }
    const auto is_ambiguous = [&ambiguous](const Key& key) {
        return ambiguous.count(key.names().kid) != 0;
    };
    keys_.erase(std::remove_if(keys_.begin(), keys_.end(), is_ambiguous), keys_.end());
    for (const std::string& kid : ambiguous) {
        skipped_.push_back({kid, "several keys bear this `kid`"});
    }
}

const Key* KeySet::find(NamedBy by, std::string_view name) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [by, name](const Key& key) {
        return !name.empty() && name_by(key, by) == name;
    });
    return found == keys_.end() ? nullptr : &*found;
}

}  // namespace aggregator::jose
