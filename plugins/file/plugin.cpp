// The file plugin's description.
#include "berth/cpp/plugin.hpp"

#include "berth_plugin_info.h"
#include "file_handler.h"

#include "berth/cpp/http_handler.hpp"

namespace berth::file {
namespace {

constexpr berth_factory kFile = sdk::http_handler<FileHandler, Module>(
    {"file", berth_schema_file, "serves the files of a folder"});

constexpr const char* kRequired[] = {
    BERTH_CONFIG_EXT, BERTH_HTTP_EXT, BERTH_LOOP_EXT, BERTH_FILE_EXT, nullptr};
constexpr const char* kProvides[] = {nullptr};
constexpr const berth_factory* kFactories[] = {&kFile, nullptr};
constexpr berth_module kModule = sdk::make_module<Module>({BERTH_PLUGIN_ID,
                                                           BERTH_PLUGIN_VERSION,
                                                           BERTH_PLUGIN_REQUIRED,
                                                           BERTH_PLUGIN_FLAGS,
                                                           "Berth",
                                                           "Apache-2.0",
                                                           "Static files"},
                                                          kRequired,
                                                          kProvides,
                                                          kFactories);

}  // namespace
}  // namespace berth::file

BERTH_PLUGIN(berth::file::kModule)
