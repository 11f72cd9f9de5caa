#include "tls/ticket_keys.h"

#include "base/sys.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace berth {
namespace {

std::unique_ptr<TicketKeys> make_keys(uint64_t now_s = 0) {
    auto keys = TicketKeys::make(now_s);
    EXPECT_TRUE(keys.ok());
    return std::move(keys).value();
}

bool is_same(const TicketKey& a, const TicketKey& b) {
    return a.name == b.name && a.aes == b.aes && a.hmac == b.hmac;
}

TEST(TicketKeys, are_found_until_two_newer_ones_came) {
    const auto keys = make_keys();
    const TicketKey first = *keys->newest();
    for (int rotation = 0; rotation < 3; ++rotation) {
        const auto found = keys->find(first.name.data());
        ASSERT_TRUE(found.has_value()) << rotation;
        EXPECT_TRUE(is_same(found->key, first));
        EXPECT_EQ(found->is_newest, rotation == 0);
        ASSERT_TRUE(keys->rotate(0).ok());
    }
    EXPECT_FALSE(keys->find(first.name.data()).has_value());
}

TEST(TicketKeys, no_key_is_made_of_zeros) {
    const auto keys = make_keys();
    const TicketKey zeros{};
    EXPECT_FALSE(keys->find(zeros.name.data()).has_value());
    EXPECT_FALSE(is_same(*keys->newest(), zeros));
}

TEST(TicketKeys, rotate_every_twelve_hours) {
    const auto keys = make_keys(1000);
    const TicketKey first = *keys->newest();
    ASSERT_TRUE(keys->rotate_if_due(1000 + TicketKeys::kRotationSeconds - 1).ok());
    EXPECT_TRUE(is_same(*keys->newest(), first));
    ASSERT_TRUE(keys->rotate_if_due(1000 + TicketKeys::kRotationSeconds).ok());
    EXPECT_FALSE(is_same(*keys->newest(), first));
}

TEST(TicketKeys, are_shared_with_forked_processes) {
    const auto keys = make_keys();
    const TicketKey first = *keys->newest();
    int go[2];
    ASSERT_EQ(pipe(go), 0);
    const pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        const bool told = read(go[0], &byte, 1) == 1 && keys->make_read_only().ok();
        _exit(told && !is_same(*keys->newest(), first) && keys->find(first.name.data()) ? 0 : 1);
    }
    ASSERT_TRUE(keys->rotate(0).ok());
    ASSERT_EQ(write(go[1], "x", 1), 1);
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    close(go[0]);
    close(go[1]);
}

TEST(TicketKeys, cannot_be_changed_by_a_worker) {
    const auto keys = make_keys();
    const pid_t child = fork();
    if (child == 0) {
        _exit(keys->make_read_only().ok() && keys->rotate(0).ok() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_NE(status, 0) << "it must have died";
}

TEST(TicketKeys, a_reader_never_sees_half_a_key) {
    const auto keys = make_keys();
    std::atomic<bool> done{false};
    std::thread writer([&] {
        for (int i = 0; i < 2000; ++i) {
            (void)keys->rotate(0);
        }
        done = true;
    });
    // The key under a name never changes.
    while (!done) {
        const auto key = keys->newest();
        if (!key) {
            continue;
        }
        const auto found = keys->find(key->name.data());
        if (found) {
            ASSERT_TRUE(is_same(found->key, *key));
        }
    }
    writer.join();
}

TEST(TicketKeys, without_memory_there_is_an_error) {
    Sys table = real_sys();
    table.mmap = [](void*, size_t, int, int, int, off_t) { return errno = ENOMEM, MAP_FAILED; };
    const ScopedSys scope(table);
    const auto keys = TicketKeys::make(0);
    ASSERT_FALSE(keys.ok());
    EXPECT_EQ(keys.error().code, ENOMEM);
}

}  // namespace
}  // namespace berth
