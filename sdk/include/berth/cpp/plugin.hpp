// The description of a plugin from one class, its module: what it found in load() and keeps for the
// life of the process.
//
//     class Hello {
//     public:
//         berth_status load(const berth_host *host);       // look the extensions up
//         const void *get_extension(std::string_view id);  // only when the plugin provides some
//     };
//     constexpr const char *kRequired[] = {BERTH_CONFIG_EXT, nullptr};
//     constexpr berth_module kModule = berth::sdk::make_module<Hello, kFactory>(
//         BERTH_ABOUT("Example", "Apache-2.0", "Says hello"), kRequired);
//     BERTH_PLUGIN(kModule)
#ifndef BERTH_CPP_PLUGIN_HPP
#define BERTH_CPP_PLUGIN_HPP

#include "berth/abi.h"
#include "berth/config.h"
#include "berth/cpp/config.hpp"
#include "berth/cpp/guard.hpp"

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

// The plugin's entry; module is a constant berth_module.
#define BERTH_PLUGIN(module)                    \
    const berth_module* berth_module_v1(void) { \
        return &(module);                       \
    }

// Who made it; the rest is what "berth_plugin_info.h" says.
#define BERTH_ABOUT(vendor, license, summary)   \
    (::berth::sdk::About{BERTH_PLUGIN_ID,       \
                         BERTH_PLUGIN_VERSION,  \
                         BERTH_PLUGIN_REQUIRED, \
                         BERTH_PLUGIN_FLAGS,    \
                         vendor,                \
                         license,               \
                         summary})

namespace berth::sdk {

namespace detail {

// Declares Has_<member><T>: does T have a member that can be called with these arguments?
#define BERTH_DETECT(member, ...)                                                         \
    template <class T, class = void>                                                      \
    struct Has_##member : std::false_type {};                                             \
    template <class T>                                                                    \
    struct Has_##member<T, std::void_t<decltype(std::declval<T&>().member(__VA_ARGS__))>> \
        : std::true_type {}

BERTH_DETECT(get_extension, std::string_view());
BERTH_DETECT(drain, std::uint64_t());

template <class Module>
berth_status load(const berth_host* host, void** mod) noexcept {
    return guarded([&] {
        auto module = std::make_unique<Module>();
        const berth_status status = module->load(host);
        if (status >= 0) {
            *mod = module.release();
        }
        return status;
    });
}

template <class Module>
const void* get_extension(void* mod, const char* id) noexcept {
    return static_cast<Module*>(mod)->get_extension(std::string_view(id));
}

template <class Module>
void unload(void* mod) noexcept {
    delete static_cast<Module*>(mod);
}

template <class T, class Module>
berth_status create(void* mod, const berth_cfg* node, void*, void** inst) noexcept {
    return guarded([&] {
        auto& module = *static_cast<Module*>(mod);
        auto instance = std::make_unique<T>(module);
        const berth_status status =
            instance->configure(Config(module.host(), module.config(), node));
        if (status >= 0) {
            *inst = instance.release();
        }
        return status;
    });
}

template <class T>
void drain(void* inst, std::uint64_t deadline_ms) noexcept {
    guarded([&] { static_cast<T*>(inst)->drain(deadline_ms); });
}

template <class T>
void destroy(void* inst) noexcept {
    delete static_cast<T*>(inst);
}

template <class Module>
constexpr auto get_extension_if_any() {
    if constexpr (Has_get_extension<Module>::value) {
        return &get_extension<Module>;
    } else {
        return nullptr;
    }
}

template <class T, class = void>
struct TriedInZygote : std::false_type {};
template <class T>
struct TriedInZygote<T, std::void_t<decltype(T::kTriedInZygote)>>
    : std::bool_constant<T::kTriedInZygote> {};

template <class T, class Module>
berth_status try_settings(void* mod, const berth_cfg* node, void**) noexcept {
    void* inst = nullptr;
    const berth_status status = create<T, Module>(mod, node, nullptr, &inst);
    if (status >= 0) {
        destroy<T>(inst);
    }
    return status;
}

template <class T, class Module>
constexpr auto try_settings_if_wanted() -> decltype(berth_factory::prepare) {
    if constexpr (TriedInZygote<T>::value) {
        return &try_settings<T, Module>;
    } else {
        return nullptr;
    }
}

template <class T>
constexpr auto drain_if_any() {
    if constexpr (Has_drain<T>::value) {
        return &drain<T>;
    } else {
        return nullptr;
    }
}

}  // namespace detail

// What most modules keep: the host and the extension that instances are configured with. A module
// derives from it, or has host() and config() of its own.
class ModuleBase {
public:
    berth_status load(const berth_host* host) {
        host_ = host;
        config_ = extension<berth_config_ext>(BERTH_CONFIG_EXT);
        return config_ == nullptr ? BERTH_E_UNSUPPORTED : BERTH_OK;
    }

