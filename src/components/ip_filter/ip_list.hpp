#pragma once

#include <cstddef>

#include <aggregator/plan/address_set.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

/// Fills one set out of lists in the configuration and in files. Reports what is wrong where it
/// stands.
class IpList {
public:
    static constexpr std::size_t kEntriesMax = 1'000'000;

    /// A list of addresses and networks.
    void read(const reading::Value& value);
    /// A list of files with an address or network in each line. `#` and `;` begin comments.
    void read_files(const reading::Value& value);

    /// How many entries there were, broken ones included.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// What was read, closed. Empty from then on.
    [[nodiscard]] plan::AddressSet take();

private:
    void read_file(const reading::Value& value);
    void check_size(const reading::Value& value) const;

    plan::AddressSet set_;
    std::size_t size_ = 0;
};

}  // namespace aggregator::components
