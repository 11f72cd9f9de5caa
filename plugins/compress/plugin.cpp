// The compress plugin's description.
#include "berth/cpp/plugin.hpp"

#include "berth_plugin_info.h"
#include "compress_filter.h"

#include "berth/cpp/http_filter.hpp"

namespace {

using berth::compress::CompressFilter;
using berth::compress::Module;

constexpr berth_factory kCompress = berth::sdk::http_filter<CompressFilter, Module>(
    {"compress", berth_schema_compress, "compresses answers"});

constexpr const char* kRequired[] = {BERTH_CONFIG_EXT, BERTH_HTTP_EXT, BERTH_LOOP_EXT, nullptr};
constexpr berth_module kModule = berth::sdk::make_module<Module, kCompress>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Compresses answers"), kRequired);

}  // namespace

BERTH_PLUGIN(kModule)
