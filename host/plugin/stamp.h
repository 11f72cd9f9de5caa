#pragma once

#include <cstdint>

namespace berth {

// Whose code runs, for as long as this lives; what a crash report names.
class Stamp {
public:
    Stamp(volatile uint32_t& cell, uint32_t number) : cell_(cell) { cell_ = number; }
    ~Stamp() { cell_ = 0; }
    Stamp(const Stamp&) = delete;
    Stamp& operator=(const Stamp&) = delete;

private:
    volatile uint32_t& cell_;
};

}  // namespace berth
