#include "base/sys.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace berth {

namespace {

// Variadic functions and those whose C signature differs from the table's need a face of their own.
int real_fcntl(int fd, int command, int argument) {
    return ::fcntl(fd, command, argument);
}
int real_ioctl(int fd, unsigned long request, void* argument) {
    return ::ioctl(fd, request, argument);
}
int real_open(const char* path, int flags, mode_t mode) {
    return ::open(path, flags, mode);
}
int real_openat(int at, const char* path, int flags, mode_t mode) {
    return ::openat(at, path, flags, mode);
}
int real_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    return ::prctl(option, a, b, c, d);
}
int real_accept4(int fd, sockaddr* peer, socklen_t* size, int flags) {
    return ::accept4(fd, peer, size, flags);
}
int real_bind(int fd, const sockaddr* address, socklen_t size) {
    return ::bind(fd, address, size);
}
int real_connect(int fd, const sockaddr* address, socklen_t size) {
    return ::connect(fd, address, size);
}
int real_getsockname(int fd, sockaddr* address, socklen_t* size) {
    return ::getsockname(fd, address, size);
}
int real_getpeername(int fd, sockaddr* address, socklen_t* size) {
    return ::getpeername(fd, address, size);
}
int real_sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) {
    return ::sendmmsg(fd, messages, count, flags);
}
int real_recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
    return ::recvmmsg(fd, messages, count, flags, timeout);
}
// The C library has no face for these, or none for C++.
int real_pidfd_open(pid_t pid, unsigned flags) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, flags));
}
int real_pidfd_send_signal(int fd, int number, siginfo_t* info, unsigned flags) {
    return static_cast<int>(::syscall(SYS_pidfd_send_signal, fd, number, info, flags));
}
int real_openat2(int at, const char* path, const open_how* how, size_t size) {
    return static_cast<int>(::syscall(SYS_openat2, at, path, how, size));
}
int real_fstatat(int at, const char* path, struct stat* found, int flags) {
    return ::fstatat(at, path, found, flags);
}
int real_capset(void* header, const void* data) {
    return static_cast<int>(::syscall(SYS_capset, header, data));
}
int real_getrlimit(int resource, rlimit* limit) {
    return ::getrlimit(static_cast<__rlimit_resource>(resource), limit);
}
int real_setrlimit(int resource, const rlimit* limit) {
    return ::setrlimit(static_cast<__rlimit_resource>(resource), limit);
}

constexpr Sys kReal = {
    .read = ::read,
    .write = ::write,
    .readv = ::readv,
    .writev = ::writev,
    .pread = ::pread,
    .preadv2 = ::preadv2,
    .recv = ::recv,
    .send = ::send,
    .recvmsg = ::recvmsg,
    .sendmsg = ::sendmsg,
    .recvmmsg = real_recvmmsg,
    .sendmmsg = real_sendmmsg,
    .sendfile = ::sendfile,
    .socket = ::socket,
    .socketpair = ::socketpair,
    .bind = real_bind,
    .listen = ::listen,
    .accept4 = real_accept4,
    .connect = real_connect,
    .shutdown = ::shutdown,
    .getsockopt = ::getsockopt,
    .setsockopt = ::setsockopt,
    .getsockname = real_getsockname,
    .getpeername = real_getpeername,
    .close = ::close,
    .fcntl = real_fcntl,
    .ioctl = real_ioctl,
    .pipe2 = ::pipe2,
    .eventfd = ::eventfd,
    .epoll_create1 = ::epoll_create1,
    .epoll_ctl = ::epoll_ctl,
    .epoll_wait = ::epoll_wait,
    .poll = ::poll,
    .open = real_open,
    .openat = real_openat,
    .openat2 = real_openat2,
    .getdents64 = ::getdents64,
    .fstat = ::fstat,
    .fstatfs = ::fstatfs,
    .fstatat = real_fstatat,
    .stat = ::stat,
    .lstat = ::lstat,
    .unlink = ::unlink,
    .unlinkat = ::unlinkat,
    .rename = ::rename,
    .renameat2 = ::renameat2,
    .mkdir = ::mkdir,
    .chmod = ::chmod,
    .chown = ::chown,
    .fsync = ::fsync,
    .inotify_init1 = ::inotify_init1,
    .inotify_add_watch = ::inotify_add_watch,
    .inotify_rm_watch = ::inotify_rm_watch,
    .mmap = ::mmap,
    .munmap = ::munmap,
    .mprotect = ::mprotect,
    .madvise = ::madvise,
    .fork = ::fork,
    .waitpid = ::waitpid,
    .kill = ::kill,
    .pidfd_open = real_pidfd_open,
    .pidfd_send_signal = real_pidfd_send_signal,
    .execve = ::execve,
    .prctl = real_prctl,
    .getrlimit = real_getrlimit,
    .setrlimit = real_setrlimit,
    .geteuid = ::geteuid,
    .getegid = ::getegid,
    .getresuid = ::getresuid,
    .getresgid = ::getresgid,
    .getgroups = ::getgroups,
    .setgroups = ::setgroups,
    .setresgid = ::setresgid,
    .setresuid = ::setresuid,
    .setuid = ::setuid,
    .capset = real_capset,
    .clock_gettime = ::clock_gettime,
};

}  // namespace

const Sys& real_sys() {
    return kReal;
}

namespace sys_detail {
constinit const Sys* current = &kReal;
}

}  // namespace berth
