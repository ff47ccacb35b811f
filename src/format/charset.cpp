#include "format/charset.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <iconv.h>

#include <aggregator/base/text.hpp>

namespace aggregator::format {

namespace {

using base::Code;
using base::Result;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::size_t kDeclarationBytesMax = 256;

// Read by nobody: a text whose declaration can be read as ASCII is neither
// UTF-16 nor UTF-32, whatever it says.
constexpr std::array<std::string_view, 8> kUnconverted = {
    "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be", "utf-32"};

constexpr std::array<std::string_view, 44> kConverted = {
    "ibm866",       "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",   "iso-8859-6",
    "iso-8859-7",   "iso-8859-8",   "iso-8859-9",   "iso-8859-10",  "iso-8859-11",  "iso-8859-13",
    "iso-8859-14",  "iso-8859-15",  "iso-8859-16",  "koi8-r",       "koi8-u",       "macintosh",
    "windows-874",  "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "windows-1255", "windows-1256", "windows-1257", "windows-1258", "cp1250",       "cp1251",
    "cp1252",       "cp1253",       "cp1254",       "cp1255",       "cp1256",       "cp1257",
    "cp1258",       "tis-620",      "gb2312",       "gbk",          "gb18030",      "big5",
    "euc-jp",       "euc-kr"};

/// A charset that is told by the first bytes of a text.
struct Wide {
    std::string_view start;
    const char* name;
    std::size_t mark;  ///< bytes of a byte order mark, which is no part of the text
    std::size_t unit;
};
constexpr std::array kWide = {
    Wide{{"\xFF\xFE\0\0", 4}, "UTF-32LE", 4, 4}, Wide{{"\0\0\xFE\xFF", 4}, "UTF-32BE", 4, 4},
    Wide{{"\xFF\xFE", 2}, "UTF-16LE", 2, 2},     Wide{{"\xFE\xFF", 2}, "UTF-16BE", 2, 2},
    Wide{{"<\0\0\0", 4}, "UTF-32LE", 0, 4},      Wide{{"\0\0\0<", 4}, "UTF-32BE", 0, 4},
    Wide{{"<\0", 2}, "UTF-16LE", 0, 2},          Wide{{"\0<", 2}, "UTF-16BE", 0, 2}};

bool is_listed(const auto& list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
}

// The value of `encoding` in an XML declaration, in lower case; empty if there is none.
std::string declared_charset(std::string_view text) {
    if (!text.starts_with("<?xml")) {
        return {};
    }
    text = text.substr(0, kDeclarationBytesMax);
    text = text.substr(0, text.find("?>"));
    const std::size_t name = text.find("encoding");
    const std::size_t quote = text.find_first_of("\"'", name);
    if (name == std::string_view::npos || quote == std::string_view::npos) {
        return {};
    }
    const std::size_t end = text.find(text[quote], quote + 1);
    return base::to_lower(text.substr(quote + 1, end - quote - 1));
}

// What the C library calls it. Pages that say Latin-1 use the characters of its superset.
std::string library_name(const std::string& charset) {
    if (charset == "iso-8859-1" || charset == "latin1") {
        return "windows-1252";
    }
    if (charset == "shift_jis" || charset == "windows-31j") {
        return "cp932";
    }
    return is_listed(kConverted, charset) ? charset : std::string();
}

struct CloseConverter {
    void operator()(void* converter) const { iconv_close(converter); }
};
using Converter = std::unique_ptr<void, CloseConverter>;

Converter open_converter(const std::string& name) {
    static const auto kFailed = reinterpret_cast<iconv_t>(-1);
    iconv_t const converter = iconv_open("UTF-8", name.c_str());
    return Converter(converter == kFailed ? nullptr : converter);
}

// `unit`: how many bytes are skipped where no character begins.
std::string converted(iconv_t converter, std::string_view text, std::size_t unit) {
    std::string out;
    std::array<char, 4096> piece;
    // The library takes a pointer to what it does not change.
    char* in = const_cast<char*>(text.data());
    std::size_t left = text.size();
    while (left > 0) {
        char* next = piece.data();
        std::size_t room = piece.size();
        const bool stopped = iconv(converter, &in, &left, &next, &room) == std::size_t(-1);
        out.append(piece.data(), next);
        if (stopped && errno != E2BIG) {
            out += kReplacement;
            in += std::min(unit, left);
            left -= std::min(unit, left);
        }
    }
    return out;
}

}  // namespace

Result<std::optional<std::string>> utf8_of(std::string_view text) {
    if (const auto wide = std::ranges::find_if(
            kWide, [text](const Wide& one) { return text.starts_with(one.start); });
        wide != kWide.end()) {
        text.remove_prefix(wide->mark);
        const Converter converter = open_converter(wide->name);
        return converted(converter.get(), text, wide->unit);
    }
    const std::string charset = declared_charset(text);
    if (charset.empty() || is_listed(kUnconverted, charset)) {
        return std::nullopt;
    }
    const std::string name = library_name(charset);
    const Converter converter = name.empty() ? nullptr : open_converter(name);
    if (!converter) {
        return base::fail(Code::BadXml, "the charset '" + charset + "' is not known");
    }
    return converted(converter.get(), text, 1);
}

}  // namespace aggregator::format
