// Of a test program that links allocations.cpp: its operator new counts, and fails when told to.
#pragma once

#include <cstdint>

namespace berth::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSeesAllocations = false;  // the sanitizer's own operator new is called
#else
constexpr bool kSeesAllocations = true;
#endif

// How many there were.
uint64_t allocations();
// Of the next allocations, the one behind so many fails.
void fail_allocation(int behind);
// Nothing is to fail any more. True: it has failed.
bool has_failed_allocation();

}  // namespace berth::testing
