// Typed reading of berth.config/1. Values are validated and filled with defaults before a plugin
// sees them, so reading cannot fail; what is left for the plugin to refuse it refuses with
// Config::fail().
#ifndef BERTH_CPP_CONFIG_HPP
#define BERTH_CPP_CONFIG_HPP

#include "berth/config.h"
#include "berth/cpp/text.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace berth::sdk {

// One node: a map, a list or a scalar. Cheap to copy; lives until destroy() of the instance it
// configures.
class Config {
public:
    Config(const berth_host* host, const berth_config_ext* ext, const berth_cfg* node)
        : host_(host), ext_(ext), node_(node) {}

    // Was it given, or does it have a default?
    explicit operator bool() const { return node_ != nullptr; }
    const berth_cfg* node() const { return node_; }
    const berth_config_ext* ext() const { return ext_; }

    // Member of a map; an absent one is false and reads as empty text and zero.
    Config operator[](const char* key) const { return Config(host_, ext_, ext_->get(node_, key)); }

    std::string_view text() const { return view(ext_->str(node_)); }
    std::int64_t integer() const { return ext_->i64(node_); }
    std::uint64_t size() const { return static_cast<std::uint64_t>(ext_->i64(node_)); }
    std::chrono::milliseconds duration() const {
        return std::chrono::milliseconds(ext_->i64(node_));
    }
    double number() const { return ext_->f64(node_); }
    bool boolean() const { return ext_->i64(node_) != 0; }

    // Items of a list or members of a map: at(i) for i < count(), or `for (Config item : config)`.
    std::uint32_t count() const { return ext_->count(node_); }
    Config at(std::uint32_t i, std::string_view* key = nullptr) const {
        berth_sv name{nullptr, 0};
        const berth_cfg* node = ext_->at(node_, i, &name);
        if (key != nullptr) {
            *key = view(name);
        }
        return Config(host_, ext_, node);
    }

    // The instance that this node names (schema keyword x-berth-plugin).
    berth_status use(berth_use* out) const {
        *out = berth_use{};
        out->h = BERTH_HDR(berth_use);
        return ext_->use(node_, out);
    }

    // Reports a diagnostic at this place; `return config["root"].fail("no such folder");` ends
    // configure().
    berth_status fail(std::string_view message, berth_status status = BERTH_E_INVAL) const {
        return host_->fail(host_, node_, status, sv(message));
    }

    class Iterator {
    public:
        Iterator(const Config& list, std::uint32_t i) : list_(&list), i_(i) {}
        Config operator*() const { return list_->at(i_); }
        Iterator& operator++() {
            ++i_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return i_ != other.i_; }

    private:
        const Config* list_;
        std::uint32_t i_;
    };
    Iterator begin() const { return Iterator(*this, 0); }
    Iterator end() const { return Iterator(*this, count()); }

private:
    const berth_host* host_;
    const berth_config_ext* ext_;
    const berth_cfg* node_;
};

}  // namespace berth::sdk

#endif
