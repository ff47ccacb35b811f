#include "plan/late.hpp"

#include <doctest/doctest.h>

#include <ostream>

using namespace aggregator;
using plan::LateValue;

namespace {

using Names = std::vector<std::string>;

Names late_of(const std::string& pattern, const Names& propagated, std::uint32_t position) {
    config::EndpointConfig endpoint;
    endpoint.sequential_propagated_params = propagated;
    config::BackendConfig backend;
    backend.url_pattern = pattern;
    Names names;
    for (const LateValue& one : plan::late_values_of(endpoint, backend, position)) {
        std::string text = std::to_string(one.part) + ":" + one.name;
        for (const std::string& segment : one.path) {
            text += "|" + segment;
        }
        names.push_back(text);
    }
    return names;
}

}  // namespace

TEST_CASE("late: the placeholders of a url_pattern, each once, with their paths cut at the dots") {
    CHECK(late_of("/{id}/{resp0_a.b}?x={resp1_c}&y={resp0_a.b}", {}, 2) ==
          Names{"0:Resp0_a.b|a|b", "1:Resp1_c|c"});
}

TEST_CASE("late: only parts before the backend's own have values") {
    CHECK(late_of("/{resp0_a}/{resp1_a}/{resp2_a}", {}, 1) == Names{"0:Resp0_a|a"});
    CHECK(late_of("/{resp0_a}", {}, 0).empty());
}

TEST_CASE("late: tokens' claims and ordinary parameters are no values of parts") {
    CHECK(late_of("/{JWT.sub}/{id}/{resp0}", {}, 1).empty());
}

TEST_CASE("late: propagated parameters come after the pattern's, wherever they stand in an entry") {
    CHECK(late_of("/{resp0_a}", {"resp0_a", "resp0_b.c", "x Resp1_d, resp0_e"}, 2) ==
          Names{"0:Resp0_a|a", "0:Resp0_b.c|b|c", "1:Resp1_d|d", "0:Resp0_e|e"});
}

TEST_CASE("late: an entry without a path is for nobody") {
    CHECK(late_of("/", {"resp0", "resp0_", "resp", "respx_a", "esp0_a"}, 1).empty());
    CHECK(late_of("/", {"resp99999999999999999999_a"}, 1).empty());
}
