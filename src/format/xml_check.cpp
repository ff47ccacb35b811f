#include "format/xml_check.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <aggregator/base/text.hpp>

#include "format/xml_characters.hpp"

namespace aggregator::format {

namespace {

using base::Code;
using base::Result;

constexpr std::string_view kXmlByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kFewAttributes = 8;

bool is_xml_space(char c) { return kSpaces.find(c) != std::string_view::npos; }
bool is_blank(std::string_view text) {
    return text.find_first_not_of(kSpaces) == std::string_view::npos;
}

tl::unexpected<base::Error> wrong(std::size_t at, const std::string& what) {
    return base::fail(Code::BadXml, "byte " + std::to_string(at) + ": " + what);
}

/// Walks over a text once, with a stack of the open elements' names.
class XmlChecker {
public:
    explicit XmlChecker(std::string_view text) : text_(text) {}

    [[nodiscard]] Result<void> check();

private:
    // Each step takes what stands at `at_`; false: it is wrong, and `what_` says why.
    bool declaration();
    bool piece();
    bool text();
    bool markup();
    bool comment();
    bool cdata();
    bool instruction();
    bool doctype();
    bool end_tag();
    bool start_tag();
    bool attributes();
    bool attribute();
    bool value(std::string_view& value);
    bool name(std::string_view& name);
    bool skip_over(std::string_view end, const char* what);
    bool references(std::string_view text, std::size_t at);
    bool are_different();

    bool wrong_here(const char* what);
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    [[nodiscard]] bool take(std::string_view word);
    bool skip_spaces();

    std::string_view text_;
    std::size_t at_ = 0;
    const char* what_ = nullptr;
    bool root_seen_ = false;
    bool doctype_seen_ = false;
    std::vector<std::string_view> open_;
    std::vector<std::string_view> names_;   ///< of one element's attributes
    std::vector<std::string_view> values_;  ///< as they are written
};

bool XmlChecker::wrong_here(const char* what) {
    what_ = what;
    return false;
}

bool XmlChecker::take(std::string_view word) {
    const bool there = rest().starts_with(word);
    at_ += there ? word.size() : 0;
    return there;
}

bool XmlChecker::skip_spaces() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_not_of(kSpaces, at_), text_.size());
    return at_ > begin;
}

Result<void> XmlChecker::check() {
    if (const std::size_t size = xml_characters_size(text_); size < text_.size()) {
        return wrong(size, "a character that XML does not allow, or none in UTF-8");
    }
    at_ = text_.starts_with(kXmlByteOrderMark) ? kXmlByteOrderMark.size() : 0;
    bool sound = declaration();
    while (sound && at_ < text_.size()) {
        sound = piece();
    }
    if (!sound) {
        return wrong(at_, what_);
    }
    if (!root_seen_) {
        return base::fail(Code::BadXml, "there is no root element");
    }
    if (!open_.empty()) {
        return wrong(at_, "the element '" + std::string(open_.back()) + "' is not closed");
    }
    return {};
}

bool XmlChecker::declaration() {
    if (!rest().starts_with("<?xml") || rest().size() < 6 || !is_xml_space(rest()[5])) {
        return true;
    }
    at_ += 5;
    if (!attributes()) {
        return false;
    }
    if (!take("?>")) {
        return wrong_here("the XML declaration is not closed");
    }
    constexpr std::array<std::string_view, 3> kOrder = {"version", "encoding", "standalone"};
    auto next = kOrder.begin();
    for (const std::string_view name : names_) {
        next = std::find(next, kOrder.end(), name);
        if (next == kOrder.end()) {
            return wrong_here("the XML declaration has other parts than XML knows");
        }
    }
    if (names_.empty() || names_.front() != "version" || !values_.front().starts_with("1.")) {
        return wrong_here("the XML declaration has no version 1");
    }
    const bool alone = names_.back() == "standalone";
    if (alone && values_.back() != "yes" && values_.back() != "no") {
        return wrong_here("standalone is neither yes nor no");
    }
    return true;
}

bool XmlChecker::piece() { return text_[at_] == '<' ? markup() : text(); }

bool XmlChecker::text() {
    const std::size_t end = std::min(text_.find('<', at_), text_.size());
    const std::string_view run = text_.substr(at_, end - at_);
    if (open_.empty() && !is_blank(run)) {
        return wrong_here("text outside of the root element");
    }
    if (const std::size_t mark = run.find("]]>"); mark != std::string_view::npos) {
        at_ += mark;
        return wrong_here("']]>' in text");
    }
    if (!references(run, at_)) {
        return false;
    }
    at_ = end;
    return true;
}

bool XmlChecker::markup() {
    if (take("<!--")) {
        return comment();
    }
    if (take("<![CDATA[")) {
        return cdata();
    }
    if (take("<!DOCTYPE")) {
        return doctype();
    }
    if (take("<?")) {
        return instruction();
    }
    return take("</") ? end_tag() : start_tag();
}

bool XmlChecker::comment() {
    return skip_over("--", "the comment is not closed") &&
           (take(">") || wrong_here("'--' in a comment"));
}

bool XmlChecker::cdata() {
    if (open_.empty()) {
        return wrong_here("CDATA outside of the root element");
    }
    return skip_over("]]>", "the CDATA section is not closed");
}

