#include "plugin/ticket_table.h"

namespace berth {
namespace {

TEST(TicketTable, finds_what_lives) {
    TicketTable table;
    int object = 0;
    const berth_ticket ticket = table.issue(&object);
    EXPECT_NE(ticket, 0u);
    EXPECT_EQ(table.find(ticket), &object);
    EXPECT_EQ(table.live(), 1u);
}

TEST(TicketTable, a_retired_ticket_finds_nothing_even_when_its_slot_is_used_again) {
    TicketTable table;
    int first = 0, second = 0;
    const berth_ticket old = table.issue(&first);
    table.retire(old);
    const berth_ticket fresh = table.issue(&second);
    EXPECT_EQ(table.find(old), nullptr);
    EXPECT_EQ(table.find(fresh), &second);
    table.retire(old);  // late and twice: must not end the new one
    EXPECT_EQ(table.find(fresh), &second);
    EXPECT_EQ(table.live(), 1u);
}

TEST(TicketTable, invented_tickets_find_nothing) {
    TicketTable table;
    int object = 0;
    table.issue(&object);
    EXPECT_EQ(table.find(0), nullptr);
    EXPECT_EQ(table.find(UINT64_MAX), nullptr);
    EXPECT_EQ(table.find(uint64_t{1} << 32 | 7), nullptr);
    table.retire(UINT64_MAX);
    EXPECT_EQ(table.live(), 1u);
}

}  // namespace
}  // namespace berth
