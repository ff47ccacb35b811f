#pragma once

#include <string>
#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::format {

/// An RSS (0.9x, 1.0, 2.0), Atom (0.3, 1.0) or JSON (1, 1.1) feed, told by its content, as the
/// text of one JSON object that looks the same for all.
///
/// - The feed: `items`, `author`, `categories`, `custom`, `copyright`, `description`, `type`
///   (`rss`, `atom`, `json`), `language`, `title`, `published`, `updated`, in this order; absent
///   texts are `""`, the others `null`. `img_url` follows if the feed has an image.
/// - An item: `title`, `description`, `content`, `link`, `links`, `updated`, `updatedParsed`,
///   `published`, `publishedParsed`, `author`, `authors`, `guid`, `image`, `categories`,
///   `enclosures`, `extensions`, `dcExt`, `itunesExt`, `custom`; those that are empty are left
///   out.
/// - A person has `name` and `email`, an image `url` and `title`, an enclosure `url`, `length`
///   and `type`. Dates are as written, the parsed ones RFC 3339 in UTC, left out if no date was
///   seen.
/// - A JSON object without `items` is a feed that has none. Categories are those of the format, in
///   RSS followed by the keywords of iTunes, of the channel its categories too, and `dc:subject`.
/// - Where the format's own element is missing, Dublin Core and iTunes stand in for it. `custom`
///   has the elements of RSS that no RSS knows, by name. `extensions` has the elements of other
///   namespaces, but for `content`: `{prefix: {name: [{name, value, attrs, children}]}}`, under
///   the usual prefix of those that are known.
/// - Addresses are as written: not resolved against `xml:base`. Markup is as written too.
///
/// XML is read as by json_from_xml(), but need not be well-formed in all: an unknown entity stays
/// as it is written, bytes that are no character become U+FFFD. Fails with BadFeed and a sentence
/// that says where and what, `EOF` for an empty text.
[[nodiscard]] base::Result<std::string> json_from_feed(std::string_view feed);

}  // namespace aggregator::format
