#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <aggregator/component/component.hpp>

namespace aggregator::component {

/// The refusals of one component at one place of a worker. Owned by the component's Service.
class Refusals {
public:
    /// `component` is its name.
    Refusals(const Wiring& wiring, std::string_view component, base::Code code);

    /// Answers the request in a later turn of the loop, with the code's status and in the format of
    /// `router.error_format`; `detail` is for people and is shown where details are. Counts it, and
    /// names the component, the code and the endpoint in the request's record.
    [[nodiscard]] std::unique_ptr<http::Call> refuse(const http::Request& request,
                                                     std::string_view detail, http::Done done);

private:
    Wiring wiring_;
    std::string_view component_;
    base::Code code_;
    std::uint64_t& count_;
};

}  // namespace aggregator::component
