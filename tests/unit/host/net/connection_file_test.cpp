// Connections that send files: from memory, from the disk, with and without a transport.
#include "connection_fixture.h"
#include "net/connection_table.h"
#include "net/open_file.h"
#include "net/thread_pool.h"
#include "scramble_transport.h"
#include "support/temporary_directory.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <latch>
#include <utility>

namespace berth {
namespace {

using test::ConnectionFixture;
using test::scramble;
using test::ScrambleTransport;
using test::segment;

std::string pattern(size_t size) {
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<char>('a' + i * 7 % 23 + i / 4096 % 3);
    }
    return bytes;
}

ssize_t nothing_in_memory(int, const iovec*, int, off_t, int) {
    errno = EAGAIN;
    return -1;
}

ssize_t cannot_tell(int, const iovec*, int, off_t, int) {
    errno = EOPNOTSUPP;
    return -1;
}

ssize_t broken_disk(int, void*, size_t, off_t) {
    errno = EIO;
    return -1;
}

// Where a file is not in memory, who asked whether it is, and what was sent without a copy.
constexpr off_t kColdFrom = 500'000, kColdTo = 700'000;
int probes;
std::atomic<int> fetches;  // the pool's threads count
bool sent_cold;
size_t sent_by_kernel;

ssize_t partly_in_memory(int fd, const iovec* into, int n, off_t offset, int flags) {
    ++probes;
    if (offset >= kColdFrom && offset < kColdTo) {
        errno = EAGAIN;
        return -1;
    }
    return real_sys().preadv2(fd, into, n, offset, flags);
}

ssize_t counted_read(int fd, void* into, size_t n, off_t offset) {
    ++fetches;
    return real_sys().pread(fd, into, n, offset);
}

ssize_t watched_sendfile(int to, int from, off_t* offset, size_t n) {
    const off_t begin = *offset;
    const ssize_t sent = real_sys().sendfile(to, from, offset, n);
    sent_cold |= begin<kColdTo&& * offset> kColdFrom;
    sent_by_kernel += sent > 0 ? static_cast<size_t>(sent) : 0;
    return sent;
}

template <unsigned long kKind>
int file_system(int, struct statfs* found) {
    found->f_type = static_cast<decltype(found->f_type)>(kKind);
    return 0;
}

class ConnectionFileWithPoller : public ::testing::TestWithParam<PollerKind>,
                                 public ConnectionFixture {
protected:
    ConnectionFileWithPoller() : ConnectionFixture(GetParam()) {
        probes = 0;
        fetches = 0;
        sent_cold = false;
        sent_by_kernel = 0;
        table.sendfile = watched_sendfile;
        table.pread = counted_read;
    }

    // One reference for each segment made.
    berth_seg part_of(const std::string& bytes,
                      uint64_t offset,
                      uint64_t length,
                      const char* name = "f") {
        UniqueFd fd(::open(folder.file(name, bytes).c_str(), O_RDONLY | O_CLOEXEC));
        berth_seg part{};
        part.kind = BERTH_SEG_FILE;
        part.u.file = new berth_file(std::move(fd), {bytes.size(), 0, 1, BERTH_FILE_REGULAR, 0});
        part.len = length;
        part.v.off = offset;
        return part;
    }
    // How often it was asked whether the part is in memory, which is one of `large`.
    int probes_of_sending(berth_seg part) {
        part.u.file->retain(part.u.file);
        EXPECT_GE(connection->write({&part, 1}, false), 0);
        EXPECT_TRUE(receive_all(part.len) == large.substr(part.v.off, part.len));
        return std::exchange(probes, 0);
    }
    // The peer reads so much at a time until that many bytes came, or the end.
    std::string receive_all(size_t bytes, size_t at_once = SIZE_MAX) {
        std::string got;
        while (got.size() < bytes && !at_end) {
            const std::string piece = receive(at_once);
            loop->turn(piece.empty() && !at_end ? 20 : 0);
            got += piece;
        }
        return got;
    }

    testing::TemporaryDirectory folder;
    const std::string large = pattern(3'000'000);
};
INSTANTIATE_TEST_SUITE_P(ConnectionFile,
                         ConnectionFileWithPoller,
                         ::testing::Values(PollerKind::kEpoll, PollerKind::kPoll),
                         test::poller_name);

TEST_P(ConnectionFileWithPoller, sends_a_small_one_with_its_head) {
    start();
    const berth_seg pieces[] = {segment(BERTH_SEG_COPY, "head "), part_of("0123456789", 2, 5)};
    EXPECT_EQ(connection->write(pieces, false), BERTH_OK);
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);  // it was read at once
    turns();
    EXPECT_EQ(receive(), "head 23456");
}

