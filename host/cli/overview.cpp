#include "cli/overview.h"

#include "cli/admin_call.h"
#include "process/exit_code.h"

#include <iostream>

namespace berth {

int print_overview() {
    const auto answer = call_admin(AdminTarget().path(), {{"command", "status"}});
    if (answer) {
        std::cout << answer.value().out;
        return kExitDone;
    }
    std::cout << "Berth " BERTH_VERSION
                 " is not running here.\n\n"
                 "  Share this folder      berth file .\n"
                 "  See it answer          berth hello\n"
                 "  Serve a configuration  berth run FILE\n"
                 "  All commands           berth --help\n";
    return kExitDone;
}

}  // namespace berth
