#include "config/yaml_reader.h"

#include "config/text_scan.h"
#include "config/utf8.h"
#include "config/yaml_lint.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

namespace berth {
namespace {

// Thrown to leave the parser when going on would make no sense; the reason was reported.
struct Stop {};

size_t count_nodes(const RawNode& node) {
    size_t count = 1;
    for (const RawMember& member : node.members) {
        count += count_nodes(member.value);
    }
    for (const RawNode& item : node.items) {
        count += count_nodes(item);
    }
    return count;
}

size_t depth_of(const RawNode& node) {
    size_t depth = 0;
    for (const RawMember& member : node.members) {
        depth = std::max(depth, depth_of(member.value));
    }
    for (const RawNode& item : node.items) {
        depth = std::max(depth, depth_of(item));
    }
    return depth + 1;
}

// Finds places from marks of the parser, which count bytes from 0. Marks mostly come in order, so
// the characters of a long line are counted once.
class Places {
public:
    explicit Places(SourceRef source) : source_(std::move(source)) {}

    Place at(const YAML::Mark& mark, size_t bytes) {
        const std::string_view text = source_->text;
        const size_t offset = std::min(static_cast<size_t>(std::max(mark.pos, 0)), text.size());
        count_up_to(text, offset);
        std::string_view marked = text.substr(offset, bytes);
        marked = marked.substr(0, marked.find_first_of("\r\n"));
        Place place;
        place.source = source_;
        place.line = static_cast<uint32_t>(std::max(mark.line, 0) + 1);
        place.column = static_cast<uint32_t>(characters_ + 1);
        place.length = static_cast<uint32_t>(std::max<size_t>(1, utf8_count(marked)));
        return place;
    }

    // Bytes of the scalar that begins at the mark, as it stands in the file.
    size_t written_length(const YAML::Mark& mark, const std::string& value) const {
        const std::string_view text = source_->text;
        const size_t begin = std::min(static_cast<size_t>(std::max(mark.pos, 0)), text.size());
        if (begin == text.size() || (text[begin] != '"' && text[begin] != '\'')) {
            return value.size();
        }
        size_t end = begin + 1;
        while (end < text.size() && text[end] != text[begin] && text[end] != '\n') {
            end += text[end] == '\\' && text[begin] == '"' ? 2 : 1;
        }
        return end + 1 - begin;
    }

private:
    void count_up_to(std::string_view text, size_t offset) {
        if (offset < offset_) {
            offset_ = 0;
        }
        std::string_view passed = text.substr(offset_, offset - offset_);
        const size_t newline = passed.rfind('\n');
        if (newline != std::string_view::npos || offset_ == 0) {
            characters_ = 0;
            passed.remove_prefix(newline + 1);
        }
        characters_ += utf8_count(passed);
        offset_ = offset;
    }

    SourceRef source_;
    size_t offset_ = 0, characters_ = 0;  // characters before offset_ on its line
};

// Builds one tree per document from the parser's events, and reports what the subset does not
// allow.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(const SourceRef& source, const Outside& outside, Diagnostics& diagnostics)
        : places_(source), outside_(outside), diagnostics_(diagnostics) {}

    std::vector<RawNode> take_documents() { return std::move(documents_); }
    Place place_of(const YAML::Mark& mark) { return places_.at(mark, 1); }

