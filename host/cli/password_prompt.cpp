#include "cli/password_prompt.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <utility>

namespace berth {
namespace {

// What is typed is not shown, and cannot interrupt the program, which would leave it so.
class HiddenTyping {
public:
    HiddenTyping() {
        known_ = tcgetattr(STDIN_FILENO, &before_) == 0;
        termios hidden = before_;
        hidden.c_lflag &= ~tcflag_t{ECHO | ISIG};
        if (known_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
        }
    }
    ~HiddenTyping() {
        if (known_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        }
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    termios before_{};
    bool known_ = false;
};

Secret read_line() {
    std::string line;
    std::getline(std::cin, line);
    return Secret(std::move(line));
}

Secret ask(const char* prompt) {
    const HiddenTyping hidden;
    std::cerr << prompt << std::flush;
    Secret password = read_line();
    std::cerr << '\n';
    return password;
}

}  // namespace

std::optional<Secret> password_from_input() {
    if (isatty(STDIN_FILENO) == 0) {
        return read_line();
    }
    Secret password = ask("Password: ");
    const Secret again = ask("Again: ");
    if (password.view() != again.view()) {
        std::cerr << "error: the two passwords differ\n";
        return std::nullopt;
    }
    return password;
}

}  // namespace berth
