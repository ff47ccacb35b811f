#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <aggregator/component/component.hpp>
#include <aggregator/http/local_reply.hpp>

namespace aggregator::component {

/// A text as it can stand between the quotes of a parameter (RFC 9110, section 5.6.4).
[[nodiscard]] std::string quotable(std::string_view text);

/// What a refusal says besides its code.
struct Refused {
    std::string_view detail = {};  ///< for people, shown where details are
    /// Of the reply, in the place of those that it would have under these names anyway. Names live
    /// as long as the program.
    http::Fields headers = {};
};

/// The refusals of one component at one place of a worker. Owned by the component's Service.
class Refusals {
public:
    /// `component` is its name.
    Refusals(const Wiring& wiring, std::string_view component, base::Code code);

    /// Answers the request in a later turn of the loop, with the code's status and in the format of
    /// `router.error_format`; `detail` is for people and is shown where details are. Counts it, and
    /// names the component, the code and the endpoint in the request's record.
    [[nodiscard]] std::unique_ptr<http::Call> refuse(const http::Request& request,
                                                     std::string_view detail, http::Done done) {
        return refuse(request, Refused{.detail = detail}, std::move(done));
    }
    /// The same, with headers.
    [[nodiscard]] std::unique_ptr<http::Call> refuse(const http::Request& request,
                                                     const Refused& refused, http::Done done);
    /// What refuse() answers, for whoever answers in its own time; counts the refusal.
    [[nodiscard]] http::LocalReply reply(const http::Request& request, const Refused& refused);

private:
    Wiring wiring_;
    std::string_view component_;
    base::Code code_;
    std::uint64_t& count_;
};

}  // namespace aggregator::component
