#include "process/crash_handler.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cstring>
#include <string>

#include "base/sys.h"

namespace berth {
namespace {

constexpr int kFatalSignals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
constexpr size_t kStackBytes = 64 * 1024;

// A signal handler has no argument of ours. Written once, before the handlers are installed.
ScoreboardRow* crash_row = nullptr;

uint64_t code_address(const void* context) {
#if defined(__x86_64__)
    return static_cast<uint64_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
    return static_cast<const ucontext_t*>(context)->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

// Async-signal-safe. SA_RESETHAND has restored the default action, so raising it again ends the process.
void record_crash(int number, siginfo_t* info, void* context) {
    CrashRecord& crash = crash_row->crash;
    crash.stamp = crash_row->stamp;
    crash.address = reinterpret_cast<uint64_t>(info->si_addr);
    crash.code = code_address(context);
    crash.signal.store(static_cast<uint32_t>(number), std::memory_order_release);
    raise(number);
}

// A stack overflow leaves no stack to run the handler on.
void use_own_stack() {
    void* memory = sys().mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
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
