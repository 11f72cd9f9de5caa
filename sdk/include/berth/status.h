/* Names of statuses, for messages. */
#ifndef BERTH_STATUS_H
#define BERTH_STATUS_H

#include "berth/abi.h"

/* "E_GONE" and the like; "?" for a number that this SDK does not know. */
static inline const char* berth_status_name(berth_status status) {
    static const char* const outcomes[] = {"OK", "PENDING", "AGAIN", "DECLINED", "MORE"};
    static const char* const errors[] = {"E_FAIL",
                                         "E_NOMEM",
                                         "E_INVAL",
                                         "E_STATE",
                                         "E_GONE",
                                         "E_LIMIT",
                                         "E_TIMEOUT",
                                         "E_UNSUPPORTED",
                                         "E_DENIED",
                                         "E_IO",
                                         "E_TLS",
                                         "E_DNS",
                                         "E_THREAD"};
    if (status >= 0 && status < 5) {
        return outcomes[status];
    }
    if (status < 0 && status >= -13) {
        return errors[-status - 1];
    }
    return "?";
}

#endif
