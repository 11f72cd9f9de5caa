#include "plugin/module_check.h"

#include "config/utf8.h"

#include <cstring>
#include <set>
#include <string_view>
#include <utility>

namespace berth {
namespace {

constexpr size_t kNameMax = 128, kTextMax = 1024, kSchemaMax = 1 << 20, kListMax = 256;

Error bad(std::string what) {
    return Error{"has a bad description: " + std::move(what)};
}

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const size_t length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

// A text of the plugin, not longer than limit; what names it in errors.
Result<std::string_view> text_of(const char* text, size_t limit, std::string_view what) {
    if (text == nullptr) {
        return bad("no " + std::string(what));
    }
    const size_t length = ::strnlen(text, limit + 1);
    if (length > limit) {
        return bad(std::string(what) + " is longer than " + std::to_string(limit) + " bytes");
    }
    const std::string_view view(text, length);
    if (!is_utf8(view)) {
        return bad(std::string(what) + " is not UTF-8");
    }
    return view;
}

Result<std::vector<std::string>> list_of(const char* const* list, std::string_view what) {
    std::vector<std::string> items;
    if (list == nullptr) {
        return bad("no list of " + std::string(what));
    }
    for (; *list != nullptr; ++list) {
        if (items.size() == kListMax) {
            return bad("more than " + std::to_string(kListMax) + " " + std::string(what));
        }
        const auto item = text_of(*list, kNameMax, what);
        if (!item) {
            return item.error();
        }
        items.emplace_back(item.value());
    }
    return items;
}

Status check_header(const berth_module* module) {
    if (module == nullptr) {
        return bad("berth_module_v1() returned nothing");
    }
    if (module->h.size < offsetof(berth_module, abi_major) || module->magic != BERTH_MAGIC) {
        return bad("it does not begin with the magic number of a plugin");
    }
    if (module->h.size < sizeof(berth_module)) {
        return bad("it has " + std::to_string(module->h.size) + " bytes, " +
                   std::to_string(sizeof(berth_module)) + " are needed");
    }
    if (module->abi_major != BERTH_ABI_MAJOR) {
        return bad("berth_module_v1() speaks of ABI " + std::to_string(module->abi_major));
    }
    return Done{};
}

Status check_identity(const berth_module& module, const Manifest& manifest) {
    const std::pair<const char*, std::string_view> texts[] = {
        {module.vendor, "vendor"}, {module.license, "licence"}, {module.summary, "summary"}};
    for (const auto& [text, what] : texts) {
        if (const auto checked = text_of(text, kTextMax, what); !checked) {
            return checked.error();
        }
    }
    const auto id = text_of(module.id, kNameMax, "id");
    if (!id) {
        return id.error();
    }
    const auto version = text_of(module.version, kNameMax, "version");
    if (!version) {
        return version.error();
    }
    if (id.value() != manifest.id || version.value() != manifest.version ||
        module.abi_minor_required != manifest.abi_minor_required ||
        module.flags != manifest.flags) {
        return bad("it says " + quoted(id.value()) + " " + std::string(version.value()) +
                   ", the manifest " + quoted(manifest.id) + " " + manifest.version +
                   ", or they differ in flags or ABI: use the names of berth_plugin_info.h");
    }
    return Done{};
}

// Checks one factory and adds it; seen are kinds of those before it.
Status add_factory(const berth_factory& factory,
                   const Manifest& manifest,
                   std::set<std::string>& seen,
                   CheckedModule& checked) {
    if (factory.h.size < sizeof(berth_factory)) {
        return bad("a factory has " + std::to_string(factory.h.size) + " bytes, " +
                   std::to_string(sizeof(berth_factory)) + " are needed");
    }
    const auto name = text_of(factory.name, kNameMax, "name of a factory");
    if (!name) {
        return name.error();
    }
    const auto kind = text_of(factory.kind, kNameMax, "kind of a factory");
    if (!kind) {
        return kind.error();
    }
    if (name.value() != manifest.id) {
        return bad("factory " + quoted(name.value()) + " is not named like its plugin " +
                   quoted(manifest.id));
    }
    if (!seen.emplace(kind.value()).second) {
        return bad("two factories of kind " + quoted(kind.value()) + " are called " +
                   quoted(name.value()));
    }
    if (factory.create == nullptr || factory.destroy == nullptr || factory.ops == nullptr) {
        return bad("factory of kind " + quoted(kind.value()) + " lacks create, destroy or ops");
    }
    const auto summary = text_of(factory.summary, kTextMax, "summary of a factory");
    if (!summary) {
        return summary.error();
    }
    const auto text = text_of(factory.config_schema, kSchemaMax, "schema of a factory");
    if (!text) {
        return text.error();
    }
    auto schema = parse_schema(text.value());
    if (!schema) {
        return bad("schema of " + quoted(kind.value()) + ": " + schema.error().message);
    }
    for (const std::string& keyword : schema.value().unknown_keywords) {
        checked.warnings.push_back("schema of " + quoted(kind.value()) + " has keyword " +
                                   quoted(keyword) + ", which this host does not know");
    }
    checked.factories.push_back(CheckedFactory{&factory, std::move(schema.value().root)});
    return Done{};
}

Status check_factories(const berth_module& module,
                       const Manifest& manifest,
                       CheckedModule& checked) {
    if (module.factories == nullptr) {
        return bad("no list of factories");
    }
    std::set<std::string> seen;
    for (const berth_factory* const* at = module.factories; *at != nullptr; ++at) {
        if (checked.factories.size() == kListMax) {
            return bad("more than " + std::to_string(kListMax) + " factories");
        }
        if (auto added = add_factory(**at, manifest, seen, checked); !added) {
            return added;
        }
    }
    return Done{};
}

}  // namespace

Result<CheckedModule> check_module(const berth_module* module, const Manifest& manifest) {
    if (auto checked = check_header(module); !checked) {
        return checked.error();
    }
    if (auto checked = check_identity(*module, manifest); !checked) {
        return checked.error();
    }
    CheckedModule result;
    auto required = list_of(module->required, "required extensions");
    if (!required) {
        return required.error();
    }
    auto provides = list_of(module->provides, "provided extensions");
    if (!provides) {
        return provides.error();
    }
    result.required = std::move(required).value();
    result.provides = std::move(provides).value();
    if (module->load == nullptr || (module->get_extension == nullptr && !result.provides.empty())) {
        return bad("it lacks load or get_extension");
    }
    if (auto checked = check_factories(*module, manifest, result); !checked) {
        return checked.error();
    }
    return result;
}

}  // namespace berth
