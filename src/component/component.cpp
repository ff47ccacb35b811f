#include <aggregator/component/component.hpp>

#include <vector>

namespace aggregator::component {

const Component* find(std::string_view name) {
    for (const Component* const one : all()) {
        if (one->reader.name == name) {
            return one;
        }
    }
    return nullptr;
}

reading::Readers readers() {
    static const std::vector<reading::Reader> kReaders = [] {
        std::vector<reading::Reader> readers;
        for (const Component* const one : all()) {
            readers.push_back(one->reader);
        }
        return readers;
    }();
    return kReaders;
}

SharedBook::SharedBook(const plan::Plan& plan) {
    add(nullptr, plan.service.components);
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        add(&endpoint, endpoint.components);
        for (const plan::Backend& backend : endpoint.backends) {
            add(&backend, backend.components);
        }
    }
}

void SharedBook::add(const void* place, const std::vector<reading::Configured>& components) {
    for (const reading::Configured& one : components) {
        const Component* const known = find(one.name);
        if (known != nullptr && known->share != nullptr) {
            entries_[{place, one.name}] = known->share(*one.settings);
        }
    }
}

Shared* SharedBook::of(const Wiring& wiring, std::string_view name) const {
    const void* const place =
        wiring.backend != nullptr ? static_cast<const void*>(wiring.backend) : wiring.endpoint;
    const auto found = entries_.find({place, name});
    return found == entries_.end() ? nullptr : found->second.get();
}

}  // namespace aggregator::component
