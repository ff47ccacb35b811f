#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aggregator::format {

/// What a feed says, whatever its format. Texts are empty where the feed says nothing.
struct FeedPerson {
    std::string name;
    std::string email;
};

struct FeedImage {
    std::string url;
    std::string title;
};

struct FeedEnclosure {
    std::string url;
    std::string length;
    std::string type;
};

using Texts = std::vector<std::string>;
using Fields = std::vector<std::pair<std::string, std::string>>;

struct FeedItem {
    std::string title;
    std::string description;
    std::string content;
    std::string link;
    Texts links;
    std::string updated;  ///< dates as they are written
    std::string published;
    std::vector<FeedPerson> authors;
    std::string guid;
    std::optional<FeedImage> image;
    Texts categories;
    std::vector<FeedEnclosure> enclosures;
    std::string extensions;  ///< finished JSON objects; empty: none
    std::string dublin_core;
    std::string itunes;
    Fields custom;
};

struct Feed {
    std::vector<FeedItem> items;
    std::vector<FeedPerson> authors;
    Texts categories;
    Fields custom;
    std::string copyright;
    std::string description;
    std::string type;
    std::string language;
    std::string title;
    std::string published;
    std::string updated;
    std::optional<FeedImage> image;
};

/// `ann@example.com (Ann)`, `Ann <ann@example.com>`, or one of both alone.
[[nodiscard]] FeedPerson person_from(std::string_view text);

}  // namespace aggregator::format
