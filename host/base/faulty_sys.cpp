#include "base/faulty_sys.h"

#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <utility>

namespace berth {

namespace {

// The functions below are only reached through a FaultySys in use.
FaultySys& self() {
    return const_cast<FaultySys&>(static_cast<const FaultySys&>(sys()));
}

template <class T>
T failure(int error) {
    errno = error;
    if constexpr (std::is_pointer_v<T>) {
        return static_cast<T>(MAP_FAILED);
    } else {
        return T{-1};
    }
}

template <auto kMember, class Type = decltype(kMember)>
struct Faulty;

template <auto kMember, class T, class... Args>
struct Faulty<kMember, T (*Sys::*)(Args...)> {
    static T call(Args... args) {
        if (const int error = self().next_error(); error != 0) {
            return failure<T>(error);
        }
        return (real_sys().*kMember)(args...);
    }
    // May also be interrupted or told to come again.
    static T stream(Args... args) {
        if (const int error = self().next_stream_error(); error != 0) {
            return failure<T>(error);
        }
        return (real_sys().*kMember)(args...);
    }
};

int faulty_clock_gettime(clockid_t clock, timespec* now) {
    if (!self().shows_clock()) {
        return real_sys().clock_gettime(clock, now);
    }
    const uint64_t us = self().clock_us();
    now->tv_sec = static_cast<time_t>(us / 1'000'000);
    now->tv_nsec = static_cast<long>(us % 1'000'000) * 1000;
    return 0;
}

// Of the calls that are not listed here, none may fail: close() and those of processes and files
// that have no descriptor of a peer behind them keep the kernel's function.
Sys faulty_table() {
    Sys table = real_sys();
    table.read = Faulty<&Sys::read>::stream;
    table.write = Faulty<&Sys::write>::stream;
    table.readv = Faulty<&Sys::readv>::stream;
    table.writev = Faulty<&Sys::writev>::stream;
    table.pread = Faulty<&Sys::pread>::call;
    table.preadv2 = Faulty<&Sys::preadv2>::call;
    table.recv = Faulty<&Sys::recv>::stream;
    table.send = Faulty<&Sys::send>::stream;
    table.recvmsg = Faulty<&Sys::recvmsg>::stream;
    table.sendmsg = Faulty<&Sys::sendmsg>::stream;
    table.recvmmsg = Faulty<&Sys::recvmmsg>::call;
    table.sendmmsg = Faulty<&Sys::sendmmsg>::call;
    table.sendfile = Faulty<&Sys::sendfile>::stream;
    table.socket = Faulty<&Sys::socket>::call;
    table.socketpair = Faulty<&Sys::socketpair>::call;
    table.bind = Faulty<&Sys::bind>::call;
    table.listen = Faulty<&Sys::listen>::call;
    table.accept4 = Faulty<&Sys::accept4>::call;
    table.connect = Faulty<&Sys::connect>::call;
    table.shutdown = Faulty<&Sys::shutdown>::call;
    table.getsockopt = Faulty<&Sys::getsockopt>::call;
    table.setsockopt = Faulty<&Sys::setsockopt>::call;
    table.getsockname = Faulty<&Sys::getsockname>::call;
    table.getpeername = Faulty<&Sys::getpeername>::call;
    table.fcntl = Faulty<&Sys::fcntl>::call;
    table.ioctl = Faulty<&Sys::ioctl>::call;
    table.pipe2 = Faulty<&Sys::pipe2>::call;
    table.eventfd = Faulty<&Sys::eventfd>::call;
    table.epoll_create1 = Faulty<&Sys::epoll_create1>::call;
    table.epoll_ctl = Faulty<&Sys::epoll_ctl>::call;
    table.epoll_wait = Faulty<&Sys::epoll_wait>::call;
    table.poll = Faulty<&Sys::poll>::call;
    table.open = Faulty<&Sys::open>::call;
    table.openat = Faulty<&Sys::openat>::call;
    table.openat2 = Faulty<&Sys::openat2>::call;
    table.getdents64 = Faulty<&Sys::getdents64>::call;
    table.fstatat = Faulty<&Sys::fstatat>::call;
    table.fstat = Faulty<&Sys::fstat>::call;
    table.fstatfs = Faulty<&Sys::fstatfs>::call;
    table.fsync = Faulty<&Sys::fsync>::call;
    table.renameat2 = Faulty<&Sys::renameat2>::call;
    table.mmap = Faulty<&Sys::mmap>::call;
    table.fork = Faulty<&Sys::fork>::call;
    table.clock_gettime = faulty_clock_gettime;
    return table;
}

bool set_field(Faults& faults, std::string_view name, uint64_t value) {
    const std::array<std::pair<std::string_view, unsigned*>, 3> small = {
        {{"short", &faults.short_max},
         {"eintr", &faults.eintr_percent},
         {"eagain", &faults.eagain_percent}}};
    for (const auto& [key, field] : small) {
        if (name == key) {
            *field = static_cast<unsigned>(value);
            return value <= 1'000'000;
        }
    }
    if (name == "errno") {
        faults.fail_errno = static_cast<int>(value);
        return value > 0 && value < 200;
    }
    if (name == "seed" || name == "fail") {
        (name == "seed" ? faults.seed : faults.fail_at) = value;
        return true;
    }
    return false;
}

}  // namespace

Result<Faults> parse_faults(std::string_view text) {
    Faults faults;
    while (!text.empty()) {
        const std::string_view item = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), item.size() + 1));
        const size_t equals = item.find('=');
        uint64_t value = 0;
        const char* end = item.data() + item.size();
        const char* begin = item.data() + std::min(item.size(), equals + 1);
        const auto [stop, error] = std::from_chars(begin, end, value);
        if (equals == std::string_view::npos || error != std::errc() || stop != end ||
            !set_field(faults, item.substr(0, equals), value)) {
            return Error{"\"" + std::string(item) +
                         "\" is no fault: seed, short, eintr, eagain, fail or errno=NUMBER"};
        }
    }
    return faults;
}

FaultySys::FaultySys(const Faults& faults) : Sys(faulty_table()) {
    set_faults(faults);
}

void FaultySys::set_faults(const Faults& faults) {
    faults_ = faults;
    calls_ = 0;
    draws_ = 0;
    io_max = SIZE_MAX;
    next_io_max();
}

int FaultySys::next_error() {
    return ++calls_ == faults_.fail_at ? faults_.fail_errno : 0;
}

int FaultySys::next_stream_error() {
    next_io_max();
    if (const int error = next_error(); error != 0) {
        return error;
    }
    if (next_random() % 100 < faults_.eintr_percent) {
        return EINTR;
    }
    return next_random() % 100 < faults_.eagain_percent ? EAGAIN : 0;
}

// Threads other than the loop's read it without a lock, so it changes only where that is asked for.
void FaultySys::next_io_max() {
    if (faults_.short_max != 0) {
        io_max = 1 + next_random() % faults_.short_max;
    }
}

// splitmix64 over a counter: the same seed gives the same run, and threads need no lock.
uint64_t FaultySys::next_random() {
    uint64_t z = faults_.seed * 0x9e3779b97f4a7c15u + ++draws_ * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

}  // namespace berth
