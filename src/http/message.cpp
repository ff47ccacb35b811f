#include <aggregator/http/message.hpp>

#include <aggregator/base/text.hpp>

namespace aggregator::http {

const Field* find(Fields fields, std::string_view name) {
    for (const Field& field : fields) {
        if (field.name.size() == name.size() && base::equal_ignoring_case(field.name, name)) {
            return &field;
        }
    }
    return nullptr;
}

}  // namespace aggregator::http
