#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <aggregator/base/error.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/http/owned_request.hpp>
#include <aggregator/http/service.hpp>

#include "engine/answer.hpp"
#include "engine/flatmap.hpp"
#include "engine/late_value.hpp"
#include "engine/shape.hpp"

namespace aggregator::engine {

/// How far the call of one backend has come.
struct Progress {
    enum class State : std::uint8_t { Idle, Waiting, Answered, Failed };
    State state = State::Idle;
    base::Time asked_at{};
    base::Error error;
    Refusal refusal;
    std::unique_ptr<http::BodyStream>
        body;                          ///< its own reader of the request's body, if that is teed
    std::unique_ptr<http::Call> call;  ///< declared after what it reads from
};

/// What the exchanges of one worker share: used within one step of one exchange, and never across
/// two.
struct Tools {
    Shaper shaper;
    BlockStore blocks;
};

/// The memory of one exchange. `parts` and `progress` are indexed like the endpoint's backends;
/// they may be longer than those, for they only ever grow.
struct Buffers {
    explicit Buffers(BlockStore& store) : arena(&store) {}

    /// Makes everything empty again, and frees what grew beyond the usual.
    void clear(std::size_t used);

    Arena arena;
    std::vector<Part> parts;
    std::vector<Progress> progress;
    Part merged;
    http::OwnedRequest request;  ///< of a sequential endpoint
    LateTexts late;              ///< the same: values that were found in earlier parts
    LateTexts follower_late;     ///< the same, for whoever follows the exchange
};

}  // namespace aggregator::engine
