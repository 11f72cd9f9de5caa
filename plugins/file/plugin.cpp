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
constexpr berth_module kModule =
    sdk::make_module<Module, kFile>(BERTH_ABOUT("Berth", "Apache-2.0", "Static files"), kRequired);

}  // namespace
}  // namespace berth::file

BERTH_PLUGIN(berth::file::kModule)