    // A table of the host or of another plugin, NULL when nobody provides it; load() and later.
    template <class Table>
    const Table* extension(const char* id) const {
        return static_cast<const Table*>(host_->get_extension(host_, id));
    }

    const berth_host* host() const { return host_; }
    const berth_config_ext* config() const { return config_; }

private:
    const berth_host* host_ = nullptr;
    const berth_config_ext* config_ = nullptr;
};

// What a plugin is and who made it; see BERTH_ABOUT.
struct About {
    const char *id, *version;
    std::uint16_t required_minor;
    std::uint32_t flags;
    const char *vendor, *license, *summary;
};

// Lists end with nullptr.
template <class Module>
constexpr berth_module make_module(const About& about,
                                   const char* const* required,
                                   const char* const* provides,
                                   const berth_factory* const* factories) {
    berth_module module{};
    module.h = BERTH_HDR(berth_module);
    module.magic = BERTH_MAGIC;
    module.abi_major = BERTH_ABI_MAJOR;
    module.abi_minor_built = BERTH_ABI_MINOR;
    module.abi_minor_required = about.required_minor;
    module.flags = about.flags;
    module.id = about.id;
    module.version = about.version;
    module.vendor = about.vendor;
    module.license = about.license;
    module.summary = about.summary;
    module.required = required;
    module.provides = provides;
    module.factories = factories;
    module.load = &detail::load<Module>;
    module.get_extension = detail::get_extension_if_any<Module>();
    module.unload = &detail::unload<Module>;
    return module;
}

namespace detail {

inline constexpr const char* kNoExtensions[] = {nullptr};
template <const berth_factory& factory>
inline constexpr const berth_factory* kOnlyFactory[] = {&factory, nullptr};

}  // namespace detail

// The usual one: one factory, nothing for other plugins.
template <class Module, const berth_factory& factory>
constexpr berth_module make_module(const About& about, const char* const* required) {
    return make_module<Module>(
        about, required, detail::kNoExtensions, detail::kOnlyFactory<factory>);
}

// How a site file names a factory, and what it may say about it.
struct Named {
    const char *name, *config_schema, *summary;
    std::uint32_t flags = 0;
};

// A factory of T: constructed with the module, then `berth_status configure(const Config &)`;
// optional `void drain(uint64_t deadline_ms)`. With `static constexpr bool kTriedInZygote = true`
// an instance is also made and dropped before there are workers, so that `berth check` says what
// configure() refuses; there the loop's functions have no loop yet. ops is the table of the kind.
template <class T, class Module>
constexpr berth_factory make_factory(const char* kind, const Named& named, const void* ops) {
    berth_factory factory{};
    factory.h = BERTH_HDR(berth_factory);
    factory.kind = kind;
    factory.name = named.name;
    factory.config_schema = named.config_schema;
    factory.summary = named.summary;
    factory.flags = named.flags;
    factory.ops = ops;
    factory.prepare = detail::try_settings_if_wanted<T, Module>();
    factory.create = &detail::create<T, Module>;
    factory.drain = detail::drain_if_any<T>();
    factory.destroy = &detail::destroy<T>;
    return factory;
}

}  // namespace berth::sdk

#endif
