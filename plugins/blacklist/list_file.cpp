#include "list_file.h"

#include <fstream>
#include <sstream>
#include <system_error>

namespace berth::blacklist {
namespace {
constexpr std::uintmax_t kFileMax = 64u << 20;
}  // namespace

ListFile::Look ListFile::look() const {
    std::error_code ignored;
    return {std::filesystem::last_write_time(path_, ignored),
            std::filesystem::file_size(path_, ignored)};
}

std::string ListFile::read(NetworkList& list) {
    seen_ = look();
    std::ifstream file(path_, std::ios::binary);
    if (!file || seen_.size > kFileMax) {
        return path_ + (file ? ": larger than 64 MiB" : ": cannot be read");
    }
    std::ostringstream text;
    text << file.rdbuf();
    if (const auto mistake = add_lines(text.str(), list)) {
        return path_ + ":" + std::to_string(mistake->line) + ": " + mistake->text;
    }
    return {};
}

}  // namespace berth::blacklist
