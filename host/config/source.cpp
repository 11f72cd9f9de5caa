#include "config/source.h"

namespace berth {

std::string Place::text() const {
    if (source == nullptr) {
        return {};
    }
    if (line == 0) {
        return source->name;
    }
    return source->name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

}  // namespace berth
