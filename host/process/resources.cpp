#include "process/resources.h"

namespace berth {

RowPool::RowPool(uint32_t rows) {
    free_.reserve(rows);
    for (uint32_t row = rows; row > 0; --row) {
        free_.push_back(row - 1);
    }
}

uint32_t RowPool::take() {
    if (free_.empty()) {
        return UINT32_MAX;
    }
    const uint32_t row = free_.back();
    free_.pop_back();
    return row;
}

void RowPool::give_back(uint32_t row) {
    free_.push_back(row);
}

}  // namespace berth
