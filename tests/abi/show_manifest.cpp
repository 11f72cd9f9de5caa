// Prints "id version target" of a plugin's file without running it.
#include "plugin/manifest.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

int main(int argc, char** argv) {
    std::ifstream stream(argc > 1 ? argv[1] : "", std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    const auto file =
        berth::read_plugin_file({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    if (!file) {
        std::fprintf(stderr, "%s\n", file.error().message.c_str());
        return 1;
    }
    std::printf("%s %s %s\n",
                file.value().manifest.id.c_str(),
                file.value().manifest.version.c_str(),
                berth::target_name(file.value().target).c_str());
    return 0;
}