TEST_P(ConnectionFileWithPoller, sends_loaded_ones_also_while_it_is_blocked) {
    start();
    const std::string small = large.substr(0, 8'000);
    const berth_seg first = part_of(large, 0, large.size());
    EXPECT_EQ(connection->write({&first, 1}, false), BERTH_AGAIN);
    turns();
    const berth_seg loaded = part_of(small, 1'000, 7'000, "small");
    loaded.u.file->load();
    ASSERT_TRUE(loaded.u.file->is_loaded());
    EXPECT_EQ(connection->write({&loaded, 1}, false), BERTH_AGAIN);
    EXPECT_TRUE(receive_all(large.size() + 7'000) == large + small.substr(1'000));
    const berth_seg again = part_of(small, 0, 8'000, "small");
    again.u.file->load();
    EXPECT_EQ(connection->write({&again, 1}, false), BERTH_OK);
    turns();
    EXPECT_TRUE(receive() == small);
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);
}

TEST_P(ConnectionFileWithPoller, sends_nothing_from_behind_the_end_of_a_loaded_one) {
    start();
    const berth_seg loaded = part_of("0123456789", 5, 6);
    loaded.u.file->load();
    EXPECT_GE(connection->write({&loaded, 1}, false), 0);
    turns(2);
    EXPECT_EQ(receive(), "");
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_E_IO});
}