    void OnDocumentStart(const YAML::Mark& /*mark*/) override { anchors_.clear(); }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        RawNode node;
        node.place = places_.at(mark, 1);
        add(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const Place place = places_.at(mark, 1);
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            fail(Problem::kSyntax,
                 place,
                 "this alias stands inside the value that it names",
                 "a value cannot contain itself");
        }
        alias_nodes_ += found->second.nodes;
        if (alias_nodes_ > kYamlAliasNodesMax) {
            fail(Problem::kTooManyAliases,
                 place,
                 "aliases stand for more than 1000 nodes by now",
                 "write the values out, or use fewer");
        }
        if (open_.size() + depth_of(found->second.tree) > kYamlDepthMax) {
            fail_depth(place);
        }
        add(found->second.tree, YAML::NullAnchor);
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        RawNode node;
        node.kind = RawNode::Kind::kScalar;
        node.text = value;
        node.quoted = tag == "!";
        node.place = places_.at(mark, places_.written_length(mark, value));
        check_tag(tag, node);
        if (value.find('\0') != std::string::npos) {
            diagnostics_.error(Problem::kNotUtf8,
                               node.place,
                               "a zero byte cannot stand in a configuration",
                               {"delete the \\0"});
            node.broken = true;
        }
        if (!expects_key()) {
            if (!node.quoted) {
                lint_plain_value(node, diagnostics_);
            }
            substitute(node, outside_, diagnostics_);
        }
        add(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(RawNode::Kind::kList, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(RawNode::Kind::kMap, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    // A list or map whose end has not come yet.
    struct Open {
        RawNode node;
        YAML::anchor_t anchor = YAML::NullAnchor;
        bool has_key = false, bad_key = false;
        RawMember member;                       // the key whose value comes next
        std::map<std::string, uint32_t> lines;  // of the keys so far
    };
    struct Anchored {
        RawNode tree;
        size_t nodes = 0;
    };

    bool expects_key() const {
        return !open_.empty() && open_.back().node.is_map() && !open_.back().has_key;
    }

    void open(RawNode::Kind kind,
              const YAML::Mark& mark,
              const std::string& tag,
              YAML::anchor_t anchor) {
        Open next;
        next.node.kind = kind;
        next.node.place = places_.at(mark, 1);
        next.anchor = anchor;
        check_tag(tag, next.node);
        if (open_.size() >= kYamlDepthMax) {
            fail_depth(next.node.place);
        }
        open_.push_back(std::move(next));
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        add(std::move(done.node), done.anchor);
    }

    void add(RawNode node, YAML::anchor_t anchor) {
        if (++nodes_ > kYamlNodesMax) {
            fail(Problem::kTooLarge,
                 node.place,
                 "more than 200000 values in one file",
                 "split it: one site per file");
        }
        remember(node, anchor);
        if (open_.empty()) {
            if (node.kind != RawNode::Kind::kNull) {
                documents_.push_back(std::move(node));
            }
        } else if (open_.back().node.is_list()) {
            open_.back().node.items.push_back(std::move(node));
        } else if (!open_.back().has_key) {
            take_key(std::move(node));
        } else {
            take_value(std::move(node));
        }
    }

    // Larger ones cannot be used within the bound on aliases, so no copy of them is kept.
    void remember(const RawNode& node, YAML::anchor_t anchor) {
        if (anchor == YAML::NullAnchor) {
            return;
        }
        const size_t nodes = count_nodes(node);
        anchors_[anchor] = {nodes > kYamlAliasNodesMax ? RawNode() : node, nodes};
    }

    void take_key(RawNode key) {
        Open& map = open_.back();
        map.has_key = true;
        map.bad_key = true;
        map.member = {};
        map.member.place = key.place;
        if (!key.is_scalar()) {
            diagnostics_.error(Problem::kKeyNotText,
                               key.place,
                               "a key must be a plain word",
                               {"write `key: value`; { needs quotes at the start of a text"});
            return;
        }
        if (key.text == "<<" && !key.quoted) {
            diagnostics_.error(Problem::kMergeKey,
                               key.place,
                               "merge keys are not supported",
                               {"repeat the settings, or use an alias for one whole value"});
            return;
        }
        map.bad_key = false;
        map.member.key = std::move(key.text);
    }

    void take_value(RawNode value) {
        Open& map = open_.back();
        map.has_key = false;
        if (map.bad_key) {
            return;
        }
        const auto [first, is_new] = map.lines.emplace(map.member.key, map.member.place.line);
        if (!is_new) {
            diagnostics_.error(Problem::kDuplicateKey,
                               map.member.place,
                               "'" + map.member.key + "' stands here twice",
                               {"the first one is on line " + std::to_string(first->second) +
                                ": merge both values or delete one"});
            return;
        }
        if (value.kind == RawNode::Kind::kNull) {
            value.place = map.member.place;  // the parser's own mark is where the next key begins
        }
        map.member.value = std::move(value);
        map.node.members.push_back(std::move(map.member));
    }

    void check_tag(const std::string& tag, RawNode& node) {
        if (tag.empty() || tag == "?" || tag == "!") {
            return;
        }
        const bool wants_value = tag == "!env" || tag == "!file" || tag == "!cred";
        diagnostics_.error(Problem::kYamlTag,
                           node.place,
                           "YAML tags are not used here",
                           {wants_value ? "write ${" + tag.substr(1) + ":...} inside the value"
                                        : "delete the tag"});
        node.broken = true;
    }

    [[noreturn]] void fail(Problem problem,
                           const Place& place,
                           const std::string& message,
                           const std::string& help) {
        diagnostics_.error(problem, place, message, {help});
        throw Stop();
    }

    [[noreturn]] void fail_depth(const Place& place) {
        fail(Problem::kTooDeep, place, "nested more than 32 levels deep", "make it flatter");
    }

    Places places_;
    const Outside& outside_;
    Diagnostics& diagnostics_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::vector<RawNode> documents_;
    size_t nodes_ = 0, alias_nodes_ = 0;
};

}  // namespace

std::vector<RawNode> read_yaml(const SourceRef& source,
                               const Outside& outside,
                               Diagnostics& diagnostics) {
    if (!scan_text(source, diagnostics)) {
        return {};
    }
    TreeBuilder builder(source, outside, diagnostics);
    try {
        std::istringstream text(source->text);
        YAML::Parser parser(text);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop&) {
        // reported where it was thrown
    } catch (const YAML::Exception& exception) {
        report_syntax_error(builder.place_of(exception.mark), exception.msg, diagnostics);
    }
    return builder.take_documents();
}

}  // namespace berth
