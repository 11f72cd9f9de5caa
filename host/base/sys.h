#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#include <cstddef>
#include <cstdint>

struct open_how;
struct statfs;

namespace berth {

// Every system call of the host, so that tests can fail them, cut them short and fake time. Add
// what you need; each has the meaning of its manual page, errno included.
struct Sys {
    // Bytes
    ssize_t (*read)(int, void*, size_t);
    ssize_t (*write)(int, const void*, size_t);
    ssize_t (*readv)(int, const iovec*, int);
    ssize_t (*writev)(int, const iovec*, int);
    ssize_t (*pread)(int, void*, size_t, off_t);
    ssize_t (*preadv2)(int, const iovec*, int, off_t, int);
    ssize_t (*recv)(int, void*, size_t, int);
    ssize_t (*send)(int, const void*, size_t, int);
    ssize_t (*recvmsg)(int, msghdr*, int);
    ssize_t (*sendmsg)(int, const msghdr*, int);
    int (*recvmmsg)(int, mmsghdr*, unsigned, int, timespec*);
    int (*sendmmsg)(int, mmsghdr*, unsigned, int);
    ssize_t (*sendfile)(int, int, off_t*, size_t);

    // Sockets
    int (*socket)(int, int, int);
    int (*socketpair)(int, int, int, int[2]);
    int (*bind)(int, const sockaddr*, socklen_t);
    int (*listen)(int, int);
    int (*accept4)(int, sockaddr*, socklen_t*, int);
    int (*connect)(int, const sockaddr*, socklen_t);
    int (*shutdown)(int, int);
    int (*getsockopt)(int, int, int, void*, socklen_t*);
    int (*setsockopt)(int, int, int, const void*, socklen_t);
    int (*getsockname)(int, sockaddr*, socklen_t*);
    int (*getpeername)(int, sockaddr*, socklen_t*);

    // Descriptors and readiness
    int (*close)(int);
    int (*fcntl)(int, int, int);
    int (*ioctl)(int, unsigned long, void*);
    int (*pipe2)(int[2], int);
    int (*eventfd)(unsigned, int);
    int (*epoll_create1)(int);
    int (*epoll_ctl)(int, int, int, epoll_event*);
    int (*epoll_wait)(int, epoll_event*, int, int);
    int (*poll)(pollfd*, nfds_t, int);

    // Files
    int (*open)(const char*, int, mode_t);
    int (*openat)(int, const char*, int, mode_t);
    int (*openat2)(int, const char*, const open_how*, size_t);
    ssize_t (*getdents64)(int, void*, size_t);
    int (*fstat)(int, struct stat*);
    int (*fstatfs)(int, struct statfs*);
    int (*fstatat)(int, const char*, struct stat*, int);
    int (*stat)(const char*, struct stat*);
    int (*lstat)(const char*, struct stat*);
    int (*unlink)(const char*);
    int (*unlinkat)(int, const char*, int);
    int (*rename)(const char*, const char*);
    int (*renameat2)(int, const char*, int, const char*, unsigned);
    int (*mkdir)(const char*, mode_t);
    int (*chmod)(const char*, mode_t);
    int (*chown)(const char*, uid_t, gid_t);
    int (*fsync)(int);
    int (*inotify_init1)(int);
    int (*inotify_add_watch)(int, const char*, uint32_t);
    int (*inotify_rm_watch)(int, int);

    // Memory and processes
    void* (*mmap)(void*, size_t, int, int, int, off_t);
    int (*munmap)(void*, size_t);
    int (*mprotect)(void*, size_t, int);
    int (*madvise)(void*, size_t, int);
    pid_t (*fork)();
    pid_t (*waitpid)(pid_t, int*, int);
    int (*kill)(pid_t, int);
    int (*pidfd_open)(pid_t, unsigned);
    int (*pidfd_send_signal)(int, int, siginfo_t*, unsigned);
    int (*execve)(const char*, char* const[], char* const[]);
    int (*prctl)(int, unsigned long, unsigned long, unsigned long, unsigned long);
    int (*getrlimit)(int, rlimit*);
    int (*setrlimit)(int, const rlimit*);

    // Who a process is
    uid_t (*geteuid)();
    gid_t (*getegid)();
    int (*getresuid)(uid_t*, uid_t*, uid_t*);
    int (*getresgid)(gid_t*, gid_t*, gid_t*);
    int (*getgroups)(int, gid_t*);
    int (*setgroups)(size_t, const gid_t*);
    int (*setresgid)(gid_t, gid_t, gid_t);
    int (*setresuid)(uid_t, uid_t, uid_t);
    int (*setuid)(uid_t);
    int (*capset)(void* header, const void* data);

    // Time
    int (*clock_gettime)(clockid_t, timespec*);

    // The most bytes that one read or write of a stream asks for. Edge-triggered code takes a short
    // read as "drained", so a test that wants short reads lowers what is asked for instead.
    size_t io_max = SIZE_MAX;
};

// The kernel's own.
const Sys& real_sys();

namespace sys_detail {
// The one mutable global: which table is in use. Changed only by ScopedSys and at the start of a
// process.
extern const Sys* current;
}  // namespace sys_detail

inline const Sys& sys() {
    return *sys_detail::current;
}

// Puts another table in use for as long as it lives; for tests and fault injection. The table must
// outlive it.
class ScopedSys {
public:
    explicit ScopedSys(const Sys& table) : before_(sys_detail::current) {
        sys_detail::current = &table;
    }
    ~ScopedSys() { sys_detail::current = before_; }
    ScopedSys(const ScopedSys&) = delete;
    ScopedSys& operator=(const ScopedSys&) = delete;

private:
    const Sys* before_;
};

}  // namespace berth
