/* Everything that a plugin can use; each header stands alone, too. */
#ifndef BERTH_BERTH_H
#define BERTH_BERTH_H

#include "berth/abi.h"
#include "berth/config.h"
#include "berth/conn_filter.h"
#include "berth/crypto.h"
#include "berth/file.h"
#include "berth/http.h"
#include "berth/log.h"
#include "berth/loop.h"
#include "berth/net.h"
#include "berth/protocol.h"
#include "berth/status.h"
#include "berth/stream.h"
#include "berth/websocket.h"
#include "berth/worker.h"

#endif
