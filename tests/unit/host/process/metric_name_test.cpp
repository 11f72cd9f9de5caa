#include "process/metric_name.h"

#include <gtest/gtest.h>

#include <string>

namespace berth {
namespace {

TEST(MetricName, takes_what_prometheus_takes) {
    for (const char* name : {"berth_connections_total",
                             "a",
                             "_x",
                             "a:b",
                             "a9",
                             "a{b=\"c\"}",
                             "a{b=\"c\",d=\"\"}",
                             "a{b=\"c d/e.f*\"}",
                             "a{b=\"q\\\"q\\\\\\n\"}",
                             "a{b=\"\xc3\xa4\"}",
                             "a{b=\"c\",}"}) {
        const bool ends_in_comma = std::string(name).ends_with(",}");
        EXPECT_EQ(is_metric_name(name), !ends_in_comma) << name;
    }
}

TEST(MetricName, refuses_what_would_spoil_the_page) {
    for (const char* name : {"",
                             "9a",
                             "a b",
                             "a-b",
                             "a\n",
                             "a{",
                             "a}",
                             "a{}",
                             "a{b}",
                             "a{b=c}",
                             "a{b=\"c}",
                             "a{b=\"c\"",
                             "a{b=\"c\"}x",
                             "a{b=\"c\"} 5\nforged 1",
                             "a{b=\"c\"d=\"e\"}",
                             "a{b=\"c\"d\"}",
                             "a{9=\"c\"}",
                             "a{b:=\"c\"}",
                             "a{=\"c\"}",
                             "a{b=\"\n\"}",
                             "a{b=\"\\x\"}",
                             "a{b=\"\\",
                             "a{b=\"c\",,d=\"e\"}"}) {
        EXPECT_FALSE(is_metric_name(name)) << name;
    }
    EXPECT_FALSE(is_metric_name(std::string("a\0b", 3)));
}

}  // namespace
}  // namespace berth
