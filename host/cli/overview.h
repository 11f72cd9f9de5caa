#pragma once

namespace berth {

// `berth` alone: the local server's state and what to do next. Never an error.
int print_overview();

}  // namespace berth
