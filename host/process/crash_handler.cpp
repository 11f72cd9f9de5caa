#include "process/crash_handler.h"

#include "base/sys.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>

namespace berth {
namespace {

constexpr int kFatalSignals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
constexpr size_t kStackBytes = 64 * 1024;

// A signal handler has no argument of ours. Written once, before the handlers are installed.
ScoreboardRow* crash_row = nullptr;

uint64_t code_address(const void* context) {
#if defined(__x86_64__)
    return static_cast<uint64_t>(
        static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
    return static_cast<const ucontext_t*>(context)->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

// Appends to a text of fixed size without the library; what does not fit is left out.
class TraceText {
public:
    explicit TraceText(std::array<char, 512>& text) : text_(text) {}

    void add(std::string_view part) {
        const size_t room = text_.size() - 1 - used_;
        const size_t n = std::min(room, part.size());
        std::memcpy(text_.data() + used_, part.data(), n);
        used_ += n;
    }
    void add_hex(uint64_t number) {
        std::array<char, 16> digits;
        size_t first = digits.size();
        do {
            digits[--first] = "0123456789abcdef"[number & 15];
            number >>= 4;
        } while (number != 0);
        add({digits.data() + first, digits.size() - first});
    }

private:
    std::array<char, 512>& text_;
    size_t used_ = 0;
};

void add_frame(TraceText& text, const void* frame) {
    Dl_info place{};
    if (dladdr(frame, &place) == 0 || place.dli_fname == nullptr) {
        text.add("0x");
        text.add_hex(std::bit_cast<uint64_t>(frame));
    } else {
        const std::string_view path = place.dli_fname;
        text.add(path.substr(path.rfind('/') + 1));
        text.add("+0x");
        text.add_hex(std::bit_cast<uint64_t>(frame) - std::bit_cast<uint64_t>(place.dli_fbase));
    }
    text.add(" ");
}

// backtrace() and dladdr() take a lock of the dynamic linker. Should the crash be inside that lock,
// this does not return, and the watchdog ends the process; what matters is written by then.
void write_trace(std::array<char, 512>& trace, uint64_t code) {
    std::array<void*, 32> frames;
    const auto count =
        static_cast<size_t>(std::max(0, backtrace(frames.data(), static_cast<int>(frames.size()))));
    const auto end = frames.begin() + static_cast<std::ptrdiff_t>(count);
    // Ours and the kernel's frames come first.
    auto first = std::find_if(frames.begin(), end, [&](const void* frame) {
        return std::bit_cast<uint64_t>(frame) == code;
    });
    TraceText text(trace);
    for (first = first == end ? frames.begin() : first; first != end; ++first) {
        add_frame(text, *first);
    }
}

// Async-signal-safe but for the trace. SA_RESETHAND has restored the default action, so raising it
// again ends the process.
void record_crash(int number, siginfo_t*, void* context) {
    CrashRecord& crash = crash_row->crash;
    crash.stamp = crash_row->stamp;
    crash.signal.store(static_cast<uint32_t>(number), std::memory_order_release);
    write_trace(crash.trace, code_address(context));
    raise(number);
}

// A stack overflow leaves no stack to run the handler on.
void use_own_stack() {
    void* memory = sys().mmap(
        nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return;
    }
    stack_t stack{};
    stack.ss_sp = memory;
    stack.ss_size = kStackBytes;
    sigaltstack(&stack, nullptr);
}

}  // namespace

void install_crash_handler(ScoreboardRow& row) {
    crash_row = &row;
    // The first call loads a library, which a signal handler must not.
    void* frame = nullptr;
    backtrace(&frame, 1);
    use_own_stack();
    struct sigaction action {};
    action.sa_sigaction = record_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    for (int number : kFatalSignals) {
        sigaction(number, &action, nullptr);
    }
}

std::string signal_name(int signal) {
    const char* name = sigabbrev_np(signal);
    return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

}  // namespace berth
