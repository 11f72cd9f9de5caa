#include "module.h"

#include <fstream>
#include <iterator>

namespace berth::file {

berth_status Module::load(const berth_host* host) {
    const berth_status status = HttpModule::load(host);
    api_ = {host,
            http(),
            extension<berth_loop_ext>(BERTH_LOOP_EXT),
            extension<berth_file_ext>(BERTH_FILE_EXT)};
    return api_.loop == nullptr || api_.files == nullptr ? BERTH_E_UNSUPPORTED : status;
}

const std::string& Module::system_types() {
    if (!types_read_) {
        std::ifstream table("/etc/mime.types", std::ios::binary);
        system_types_.assign(std::istreambuf_iterator<char>(table), {});
        types_read_ = true;
    }
    return system_types_;
}

}  // namespace berth::file
