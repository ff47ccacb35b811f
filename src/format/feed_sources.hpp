#pragma once

#include <string_view>

#include <pugixml.hpp>

#include <aggregator/base/error.hpp>

#include "format/feed_model.hpp"

/// One reader for each format. All fail with BadFeed.
namespace aggregator::format {

/// `rss` (0.9x, 2.0) and `RDF` (0.90, 1.0).
[[nodiscard]] base::Result<Feed> feed_from_rss(pugi::xml_node root);

/// `feed` (Atom 0.3, 1.0).
[[nodiscard]] Feed feed_from_atom(pugi::xml_node root);

/// JSON Feed 1 and 1.1.
[[nodiscard]] base::Result<Feed> feed_from_json(std::string_view text);

}  // namespace aggregator::format
