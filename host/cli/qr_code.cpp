#include "cli/qr_code.h"

#ifdef BERTH_QRENCODE

#include <qrencode.h>

#include <memory>
#include <string_view>

namespace berth {
namespace {

constexpr int kQuiet = 4;  // modules around it, as the standard wants

bool is_dark(const QRcode& code, int x, int y) {
    const bool inside = x >= 0 && y >= 0 && x < code.width && y < code.width;
    return inside && (code.data[y * code.width + x] & 1) != 0;
}

// Light modules are drawn, as most terminals are dark.
std::string_view block(bool upper_dark, bool lower_dark) {
    if (upper_dark) {
        return lower_dark ? " " : "\u2584";
    }
    return lower_dark ? "\u2580" : "\u2588";
}

}  // namespace

std::string qr_code(const std::string& text) {
    const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), QRcode_free);
    if (!code) {
        return "";
    }
    std::string drawn;
    for (int y = -kQuiet; y < code->width + kQuiet; y += 2) {
        drawn.append("  ");
        for (int x = -kQuiet; x < code->width + kQuiet; ++x) {
            drawn.append(block(is_dark(*code, x, y), is_dark(*code, x, y + 1)));
        }
        drawn.push_back('\n');
    }
    return drawn;
}

}  // namespace berth

#else

namespace berth {

std::string qr_code(const std::string& /*text*/) {
    return "";
}

}  // namespace berth

#endif
