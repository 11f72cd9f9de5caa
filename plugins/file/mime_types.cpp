#include "mime_types.h"

#include "berth/cpp/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace berth::file {
namespace {

// What a system without a table needs, by type.
constexpr std::string_view kBuiltIn = R"(
application/atom+xml atom
application/epub+zip epub
application/gzip gz tgz
application/json json map
application/ld+json jsonld
application/manifest+json webmanifest
application/msword doc
application/octet-stream bin dmg exe img iso msi
application/pdf pdf
application/postscript ps eps
application/rss+xml rss
application/rtf rtf
application/sql sql
application/toml toml
application/vnd.debian.binary-package deb
application/vnd.ms-excel xls
application/vnd.ms-fontobject eot
application/vnd.ms-powerpoint ppt
application/vnd.oasis.opendocument.presentation odp
application/vnd.oasis.opendocument.spreadsheet ods
application/vnd.oasis.opendocument.text odt
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/wasm wasm
application/x-7z-compressed 7z
application/x-bzip2 bz2
application/x-rpm rpm
application/x-sh sh
application/x-tar tar
application/x-xz xz
application/xhtml+xml xhtml
application/xml xml xsl
application/yaml yaml yml
application/zip zip
application/zstd zst
audio/aac aac
audio/flac flac
audio/midi mid midi
audio/mp4 m4a
audio/mpeg mp3
audio/ogg oga ogg opus
audio/wav wav
audio/webm weba
audio/x-matroska mka
font/otf otf
font/ttf ttf
font/woff woff
font/woff2 woff2
image/apng apng
image/avif avif
image/bmp bmp
image/gif gif
image/heic heic
image/jpeg jpeg jpg
image/jxl jxl
image/png png
image/svg+xml svg
image/tiff tif tiff
image/vnd.microsoft.icon ico
image/webp webp
message/rfc822 eml
text/calendar ics
text/css css
text/csv csv
text/html htm html
text/javascript js mjs
text/markdown md
text/plain cfg conf ini log text txt
text/vcard vcf
text/vtt vtt
video/mp2t ts
video/mp4 m4v mp4
video/mpeg mpeg mpg
video/ogg ogv
video/quicktime mov
video/webm webm
video/x-matroska mkv
video/x-msvideo avi
)";

// Takes the next word off the front of a line.
std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    return word;
}

bool is_text(std::string_view type) {
    return type.substr(0, 5) == "text/" || type == "application/javascript";
}

}  // namespace

bool is_media_type(std::string_view text) {
    const size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return false;
    }
    const std::string_view parameters = text.substr(std::min(text.find(';'), text.size()));
    const std::string_view subtype =
        sdk::trim(text.substr(slash + 1, text.size() - slash - 1 - parameters.size()));
    const bool printable = std::all_of(
        parameters.begin(), parameters.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
    return printable && sdk::is_token(text.substr(0, slash)) && sdk::is_token(subtype);
}

MimeTypes::MimeTypes(std::string charset) : charset_(std::move(charset)) {
    add_table(kBuiltIn);
}

void MimeTypes::add_table(std::string_view text) {
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line = line.substr(0, line.find('#'));
        const std::string_view type = next_word(line);
        if (!is_media_type(type)) {
            continue;
        }
        for (std::string_view end = next_word(line); !end.empty(); end = next_word(line)) {
            types_[sdk::lower_case(end)] = with_charset(type);
        }
    }
}

bool MimeTypes::add(std::string_view extension, std::string_view type) {
    if (!is_media_type(type)) {
        return false;
    }
    types_[sdk::lower_case(extension)] = with_charset(type);
    return true;
}

std::string MimeTypes::with_charset(std::string_view type) const {
    std::string whole(type);
    if (!charset_.empty() && is_text(type) && type.find(';') == std::string_view::npos) {
        whole.append("; charset=").append(charset_);
    }
    return whole;
}

std::string_view MimeTypes::find(std::string_view name) const {
    const size_t dot = name.rfind('.');
    std::array<char, kExtensionMax> lower;
    if (dot == std::string_view::npos || name.size() - dot - 1 > lower.size()) {
        return {};
    }
    const std::string_view extension = name.substr(dot + 1);
    std::transform(extension.begin(), extension.end(), lower.begin(), sdk::to_lower);
    const std::string_view key(lower.data(), extension.size());
    const auto at = types_.find(key);
    return at != types_.end() ? std::string_view(at->second) : std::string_view();
}

}  // namespace berth::file
