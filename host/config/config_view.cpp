#include "config/config_view.h"

#include "config/config_node.h"

#include <string>

namespace berth {
namespace {

berth_sv view_of(const std::string& text) {
    return {text.data(), text.size()};
}

const berth_cfg* get(const berth_cfg* node, const char* key) noexcept {
    return node == nullptr || key == nullptr ? nullptr : node->find(key);
}

const berth_cfg* at(const berth_cfg* node, uint32_t i, berth_sv* key) noexcept {
    if (key != nullptr) {
        *key = {};
    }
    if (node == nullptr) {
        return nullptr;
    }
    if (i < node->members.size()) {
        const ConfigMember& member = node->members[i];
        if (key != nullptr) {
            *key = view_of(member.key);
        }
        return &member.value;
    }
    return i < node->items.size() ? &node->items[i] : nullptr;
}

uint32_t count(const berth_cfg* node) noexcept {
    return node == nullptr ? 0 : static_cast<uint32_t>(node->members.size() + node->items.size());
}

berth_sv str(const berth_cfg* node) noexcept {
    return node == nullptr ? berth_sv{} : view_of(node->text);
}

int64_t i64(const berth_cfg* node) noexcept {
    return node == nullptr ? 0 : node->i64;
}

double f64(const berth_cfg* node) noexcept {
    return node == nullptr ? 0 : node->f64;
}

berth_sv where(const berth_cfg* node) noexcept {
    return node == nullptr ? berth_sv{} : view_of(node->where);
}

}  // namespace

berth_config_ext config_view() {
    berth_config_ext table{};
    table.h.size = sizeof table;
    table.get = get;
    table.at = at;
    table.count = count;
    table.str = str;
    table.i64 = i64;
    table.f64 = f64;
    table.where = where;
    return table;
}

}  // namespace berth
