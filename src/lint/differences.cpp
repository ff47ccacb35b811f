#include <algorithm>
#include <array>

#include <aggregator/lint/difference.hpp>

namespace aggregator::lint {

namespace {

// The numbers stay what they are: a row that is no more leaves a gap.
constexpr std::array kDifferences = {
    Difference{1, "a component with a mistake is switched off",
               "it keeps the program from starting"},
    Difference{2, "a component of the Enterprise Edition is ignored",
               "it is in force, or keeps the program from starting"},
    Difference{3, "`every` divides the rate, and a burst is as large as what remains",
               "a burst is as large as the rate is written"},
    Difference{4, "a limit lets up to twice its capacity pass around the time of a refill",
               "it never lets more pass than it says"},
    Difference{5, "an `every` below a second counts as a second", "it counts as it is written"},
    Difference{6, "`ip` believes whoever sends the header, and each IPv6 address is a client",
               "only trusted proxies are believed, and a /64 is one client"},
    Difference{7, "(Enterprise) without Redis `on_failure_allow` lets everything pass",
               "a local limit of the same numbers takes its place"},
    Difference{8, "calls that the limit of a backend refuses open its circuit breaker",
               "the breaker does not see them"},
    Difference{9, "every status but 200 and 201 opens the breaker, and no status of `no-op` does",
               "missing answers, 5xx and 429 do, everywhere"},
    Difference{10, "a host that hangs keeps its turn",
               "it is left out after five failures, if there are others"},
    Difference{11, "refusals have no `Retry-After`, `RateLimit`, `WWW-Authenticate` or name",
               "they have"},
    Difference{12, "scripts of the service run before the bot detector", "they run behind it"},
    Difference{13, "scripts and checks of a backend run for each concurrent call",
               "they run once for a call, and a refusal of theirs counts for no limit or breaker"},
    Difference{14, "the cache of a backend has no limits",
               "it has 64 MiB and 10,000 entries, unless something else is written"},
    Difference{15,
               "a cache for all users keeps what is `private`, and looks neither at `s-maxage` nor "
               "at `Authorization`",
               "it obeys the rules of shared caches"},
    Difference{16, "each host of a backend has its own entries, with one variant each",
               "a backend's hosts share them, with eight variants"},
    Difference{17, "with every origin allowed, `allow_credentials` lets any page act as the user",
               "no credentials are granted then"},
    Difference{18, "a `max_age` that is no text ends the program",
               "it keeps the program from starting"},
    Difference{19, "a request for another host gets 500", "it gets 421"},
    Difference{20, "`ssl_redirect` answers 301, and bodies are lost",
               "methods other than GET and HEAD get 308"},
    Difference{21, "without `cache` keys are fetched for each request",
               "they are fetched in the background, and always kept"},
    Difference{22, "a key server that fails makes 401, and each unknown key makes a fetch",
               "old keys serve, then it is 503; unknown keys make one fetch in ten seconds"},
    Difference{23, "keys of a file need `disable_jwk_security`, or every token is refused",
               "they do not need it"},
    Difference{24, "`auth/signer` goes around limits and headers, and a partial reply becomes 400",
               "it is a layer as others are, and signs complete replies"},
    Difference{25, "a claim that is missing makes an empty header",
               "it makes none, and what the client sent there is dropped"},
    Difference{26, "a JSON Schema refuses GET without a body, and a bad one is switched off",
               "requests without a body are not checked, and a bad one is an error"},
    Difference{27, "expressions are sorted by the words in them, and some never run",
               "they are sorted by what they name, and all run"},
    Difference{28, "expressions about answers are left out for partial ones", "they run"},
    Difference{29, "keys that are too short, or for another algorithm, are used",
               "they are left out, with a warning"},
    Difference{30, "tokens are revoked over an open port, and a restart forgets them",
               "it is a part of the management interface, and is kept"},
    Difference{31, "there is no cache of whole replies",
               "a reply from it sends no copies to shadows, for nothing was asked"},
    Difference{32, "a script whose `md5` is wrong, or that cannot be read, is left out",
               "it keeps the program from starting"},
    Difference{33, "scripts have no limits, and may reach files and commands",
               "they have limits, and may not"},
    Difference{34, "GraphQL by GET sends no query, and variables of mutations are not filled in",
               "both are done"},
    Difference{35, "a definition of Martian that cannot be read changes nothing",
               "it keeps the program from starting"},
    Difference{36, "HEAD is refused at endpoints of GET", "it is answered, without a body"},
    Difference{37, "(Enterprise) paths of virtual hosts can be reached without their host",
               "they cannot"},
    Difference{38, "a template with a mistake is read as it is", "it is an error, with its place"},
    Difference{39, "files are looked for in the working directory",
               "they are looked for beside the configuration first"},
    Difference{40, "`scopes` without `scopes_key` are not looked at",
               "they keep the program from starting"},
    Difference{41,
               "roles that are no texts, and short names with a dot, end the request or the "
               "program",
               "roles that are no texts are passed over, and short names work"},
    Difference{42, "tokens for backends are fetched while a request waits, and 401 is final",
               "they are fetched before, once for all, and anew after a 401"},
    Difference{43, "a pattern of the bot detector with a mistake switches it off",
               "it keeps the program from starting"},
    Difference{44, "(Enterprise) a path with a wildcard must not fit other endpoints' paths",
               "the endpoint that says more about the path wins"},
};

}  // namespace

std::span<const Difference> differences() { return kDifferences; }

const Difference* find_difference(int row) {
    const auto* const found = std::find_if(kDifferences.begin(), kDifferences.end(),
                                           [row](const Difference& one) { return one.row == row; });
    return found == kDifferences.end() ? nullptr : found;
}

bool says_true(const Source& object, std::string_view key) {
    const json::Node* const node = reading::written(object, key);
    return node != nullptr && node->kind == json::Kind::True;
}

}  // namespace aggregator::lint
