#pragma once

#include "config/problem.h"

#include <string>

namespace berth {

// The long text of `berth explain C103`: what it means, an example before and after.
std::string explain(Problem problem);

// The same by id, in any case ("c103"); empty when there is no such id.
std::string explain(const std::string& id);

}  // namespace berth
