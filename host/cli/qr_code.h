#pragma once

#include <string>

namespace berth {

// The text as a QR code for a terminal, two modules a character; empty where the program was built
// without libqrencode, or the text is too long.
std::string qr_code(const std::string& text);

}  // namespace berth
