#include "engine/work.hpp"

#include <string>

namespace aggregator::engine {

base::Error WorkBudget::error() const {
    return {base::Code::AnswerTooCostly,
            "the answer takes more work than max_answer_work allows (" +
                std::to_string(operations_max_) + " operations)"};
}

}  // namespace aggregator::engine
