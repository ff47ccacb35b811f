#pragma once

#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// Whether a text in UTF-8 is a well-formed document (XML 1.0, fifth edition, 2.1): one root
/// element, tags that match, attributes once each and quoted, names and characters that XML allows,
/// references to characters and to the five predefined entities alone, comments without `--`. What
/// a DOCTYPE declares is not looked at, so that a reference to an entity of its own is refused.
/// Namespaces are not checked. One pass; the memory is that of the open elements' names.
///
/// Fails with BadXml and a sentence that says where and what.
[[nodiscard]] base::Result<void> check_xml(std::string_view text);

}  // namespace aggregator::format
