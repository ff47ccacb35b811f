#include "lint/rules/operations.hpp"

namespace aggregator::lint {

Source operation_at(const Source& object, std::size_t index) {
    const Source proxy = proxy_of(object);
    const json::Node* const list =
        proxy.node == nullptr ? nullptr : written(proxy, "flatmap_filter");
    if (list == nullptr || index >= list->elements.size()) {
        return object;
    }
    return {proxy.file, &proxy.file->document.at(list->elements[index])};
}

Roots merged_of(const Backends& regular) {
    Roots roots = merged_roots(regular);
    for (const config::BackendConfig* const backend : regular) {
        if (!backend->return_error_details.empty()) {
            roots.add("error_" + backend->return_error_details);
        }
    }
    return roots;
}

bool covers(std::string_view from, std::string_view to) {
    const auto outer = keys_of(from);
    const auto inner = keys_of(to);
    return outer.size() <= inner.size() && std::equal(outer.begin(), outer.end(), inner.begin(),
                                                      [](std::string_view a, std::string_view b) {
                                                          return a == kEverything || a == b;
                                                      });
}

std::string joined(const std::vector<std::string_view>& keys) {
    std::string path;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        path.append(i == 0 ? "" : ".").append(keys[i]);
    }
    return path;
}

}  // namespace aggregator::lint
