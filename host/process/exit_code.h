#pragma once

namespace berth {

// What a berth command ends with; scripts and service units rely on the numbers.
enum ExitCode : int {
    kExitDone = 0,
    kExitFailed = 1,
    kExitUsage = 2,
    kExitConfigInvalid = 3,
    kExitPluginRejected = 4,
    kExitNoPermission = 5,  // or cannot bind
    kExitUnreachable = 6,   // no daemon answers
    kExitReloadRejected = 7,
    kExitDifferences = 8,
};

}  // namespace berth