TEST_P(ConnectionFileWithPoller, sends_large_ones_in_order) {
    start();
    const berth_seg pieces[] = {segment(BERTH_SEG_COPY, "head "),
                                part_of(large, 1'000, 2'500'000),
                                segment(BERTH_SEG_COPY, " and "),
                                part_of(large, 0, large.size())};
    EXPECT_EQ(connection->write(pieces, false), BERTH_AGAIN);
    const std::string expected = "head " + large.substr(1'000, 2'500'000) + " and " + large;
    EXPECT_TRUE(receive_all(expected.size()) == expected);
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);
    EXPECT_GE(observer.writables, 1);
}

TEST_P(ConnectionFileWithPoller, sends_to_a_slow_peer_and_then_ends) {
    start();
    const berth_seg part = part_of(large, 0, large.size());
    EXPECT_EQ(connection->write({&part, 1}, true), BERTH_AGAIN);
    EXPECT_TRUE(receive_all(large.size(), 10'000) == large);
    turns(2);
    EXPECT_EQ(receive(), "");
    EXPECT_TRUE(at_end);
}

TEST_P(ConnectionFileWithPoller, sends_through_a_transport) {
    start(std::make_unique<ScrambleTransport>());
    EXPECT_EQ(receive(), "H");
    send("H");
    turns();
    const berth_seg part = part_of(large, 0, large.size());
    EXPECT_EQ(connection->write({&part, 1}, false), BERTH_AGAIN);
    EXPECT_TRUE(receive_all(large.size(), 50'000) == scramble(large));
}

TEST_P(ConnectionFileWithPoller, sends_by_the_kernel_where_that_encrypts) {
    auto transport = std::make_unique<ScrambleTransport>();
    transport->plain = true;
    start(std::move(transport));
    EXPECT_EQ(receive(), "H");
    send("H");
    turns();
    const berth_seg parts[] = {segment(BERTH_SEG_COPY, "head "), part_of(large, 0, large.size())};
    connection->write(parts, false);
    EXPECT_TRUE(receive_all(large.size() + 5, 50'000) == "head " + large);
    EXPECT_GT(sent_by_kernel, 0u);
}

TEST_P(ConnectionFileWithPoller, waits_for_the_disk_on_the_pool) {
    start();
    table.preadv2 = nothing_in_memory;
    const berth_seg pieces[] = {segment(BERTH_SEG_COPY, "head "), part_of(large, 5, 700'000)};
    EXPECT_GE(connection->write(pieces, false), 0);
    EXPECT_TRUE(receive_all(700'005) == "head " + large.substr(5, 700'000));
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);
}

TEST_P(ConnectionFileWithPoller, leaves_to_the_pool_what_is_not_in_memory) {
    start();
    table.preadv2 = partly_in_memory;
    const berth_seg part = part_of(large, 0, 1 << 20);
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    EXPECT_TRUE(receive_all(1 << 20) == large.substr(0, 1 << 20));
    EXPECT_FALSE(sent_cold);
    EXPECT_GT(fetches, 0);
    EXPECT_GT(sent_by_kernel, size_t{1 << 19});
}

TEST_P(ConnectionFileWithPoller, believes_for_a_while_that_a_file_is_in_memory) {
    start();
    table.preadv2 = partly_in_memory;
    const berth_seg whole = part_of(large.substr(0, 400'000), 0, 400'000);
    const int asked = probes_of_sending(whole);
    EXPECT_GT(asked, 2);
    EXPECT_EQ(probes_of_sending(whole), 0);
    advance(100);
    EXPECT_EQ(probes_of_sending(whole), asked);
    whole.u.file->release(whole.u.file);
}

TEST_P(ConnectionFileWithPoller, asks_once_for_each_stretch_of_a_large_file) {
    start();
    table.preadv2 = partly_in_memory;
    const berth_seg part = part_of(large, 1'000'000, 2'000'000);
    // However little the socket takes at a time.
    EXPECT_LE(probes_of_sending(part), 2'000'000 / (128 << 10) + 2);
    EXPECT_EQ(probes_of_sending(part), 0);
    part.u.file->release(part.u.file);
}

TEST_P(ConnectionFileWithPoller, waits_for_room_in_the_pool) {
    start();
    std::latch busy(2);
    std::latch go_on(1);
    const auto keep_busy = [&] {
        busy.count_down();
        go_on.wait();
    };
    ASSERT_TRUE(loop->pool().run(keep_busy, [] {}) && loop->pool().run(keep_busy, [] {}));
    busy.wait();
    while (loop->pool().run([] {}, [] {})) {
    }
    table.preadv2 = nothing_in_memory;
    const berth_seg part = part_of(large, 0, 300'000);
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    turns(3);
    EXPECT_FALSE(loop->table().has_work());  // it does not ask again and again
    go_on.count_down();
    EXPECT_TRUE(receive_all(300'000) == large.substr(0, 300'000));
}

TEST_P(ConnectionFileWithPoller, asks_the_pool_once_where_nobody_waits) {
    start();
    table.preadv2 = cannot_tell;
    table.fstatfs = file_system<TMPFS_MAGIC>;
    const berth_seg part = part_of(large, 0, large.size());
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    EXPECT_TRUE(receive_all(large.size()) == large);
    EXPECT_EQ(fetches, 1);
}

TEST_P(ConnectionFileWithPoller, asks_the_pool_each_time_where_nobody_can_tell) {
    start();
    table.preadv2 = cannot_tell;
    table.fstatfs = file_system<NFS_SUPER_MAGIC>;
    const berth_seg part = part_of(large, 0, large.size());
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    EXPECT_TRUE(receive_all(large.size()) == large);
    EXPECT_EQ(sent_by_kernel, 0u);
}

TEST_P(ConnectionFileWithPoller, ends_when_the_disk_fails) {
    start();
    table.preadv2 = nothing_in_memory;
    table.pread = broken_disk;
    const berth_seg part = part_of(large, 0, large.size());
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    EXPECT_EQ(receive_all(large.size()), "");
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_E_IO});
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);
}

TEST_P(ConnectionFileWithPoller, ends_when_the_file_has_become_shorter) {
    start();
    const berth_seg part = part_of(large, 0, large.size());
    std::filesystem::resize_file(folder.path("f"), 100'000);
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    EXPECT_TRUE(large.starts_with(receive_all(large.size())));
    EXPECT_EQ(observer.closes, std::vector<berth_status>{BERTH_E_IO});
}

// A frame of HTTP/2 that is written holds, whenever it goes out.
TEST_P(ConnectionFileWithPoller, reads_small_parts_when_they_are_written_also_while_it_is_blocked) {
    start();
    const berth_seg first = part_of(large, 0, large.size());
    EXPECT_EQ(connection->write({&first, 1}, false), BERTH_AGAIN);
    turns();
    const std::string other = large.substr(0, 20'000);
    const berth_seg pieces[] = {segment(BERTH_SEG_COPY, "head "), part_of(other, 0, 16'000, "g")};
    EXPECT_EQ(connection->write(pieces, false), BERTH_AGAIN);
    std::filesystem::resize_file(folder.path("g"), 10);
    EXPECT_TRUE(receive_all(large.size() + 16'005) == large + "head " + other.substr(0, 16'000));
    EXPECT_TRUE(observer.closes.empty());
}

TEST_P(ConnectionFileWithPoller, forgets_what_the_pool_brings_for_a_closed_one) {
    start();
    table.preadv2 = nothing_in_memory;
    const berth_seg part = part_of(large, 0, large.size());
    EXPECT_GE(connection->write({&part, 1}, false), 0);
    turns();
    connection->close(BERTH_E_FAIL, false);
    turns();
    for (int i = 0; i < 1'000 && live_count(LiveKind::kFile).objects != 0; ++i) {
        loop->turn(10);
    }
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);
    EXPECT_EQ(live_count(LiveKind::kHeapBlock).objects, 0u);
}

TEST_P(ConnectionFileWithPoller, refuses_a_part_beyond_every_file) {
    start();
    const berth_seg part = part_of("x", UINT64_MAX - 1, 10);
    EXPECT_EQ(connection->write({&part, 1}, false), BERTH_E_INVAL);
    EXPECT_EQ(live_count(LiveKind::kFile).objects, 0u);
}

}  // namespace
}  // namespace berth
