#include "plugin/elf_file.h"

#include <algorithm>
#include <array>

namespace berth {
namespace {

constexpr size_t kIdentSize = 16;
constexpr uint64_t kSharedObject = 3;     // ET_DYN
constexpr uint64_t kDynamicSymbols = 11;  // SHT_DYNSYM
constexpr uint64_t kDynamic = 6;          // SHT_DYNAMIC
constexpr uint64_t kNoBits = 8;           // SHT_NOBITS: no bytes in the file
constexpr uint64_t kNeeded = 1;           // DT_NEEDED
constexpr uint64_t kAbsolute = 0xfff1;    // SHN_ABS: names of symbol versions

Error malformed(const char* what) {
    return Error{std::string("is a damaged ELF file: ") + what};
}

// Can other objects bind to a symbol with these st_info, st_other and st_shndx?
bool is_exported(uint64_t info, uint64_t other, uint64_t section) {
    constexpr uint64_t kLocal = 0, kInternal = 1, kHidden = 2, kUndefined = 0;
    const uint64_t visibility = other & 3;
    return info >> 4 != kLocal && visibility != kInternal && visibility != kHidden &&
           section != kUndefined && section != kAbsolute;
}

}  // namespace

bool ElfFile::is_elf(std::span<const uint8_t> bytes) {
    constexpr std::array<uint8_t, 4> kMagic = {0x7f, 'E', 'L', 'F'};
    return bytes.size() >= kIdentSize && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

Result<ElfFile> ElfFile::parse(std::span<const uint8_t> bytes) {
    if (!is_elf(bytes)) {
        return Error{"is not an ELF file"};
    }
    const uint8_t word_class = bytes[4], byte_order = bytes[5];
    if (word_class < 1 || word_class > 2 || byte_order < 1 || byte_order > 2) {
        return malformed("unknown class or byte order");
    }
    ElfFile elf;
    elf.wide_ = word_class == 2;
    elf.big_endian_ = byte_order == 2;
    elf.file_ = ByteReader(bytes, elf.big_endian_);
    const auto type = elf.file_.integer(16, 2), machine = elf.file_.integer(18, 2);
    const auto table = elf.wide_ ? elf.file_.integer(0x28, 8) : elf.file_.integer(0x20, 4);
    const uint64_t counts = elf.wide_ ? 0x3a : 0x2e;
    const auto entry = elf.file_.integer(counts, 2), count = elf.file_.integer(counts + 2, 2);
    const auto names = elf.file_.integer(counts + 4, 2);
    if (!type || !machine || !table || !entry || !count || !names) {
        return malformed("its header is cut short");
    }
    elf.machine_ = static_cast<uint16_t>(*machine);
    if (*type != kSharedObject) {
        return Error{"is an ELF file but not a shared object"};
    }
    if (*entry != (elf.wide_ ? 64u : 40u)) {
        return malformed("wrong size of section headers");
    }
    for (uint64_t i = 0; i < *count; ++i) {
        const auto section = elf.read_section(i, *table, *entry);
        if (!section) {
            return malformed("its section table is cut short");
        }
        elf.sections_.push_back(*section);
    }
    if (*names >= elf.sections_.size()) {
        return malformed("no names of sections");
    }
    const auto text = elf.contents(elf.sections_[static_cast<size_t>(*names)]);
    if (!text) {
        return malformed("the names of its sections are cut short");
    }
    elf.names_ = elf.file_.part(*text);
    return elf;
}

std::optional<ElfFile::Section> ElfFile::read_section(uint64_t index,
                                                      uint64_t table,
                                                      uint64_t entry) const {
    if (table > file_.size()) {
        return std::nullopt;  // so that the sum below cannot overflow
    }
    const uint64_t at = table + index * entry;
    if (!file_.bytes(at, entry)) {
        return std::nullopt;
    }
    const auto field = [&](uint64_t narrow_offset, uint64_t wide_offset, unsigned wide_width) {
        return wide_ ? file_.integer(at + wide_offset, wide_width)
                     : file_.integer(at + narrow_offset, 4);
    };
    const auto name = field(0, 0, 4), type = field(4, 4, 4), offset = field(16, 24, 8);
    const auto size = field(20, 32, 8), link = field(24, 40, 4);
    if (!name || !type || !offset || !size || !link) {
        return std::nullopt;
    }
    return Section{*name, *type, *offset, *size, *link};
}

std::optional<std::span<const uint8_t>> ElfFile::contents(const Section& section) const {
    if (section.type == kNoBits) {
        return std::nullopt;
    }
    return file_.bytes(section.offset, section.size);
}

const ElfFile::Section* ElfFile::find(uint64_t type) const {
    const auto found = std::find_if(sections_.begin(),
                                    sections_.end(),
                                    [&](const Section& section) { return section.type == type; });
    return found == sections_.end() ? nullptr : &*found;
}

std::optional<ByteReader> ElfFile::strings_of(const Section& section) const {
    if (section.link >= sections_.size()) {
        return std::nullopt;
    }
    const auto text = contents(sections_[static_cast<size_t>(section.link)]);
    return text ? std::optional(file_.part(*text)) : std::nullopt;
}

std::optional<std::span<const uint8_t>> ElfFile::section(std::string_view name) const {
    for (const Section& section : sections_) {
        if (names_.text(section.name) == name) {
            return contents(section);
        }
    }
    return std::nullopt;
}

Result<std::vector<std::string_view>> ElfFile::exports() const {
    const Section* table = find(kDynamicSymbols);
    if (table == nullptr) {
        return malformed("no dynamic symbols");
    }
    const auto bytes = contents(*table);
    const auto strings = strings_of(*table);
    if (!bytes || !strings) {
        return malformed("its dynamic symbols are cut short");
    }
    const ByteReader symbols = file_.part(*bytes);
    const uint64_t entry = wide_ ? 24 : 16, details = wide_ ? 4 : 12;
    std::vector<std::string_view> names;
    for (uint64_t at = 0; at + entry <= symbols.size(); at += entry) {
        const auto info = symbols.integer(at + details, 1),
                   other = symbols.integer(at + details + 1, 1);
        const auto section = symbols.integer(at + details + 2, 2);
        if (!is_exported(*info, *other, *section)) {
            continue;
        }
        const auto name = strings->text(*symbols.integer(at, 4));
        if (!name) {
            return malformed("a dynamic symbol has no name");
        }
        names.push_back(*name);
    }
    return names;
}

Result<std::vector<std::string_view>> ElfFile::needed() const {
    const Section* table = find(kDynamic);
    if (table == nullptr) {
        return std::vector<std::string_view>();
    }
    const auto bytes = contents(*table);
    const auto strings = strings_of(*table);
    if (!bytes || !strings) {
        return malformed("its dynamic section is cut short");
    }
    const ByteReader entries = file_.part(*bytes);
    const unsigned width = wide_ ? 8 : 4;
    std::vector<std::string_view> names;
    for (uint64_t at = 0; at + 2 * width <= entries.size(); at += 2 * width) {
        if (*entries.integer(at, width) != kNeeded) {
            continue;
        }
        const auto name = strings->text(*entries.integer(at + width, width));
        if (!name) {
            return malformed("a needed library has no name");
        }
        names.push_back(*name);
    }
    return names;
}

}  // namespace berth
