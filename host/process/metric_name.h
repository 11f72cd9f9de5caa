#pragma once

#include <string_view>

namespace berth {

// Is it `name` or `name{label="value",...}`, as the text format of Prometheus has it? Names come
// from plugins and over memory that workers write; one wrong line spoils all the others.
bool is_metric_name(std::string_view text);

}  // namespace berth
