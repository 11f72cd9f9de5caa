#include "date_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

struct Case {
    uint64_t wall_us;
    const char *date, *log, *iso;
};

TEST(DateCache, writes_the_second_in_three_ways) {
    const Case cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00", "01/Jan/1970:00:00:00", "1970-01-01T00:00:00"},
        {951'782'399'999'999,
         "Mon, 28 Feb 2000 23:59:59",
         "28/Feb/2000:23:59:59",
         "2000-02-28T23:59:59"},
        {951'782'400'000'000,
         "Tue, 29 Feb 2000 00:00:00",
         "29/Feb/2000:00:00:00",
         "2000-02-29T00:00:00"},
        {1'795'337'887'654'321,
         "Sun, 22 Nov 2026 08:58:07",
         "22/Nov/2026:08:58:07",
         "2026-11-22T08:58:07"},
        {253'402'300'799'000'000,
         "Fri, 31 Dec 9999 23:59:59",
         "31/Dec/9999:23:59:59",
         "9999-12-31T23:59:59"},
    };
    DateCache cache;  // one for all: nothing of the second before may be left
    for (const Case& c : cases) {
        cache.refresh(c.wall_us);
        EXPECT_EQ(cache.head_fields(),
                  "Server: Berth\r\nDate: " + std::string(c.date) + " GMT\r\n");
        EXPECT_EQ(cache.log_time(), std::string(c.log) + " +0000");
        EXPECT_EQ(cache.iso_time(), std::string(c.iso) + "Z");
    }
}

}  // namespace
}  // namespace berth::http
