#include "plugin/pe_file.h"

#include <algorithm>

namespace berth {
namespace {

constexpr uint64_t kHeaderPointer = 0x3c;  // where the offset of "PE\0\0" stands
constexpr uint64_t kFileHeader = 24;       // size of the signature and of the file header behind it
constexpr uint64_t kSectionHeader = 40;
constexpr uint64_t kNameSize = 8;

}  // namespace

bool PeFile::is_pe(std::span<const uint8_t> bytes) {
    return bytes.size() >= 2 && bytes[0] == 'M' && bytes[1] == 'Z';
}

Result<PeFile> PeFile::parse(std::span<const uint8_t> bytes) {
    PeFile pe;
    pe.file_ = ByteReader(bytes, false);
    const auto header = pe.file_.integer(kHeaderPointer, 4);
    if (!is_pe(bytes) || !header || pe.file_.integer(*header, 4) != 0x4550u) {
        return Error{"is not a Windows DLL"};
    }
    const auto machine = pe.file_.integer(*header + 4, 2), count = pe.file_.integer(*header + 6, 2);
    const auto optional_size = pe.file_.integer(*header + 20, 2);
    if (!machine || !count || !optional_size) {
        return Error{"is a damaged Windows DLL: its header is cut short"};
    }
    pe.machine_ = static_cast<uint16_t>(*machine);
    pe.section_table_ = *header + kFileHeader + *optional_size;
    pe.section_count_ = *count;
    if (!pe.file_.bytes(pe.section_table_, pe.section_count_ * kSectionHeader)) {
        return Error{"is a damaged Windows DLL: its section table is cut short"};
    }
    return pe;
}

std::optional<std::span<const uint8_t>> PeFile::section(std::string_view name) const {
    for (uint64_t i = 0; i < section_count_; ++i) {
        const uint64_t at = section_table_ + i * kSectionHeader;
        const auto raw = *file_.bytes(at, kNameSize);
        const auto end = std::find(raw.begin(), raw.end(), uint8_t{0});
        if (!std::equal(raw.begin(), end, name.begin(), name.end(), [](uint8_t a, char b) {
                return a == static_cast<uint8_t>(b);
            })) {
            continue;
        }
        // The size in memory is exact; the one in the file is rounded up.
        const uint64_t size = std::min(*file_.integer(at + 8, 4), *file_.integer(at + 16, 4));
        return file_.bytes(*file_.integer(at + 20, 4), size);
    }
    return std::nullopt;
}

}  // namespace berth
