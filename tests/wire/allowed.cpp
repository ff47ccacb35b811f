// Which ends a request may have.
#include "wire/spec.hpp"

namespace aggregator::wire {
namespace {

using Fate = AnswerSpec::Fate;
using Leads = AnswerSpec::Leads;
using Mode = RequestSpec::Mode;
using Names = std::set<std::string, std::less<>>;
using Where = AnswerSpec::Where;

Names failures_of(TunnelAnswer tunnel) {
    switch (tunnel) {
        case TunnelAnswer::Refused:
            return {"connect"};
        case TunnelAnswer::Silent:
            return {"connect", "timeout"};
        default:
            return {"bad_response"};
    }
}

}  // namespace

Allowed allowed_for(const RequestSpec& request, const WorldSpec& world) {
    const AnswerSpec& answer = request.answer;
    Allowed allowed;
    if (request.expects_oddly && !request.http10) {
        allowed.good = false;
        allowed.failures = {"expectation_failed"};
        return allowed;
    }
    if (!request.relayed()) {
        return allowed;
    }
    if (world.way == Way::NoHost) {
        allowed.good = false;
        allowed.failures = {"connect"};
        return allowed;
    }
    if (world.way == Way::TlsBroken || world.way == Way::TlsUnset) {
        allowed.good = false;
        const bool broken = world.way == Way::TlsBroken;
        allowed.failures =
            broken ? Names{"tls_untrusted", "timeout", "tls_handshake"} : Names{"tls_handshake"};
        return allowed;
    }
    if (world.way == Way::Proxy) {
        allowed.failures = {"connect"};
    }
    if (world.way == Way::Tunnel && world.tunnel > TunnelAnswer::Pieces) {
        allowed.good = false;
        allowed.failures = failures_of(world.tunnel);
        return allowed;
    }
    const bool astray = answer.leads == Leads::Near || answer.leads == Leads::Forbidden;
    if (answer.redirect != 0 && astray) {
        allowed.good = false;
        allowed.failures.insert("bad_redirect");
        return allowed;
    }
    if (answer.interims > kInterimsMax) {
        allowed.good = false;
        allowed.failures.insert("bad_response");
    }
    if (answer.fate == Fate::Whole) {
        return allowed;
    }
    allowed.good = false;
    allowed.broken = answer.interims <= kInterimsMax && answer.where == Where::InBody &&
                     request.mode == Mode::Stream;
    switch (answer.fate) {
        case Fate::Reset:
        case Fate::Close:
            allowed.failures.insert({"reset", "closed"});
            break;
        case Fate::Stall:
            allowed.failures.insert({"timeout", "stalled"});
            break;
        default:
            allowed.failures.insert("bad_response");
    }
    return allowed;
}

}  // namespace aggregator::wire