bool XmlChecker::instruction() {
    std::string_view target;
    if (!name(target)) {
        return false;
    }
    if (base::equal_ignoring_case(target, "xml")) {
        return wrong_here("an XML declaration that is not at the beginning");
    }
    if (!rest().starts_with("?>") && !skip_spaces()) {
        return wrong_here("a processing instruction whose target is no name");
    }
    return skip_over("?>", "the processing instruction is not closed");
}

// What is declared is skipped: quoted texts, comments, instructions and brackets are told apart.
bool XmlChecker::doctype() {
    std::string_view root;
    if (doctype_seen_ || root_seen_) {
        return wrong_here("a DOCTYPE that is not in front of the root element");
    }
    doctype_seen_ = true;
    if (!skip_spaces()) {
        return wrong_here("a DOCTYPE without a name");
    }
    if (!name(root)) {
        return false;
    }
    bool inside = false;
    while (at_ < text_.size()) {
        if (take("<!--")) {
            if (!comment()) {
                return false;
            }
            continue;
        }
        const char c = text_[at_++];
        if (c == '"' || c == '\'') {
            if (!skip_over(std::string_view(&c, 1), "a quoted text is not closed")) {
                return false;
            }
        } else if (c == '<' && take("?")) {
            if (!skip_over("?>", "the processing instruction is not closed")) {
                return false;
            }
        } else if (c == '[' || c == ']') {
            inside = c == '[';
        } else if (c == '>' && !inside) {
            return true;
        }
    }
    return wrong_here("the DOCTYPE is not closed");
}

bool XmlChecker::end_tag() {
    std::string_view closed;
    const std::size_t begin = at_;
    if (!name(closed)) {
        return false;
    }
    skip_spaces();
    if (!take(">")) {
        return wrong_here("the end tag is not closed");
    }
    if (open_.empty() || open_.back() != closed) {
        at_ = begin;
        return wrong_here("an end tag that matches no start tag");
    }
    open_.pop_back();
    return true;
}

bool XmlChecker::start_tag() {
    if (root_seen_ && open_.empty()) {
        return wrong_here("a second root element");
    }
    root_seen_ = true;
    ++at_;
    std::string_view element;
    if (!name(element) || !attributes()) {
        return false;
    }
    if (take("/>")) {
        return true;
    }
    if (!take(">")) {
        return wrong_here("a tag that is not closed, or a name without a value");
    }
    open_.push_back(element);
    return true;
}

bool XmlChecker::attributes() {
    names_.clear();
    values_.clear();
    for (;;) {
        const bool apart = skip_spaces();
        constexpr std::string_view kEnds = ">/?";
        if (at_ == text_.size() || kEnds.find(text_[at_]) != std::string_view::npos) {
            return are_different() || wrong_here("an attribute stands there twice");
        }
        if (!apart) {
            return wrong_here("no space in front of an attribute, or a name that is none");
        }
        if (!attribute()) {
            return false;
        }
    }
}

bool XmlChecker::attribute() {
    std::string_view attribute;
    std::string_view written;
    if (!name(attribute)) {
        return false;
    }
    skip_spaces();
    if (!take("=")) {
        return wrong_here("an attribute without a value");
    }
    skip_spaces();
    if (!value(written)) {
        return false;
    }
    names_.push_back(attribute);
    values_.push_back(written);
    return true;
}

bool XmlChecker::value(std::string_view& value) {
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '"' && quote != '\'') {
        return wrong_here("a value without quotes");
    }
    const std::size_t begin = ++at_;
    const std::size_t end = text_.find(quote, begin);
    if (end == std::string_view::npos) {
        return wrong_here("a value that is not closed");
    }
    value = text_.substr(begin, end - begin);
    if (const std::size_t less = value.find('<'); less != std::string_view::npos) {
        at_ += less;
        return wrong_here("'<' in a value");
    }
    if (!references(value, begin)) {
        return false;
    }
    at_ = end + 1;
    return true;
}

bool XmlChecker::name(std::string_view& name) {
    name = text_.substr(at_, xml_name_size(rest()));
    at_ += name.size();
    return !name.empty() || wrong_here("a name was expected");
}

bool XmlChecker::skip_over(std::string_view end, const char* what) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) {
        return wrong_here(what);
    }
    at_ = found + end.size();
    return true;
}

bool XmlChecker::references(std::string_view text, std::size_t at) {
    for (std::size_t i = text.find('&'); i != std::string_view::npos; i = text.find('&', i + 1)) {
        const std::size_t end = text.find(';', i);
        if (end == std::string_view::npos || !is_xml_reference(text.substr(i + 1, end - i - 1))) {
            at_ = at + i;
            return wrong_here("a reference to what is not defined, or '&' alone");
        }
    }
    return true;
}

bool XmlChecker::are_different() {
    if (names_.size() <= kFewAttributes) {
        for (std::size_t i = 1; i < names_.size(); ++i) {
            const auto here = names_.begin() + static_cast<std::ptrdiff_t>(i);
            if (std::find(names_.begin(), here, *here) != here) {
                return false;
            }
        }
        return true;
    }
    std::ranges::sort(names_);
    return std::ranges::adjacent_find(names_) == names_.end();
}

}  // namespace

Result<void> check_xml(std::string_view text) { return XmlChecker(text).check(); }

}  // namespace aggregator::format
