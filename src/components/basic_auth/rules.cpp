#include "components/basic_auth/rules.hpp"

#include <algorithm>
#include <string>

#include "components/basic_auth/settings.hpp"

namespace aggregator::components {

namespace {

using reading::Configured;

constexpr std::string_view kName = "auth/basic";
constexpr unsigned kCostLow = 10;

const BasicAuthSettings& settings_of(const Configured& one) {
    return static_cast<const BasicAuthSettings&>(*one.settings);
}

/// Calls `visit(section)` for that of each endpoint that asks.
template <typename Visit>
void each_endpoint(const lint::Subject& subject, const Visit& visit) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const Configured& one : endpoint.components) {
            if (one.name == kName) {
                visit(one);
            }
        }
    }
}

const Configured* of_service(const lint::Subject& subject) {
    const auto& all = subject.service.components;
    const auto found =
        std::ranges::find_if(all, [](const Configured& one) { return one.name == kName; });
    return found == all.end() ? nullptr : &*found;
}

void check_tls(const lint::Subject& subject, lint::Findings& findings) {
    const config::ServiceConfig& service = subject.service;
    if (service.tls || !service.router.trusted_proxies.empty()) {
        return;
    }
    each_endpoint(subject, [&findings](const Configured& one) {
        findings.at(one.source, "",
                    "names and passwords come over plain HTTP: whoever is on the way can read them",
                    "write `tls` into the service, or the proxy that ends TLS into "
                    "`router.trusted_proxies`");
    });
}

void check_cost(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_section(subject, kName, [&findings](const Configured& one) {
        const auto& users = settings_of(one).users;
        const auto cheap = std::ranges::count_if(users, [](const auto& user) {
            const unsigned cost = bcrypt_cost_of(user.second);
            return cost != 0 && cost < kCostLow;
        });
        if (cheap > 0) {
            findings.at(one.source, "",
                        std::to_string(cheap) +
                            " of the hashes by bcrypt have a cost below 10: who gets the file can "
                            "guess their passwords quickly",
                        "`htpasswd -B -C 12 FILE NAME` makes another one");
        }
    });
}

void check_asked(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = of_service(subject);
    bool asked = false;
    each_endpoint(subject, [&asked](const Configured&) { asked = true; });
    if (declared != nullptr && !asked) {
        findings.at(declared->source, "",
                    "no endpoint asks for a login: the service's `auth/basic` declares users and "
                    "protects nothing by itself",
                    "write \"auth/basic\": {} into the `extra_config` of each endpoint to protect");
    }
}

void check_users(const lint::Subject& subject, lint::Findings& findings) {
    const Configured* const declared = of_service(subject);
    if (declared != nullptr && !settings_of(*declared).users.empty()) {
        return;
    }
    each_endpoint(subject, [&findings](const Configured& one) {
        if (settings_of(one).users.empty()) {
            findings.at(one.source, "",
                        "nobody can log in: neither the endpoint nor the service has users",
                        "write `htpasswd_path` or `users` here, or at the service");
        }
    });
}

}  // namespace

constinit const lint::Rule kBasicWithoutTls = {
    .name = "basic-without-tls",
    .severity = lint::Severity::Warning,
    .summary = "names and passwords come over plain HTTP",
    .explanation = R"(With `auth/basic` a client sends its password with each request, and nothing
hides it on the way but TLS.

Bad:
    "extra_config": { "auth/basic": {} }     (no `tls`, no proxy in front)

Good:
    "tls": { "keys": [{ "public_key": "gateway.crt", "private_key": "gateway.key" }] })",
    .check = check_tls,
};

constinit const lint::Rule kBcryptCostBelow10 = {
    .name = "bcrypt-cost-below-10",
    .severity = lint::Severity::Advice,
    .summary = "hashes of passwords that can be guessed quickly",
    .explanation = R"(The cost is the logarithm of how often bcrypt repeats its work. `htpasswd`
takes 5 unless it is told otherwise: thousands of guesses a second for whoever
gets the file. Each login here costs as much once a minute, on a thread of its own.

Bad:
    ada:$2y$05$...

Good:
    ada:$2y$12$...)",
    .check = check_cost,
};

constinit const lint::Rule kLoginAskedByNobody = {
    .name = "login-asked-by-nobody",
    .severity = lint::Severity::Warning,
    .summary = "users are declared, and no endpoint asks for a login",
    .explanation =
        R"(The service's `auth/basic` declares users for the endpoints that ask for a login.
An endpoint asks with a section of its own, which may be empty; without one it
is open.

Bad:
    { "extra_config": { "auth/basic": { "htpasswd_path": "users" } },
      "endpoints": [{ "endpoint": "/a", "backend": [...] }] }

Good:
    { "endpoint": "/a", "extra_config": { "auth/basic": {} }, "backend": [...] })",
    .check = check_asked,
};

constinit const lint::Rule kLoginWithoutUsers = {
    .name = "login-without-users",
    .severity = lint::Severity::Error,
    .summary = "an endpoint asks for a login that nobody has",
    .explanation =
        R"(An endpoint's `auth/basic` takes the users of the service and its own. If there
are none every request is refused, which is never what was meant.

Bad:
    "extra_config": { "auth/basic": {} }     (nothing at the service)

Good:
    "extra_config": { "auth/basic": { "htpasswd_path": "users" } })",
    .check = check_users,
};

}  // namespace aggregator::components
