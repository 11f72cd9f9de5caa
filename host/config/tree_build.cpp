#include "config/tree_build.h"

#include "config/scalar_check.h"
#include "config/text_scan.h"
#include "config/value_format.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace berth {

berth_cfg empty_node(berth_cfg::Kind kind, const Place& place) {
    berth_cfg node;
    node.kind = kind;
    node.place = place;
    node.where = place.text();
    return node;
}

berth_cfg untyped_node(const RawNode& node) {
    if (node.is_map()) {
        berth_cfg map = empty_node(berth_cfg::Kind::kMap, node.place);
        for (const RawMember& member : node.members) {
            map.members.push_back({member.key, untyped_node(member.value)});
        }
        return map;
    }
    if (node.is_list()) {
        berth_cfg list = empty_node(berth_cfg::Kind::kList, node.place);
        for (const RawNode& item : node.items) {
            list.items.push_back(untyped_node(item));
        }
        return list;
    }
    return untyped_scalar(node);
}

RawNode raw_value(const SchemaValue& value, const Place& place) {
    RawNode node;
    node.place = place;
    node.text = value.text;
    switch (value.type) {
        case kTypeNull:
            node.kind = RawNode::Kind::kNull;
            break;
        case kTypeArray:
            node.kind = RawNode::Kind::kList;
            break;
        case kTypeObject:
            node.kind = RawNode::Kind::kMap;
            break;
        default:
            node.kind = RawNode::Kind::kScalar;
            break;
    }
    node.quoted = value.type == kTypeString;
    for (const SchemaValue& item : value.items) {
        node.items.push_back(raw_value(item, place));
    }
    for (const auto& [key, member] : value.members) {
        node.members.push_back({key, place, raw_value(member, place)});
    }
    return node;
}

RawNode split_text(const RawNode& text) {
    RawNode list;
    list.kind = RawNode::Kind::kList;
    list.place = text.place;
    for (size_t begin = 0; begin < text.text.size();) {
        const size_t end = std::min(text.text.find(';', begin), text.text.size());
        if (end > begin) {
            list.items.push_back(text);
            list.items.back().text = text.text.substr(begin, end - begin);
        }
        begin = end + 1;
    }
    return list;
}

RawNode raw_variable(const Schema& schema, const std::string& value) {
    RawNode node;
    node.kind = RawNode::Kind::kScalar;
    node.quoted = true;
    node.substituted = true;
    node.secret = schema.secret;
    node.text = value;
    const std::string shown = schema.secret ? "..." : value.substr(0, value.find('\n'));
    const SourceRef source = make_source("environment", schema.env + "=" + shown);
    node.place = place_at(source, schema.env.size() + 1, shown.size());
    return outside_value(schema, std::move(node));
}

RawNode outside_value(const Schema& schema, RawNode node) {
    if (schema.types == kTypeArray) {
        return split_text(node);
    }
    const bool flag = (schema.types & kTypeBoolean) != 0 && (schema.types & kTypeString) == 0;
    if (const std::optional<bool> on = flag ? read_flag(node.text) : std::nullopt) {
        node.text = *on ? "true" : "false";
    }
    if (schema.format == Format::kDuration && read_number(node.text)) {
        node.text.push_back('s');
    }
    return node;
}

RawNode raw_map(const Place& place) {
    RawNode node;
    node.kind = RawNode::Kind::kMap;
    node.place = place;
    return node;
}

RawNode raw_text(std::string text, const Place& place) {
    RawNode node;
    node.kind = RawNode::Kind::kScalar;
    node.quoted = true;
    node.text = std::move(text);
    node.place = place;
    return node;
}

RawNode raw_list(RawNode item) {
    RawNode node;
    node.kind = RawNode::Kind::kList;
    node.place = item.place;
    node.items.push_back(std::move(item));
    return node;
}

void add_member(RawNode& map, const std::string& key, RawNode value) {
    const Place place = value.place;
    map.members.push_back({key, place, std::move(value)});
}

}  // namespace berth
