#include "engine/work.hpp"

#include <string>

namespace aggregator::engine {

base::Error WorkBudget::error() const {
    return {base::Code::AnswerTooCostly,
            "the answer takes more work than max_answer_work allows (" +
                std::to_string(operations_max_) +
                " operations, one at least for each byte of JSON, whatever max_answer_bytes is)"};
}

}  // namespace aggregator::engine
