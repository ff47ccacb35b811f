#include <aggregator/reading/components.hpp>

#include <algorithm>
#include <utility>

#include <aggregator/base/distance.hpp>
#include <aggregator/base/text.hpp>

#include "reading/protections.hpp"

namespace aggregator::reading {

namespace {

/// What components begin with that are not known one by one, and what is missing without one.
struct Family {
    std::string_view name;
    std::string_view without;
    bool strict = true;  ///< it protects
};
constexpr Family kFamilies[] = {
    {"auth", "open to everybody"},
    {"security", "without this protection"},
    {"qos", "without limit"},
    {"validation", "served without validation"},
    {"plugin", "served without the plugin"},
    {"governance", "served without quota"},
    {"modifier", "served unmodified"},
    {"backend", "called as a plain HTTP backend", false},
    {"server", "served without it", false},
    {"ai", "served without it", false},
    {"async", "served without its messages", false},
    {"telemetry", "", false},
    {"documentation", "", false},
};

/// Names that people write, and that no program has.
struct Invented {
    std::string_view name;
    std::string_view meant;
};
constexpr Invented kInvented[] = {
    {"security/secure-headers", "security/http"},
    {"security/headers", "security/http"},
    {"security/httpsecure", "security/http"},
    {"security/rate-limit", "qos/ratelimit/router"},
    {"auth/authorization", "auth/validator"},
    {"auth/jwt", "auth/validator"},
    {"auth/jose", "auth/validator"},
    {"auth/oauth2", "auth/validator"},
    {"qos/ratelimit", "qos/ratelimit/router"},
    {"qos/rate-limit", "qos/ratelimit/router"},
    {"qos/ratelimit/endpoint", "qos/ratelimit/router"},
    {"qos/ratelimit/backend", "qos/ratelimit/proxy"},
    {"github.com/devopsfaith/krakend-ratelimit/juju/router", "qos/ratelimit/router"},
    {"github.com/devopsfaith/krakend-ratelimit/juju/proxy", "qos/ratelimit/proxy"},
};

/// What older names of components begin with, spelled with a dot.
constexpr std::string_view kVendors[] = {"github.com/devopsfaith/", "github.com/luraproject/",
                                         "github.com/letgoapp/", "github.com/krakendio/",
                                         "github.com/krakend/"};

/// In lower case, without white space, with slashes alone and `github.com` in its one spelling.
std::string normal(std::string_view name) {
    std::string made;
    for (const char c : base::to_lower(name)) {
        if (static_cast<unsigned char>(c) > ' ') {
            made += c == '\\' ? '/' : c;
        }
    }
    constexpr std::string_view kUnderscore = "github_com/";
    return made.starts_with(kUnderscore) ? "github.com/" + made.substr(kUnderscore.size()) : made;
}

std::string_view front_of(std::string_view name) { return name.substr(0, name.rfind('/')); }

std::string_view end_of(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string_view::npos ? name : name.substr(slash);
}

constexpr std::size_t kLongName = 8;  // so long that a letter or two do not make another word
constexpr std::size_t kNameBytesMax = 64;

/// Whether a name without a slash is that of a component, with its family or without: `cors`,
/// `auth_validator`, `circuitbreaker`.
bool is_unslashed(std::string_view name, std::string_view known) {
    if (known.find('/') == std::string_view::npos) {
        return base::closest(name, {known}).has_value();
    }
    const std::string letters = folded(name);
    const std::string end = folded(end_of(known));
    if (letters == end || letters.size() > kNameBytesMax) {
        return letters == end;
    }
    return (end.size() >= kLongName && base::edit_distance(letters, end) == 1) ||
           base::edit_distance(letters, folded(known)) <= (letters.size() < kLongName ? 1 : 2);
}

/// Whether two names have the same letters, or differ in the part behind the last slash or in what
/// is in front of it, and not much.
bool is_slip(std::string_view name, std::string_view known) {
    if (name.find('/') == std::string_view::npos) {
        return is_unslashed(name, known);
    }
    if (folded(name) == folded(known)) {
        return true;
    }
    if (known.find('/') == std::string_view::npos) {
        return false;
    }
    return (front_of(name) == front_of(known) && base::closest(end_of(name), {end_of(known)})) ||
           (end_of(name) == end_of(known) && base::closest(front_of(name), {front_of(known)}));
}

const KnownComponent* guess(const std::string& name) {
    for (const Invented& one : kInvented) {
        if (one.name == name) {
            return find_component(one.meant);
        }
    }
    for (const bool exact : {true, false}) {
        for (const KnownComponent& one : components()) {
            const std::string older = normal(one.older);
            if (exact ? one.name == name || older == name
                      : is_slip(name, one.name) || (!older.empty() && is_slip(name, older))) {
                return &one;
            }
        }
    }
    return nullptr;
}

/// The family of a name, also if one of its letters is wrong; null if it has none. A word that no
/// slash ends is a family only if that protects.
const Family* family_of(std::string_view name) {
    const bool slashed = name.find('/') != std::string_view::npos;
    const std::string_view first = name.substr(0, name.find_first_of(slashed ? "/" : "_-.: "));
    const std::size_t slip_min = slashed ? 4 : 6;
    const auto* const found =
        std::find_if(std::begin(kFamilies), std::end(kFamilies), [&](const Family& one) {
            return (slashed || one.strict) &&
                   (one.name == first || (one.name.size() >= slip_min && first.size() < 16 &&
                                          base::edit_distance(one.name, first) == 1));
        });
    return found == std::end(kFamilies) ? nullptr : found;
}

}  // namespace

const KnownComponent* find_component(std::string_view name) {
    const auto all = components();
    const auto found = std::find_if(all.begin(), all.end(), [name](const KnownComponent& one) {
        return one.name == name || (!one.older.empty() && one.older == name);
    });
    return found == all.end() ? nullptr : &*found;
}

Meant meant_by(std::string_view name) {
    const std::string plain = normal(name);
    const KnownComponent* const component = guess(plain);
    if (component != nullptr) {
        return {component, component->without};
    }
    const Family* const family = family_of(plain);
    const Protection* const protection = protection_in(name);
    const bool slashed = plain.find('/') != std::string::npos;
    if (family != nullptr && (slashed || protection == nullptr)) {
        return {nullptr, family->without};
    }
    if (protection != nullptr) {
        return {find_component(protection->meant), protection->without};
    }
    const bool older = std::any_of(std::begin(kVendors), std::end(kVendors),
                                   [&](std::string_view one) { return plain.starts_with(one); });
    return {nullptr, older ? std::string_view("served without it") : std::string_view()};
}

bool is_strict(std::string_view component) {
    const Family* const family = family_of(component);
    const bool protects = family != nullptr && family->strict;
    return protects || component == "proxy/shadow" || component == "admin" ||
           component == "backend/http/client";
}

std::string home_of(const KnownComponent& component) {
    constexpr std::pair<Levels, std::string_view> kNames[] = {{InService, "the service"},
                                                              {InEndpoint, "an endpoint"},
                                                              {InBackend, "a backend"},
                                                              {InAgent, "an async agent"}};
    std::string home = "`extra_config`";
    std::string_view joint = " of ";
    for (const auto& [level, name] : kNames) {
        if ((component.levels & level) != 0) {
            home.append(joint).append(name);
            joint = " or of ";
        }
    }
    return home;
}

}  // namespace aggregator::reading
