#pragma once

#include "berth/abi.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::test {

// Bytes of a file, put together number by number.
class ImageBuilder {
public:
    explicit ImageBuilder(bool big_endian = false) : big_endian_(big_endian) {}

    size_t size() const { return bytes_.size(); }
    const std::vector<uint8_t>& bytes() const { return bytes_; }

    ImageBuilder& number(uint64_t value, unsigned width) {
        for (unsigned i = 0; i < width; ++i) {
            const unsigned shift = 8 * (big_endian_ ? width - 1 - i : i);
            bytes_.push_back(static_cast<uint8_t>(value >> shift));
        }
        return *this;
    }
    ImageBuilder& text(std::string_view text) {
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        return *this;
    }
    ImageBuilder& fixed_text(std::string_view text, size_t width) {
        const size_t end = size() + width;
        this->text(text);
        return pad_to(end);
    }
    ImageBuilder& pad_to(size_t end) {
        bytes_.resize(end);
        return *this;
    }

private:
    bool big_endian_;
    std::vector<uint8_t> bytes_;
};

// What the file of a plugin is like; every member can be made wrong.
struct ImageOptions {
    bool wide = true, big_endian = false;
    uint16_t type = 3, machine = 62;  // ET_DYN, EM_X86_64
    std::string id = "test", version = "1.2";
    std::string magic = BERTH_MANIFEST_MAGIC;
    uint16_t manifest_size = 128, abi_major = 1, abi_minor_built = 0, abi_minor_required = 0;
    uint32_t flags = 0;
    std::string section = "berthman";
    std::vector<std::string> exports = {"berth_module_v1"};
    std::vector<std::string> needed = {"libc.so.6"};
};

inline std::string manifest_bytes(const ImageOptions& options) {
    ImageBuilder out(options.big_endian);
    out.fixed_text(options.magic, 16).number(options.manifest_size, 2).number(options.abi_major, 2);
    out.number(options.abi_minor_built, 2).number(options.abi_minor_required, 2);
    out.number(options.flags, 4).number(0, 4);
    out.fixed_text(options.id, 64).fixed_text(options.version, 32);
    return std::string(out.bytes().begin(), out.bytes().end());
}

// An ELF file with the sections that the loader reads: manifest, dynamic symbols, dynamic section.
class ElfImage {
public:
    explicit ElfImage(const ImageOptions& options) : options_(options), out_(options.big_endian) {}

    std::vector<uint8_t> build() {
        const size_t header = options_.wide ? 64 : 52;
        out_.pad_to(header);
        const Part manifest = add(manifest_bytes(options_));
        build_symbols();
        const Part symbols = add(symbols_), dynamic = add(dynamic_), strings = add(strings_);
        const std::string names = std::string("\0.dynstr\0", 9) + options_.section + '\0';
        const Part name_part = add(names);
        const size_t table = out_.size();
        section({}, 0, 0, 0);
        section(manifest, 9, 1, 0);
        section(strings, 1, 3, 0);
        section(symbols, 0, 11, 2);
        section(dynamic, 0, 6, 2);
        section(name_part, 0, 3, 0);
        return with_header(table, 6);
    }

private:
    struct Part {
        size_t offset = 0, size = 0;
    };

    unsigned word() const { return options_.wide ? 8 : 4; }

    Part add(const std::string& bytes) {
        const Part part{out_.size(), bytes.size()};
        out_.text(bytes);
        return part;
    }

    size_t string(const std::string& text) {
        const size_t at = strings_.size();
        strings_ += text + '\0';
        return at;
    }

    void build_symbols() {
        strings_ = std::string(1, '\0');
        ImageBuilder symbols(options_.big_endian), dynamic(options_.big_endian);
        for (const std::string& name : options_.exports) {
            symbols.number(string(name), 4);
            if (options_.wide) {
                symbols.number(0x12, 1).number(0, 1).number(1, 2).number(0, 8).number(1, 8);
            } else {
                symbols.number(0, 4).number(1, 4).number(0x12, 1).number(0, 1).number(1, 2);
            }
        }
        for (const std::string& name : options_.needed) {
            dynamic.number(1, word()).number(string(name), word());
        }
        symbols_.assign(symbols.bytes().begin(), symbols.bytes().end());
        dynamic_.assign(dynamic.bytes().begin(), dynamic.bytes().end());
    }

    void section(Part part, uint64_t name, uint64_t type, uint64_t link) {
        out_.number(name, 4).number(type, 4).number(0, word()).number(0, word());
        out_.number(part.offset, word()).number(part.size, word());
        out_.number(link, 4).number(0, 4).number(0, word()).number(0, word());
    }

    std::vector<uint8_t> with_header(size_t table, uint16_t sections) const {
        ImageBuilder header(options_.big_endian);
        header
            .text(
                "\x7f"
                "ELF")
            .number(options_.wide ? 2 : 1, 1)
            .number(options_.big_endian ? 2 : 1, 1);
        header.pad_to(16).number(options_.type, 2).number(options_.machine, 2).number(1, 4);
        header.number(0, word()).number(0, word()).number(table, word()).number(0, 4);
        header.number(options_.wide ? 64 : 52, 2).number(0, 2).number(0, 2);
        header.number(options_.wide ? 64 : 40, 2).number(sections, 2).number(sections - 1u, 2);
        std::vector<uint8_t> file = out_.bytes();
        std::copy(header.bytes().begin(), header.bytes().end(), file.begin());
        return file;
    }

    ImageOptions options_;
    ImageBuilder out_;
    std::string strings_, symbols_, dynamic_;
};

inline std::vector<uint8_t> elf_image(const ImageOptions& options = {}) {
    return ElfImage(options).build();
}

// A Windows DLL with a manifest and nothing else; machine: of PE.
inline std::vector<uint8_t> pe_image(ImageOptions options = {}) {
    if (options.machine == 62) {
        options.machine = 0x8664;
    }
    ImageBuilder out;
    out.text("MZ").pad_to(0x3c).number(0x40, 4).text(std::string_view("PE\0\0", 4));
    out.number(options.machine, 2).number(1, 2).pad_to(0x40 + 20).number(0, 2).number(0x2000, 2);
    const size_t data = out.size() + 40;
    const std::string manifest = manifest_bytes(options);
    out.fixed_text(options.section, 8).number(manifest.size(), 4).number(0x1000, 4);
    out.number(512, 4).number(data, 4).pad_to(data).text(manifest).pad_to(data + 512);
    return out.bytes();
}

}  // namespace berth::test
