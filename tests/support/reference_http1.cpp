#include "support/reference_http1.h"

#include <cctype>
#include <regex>
#include <sstream>

namespace berth::testing {
namespace {

using Outcome = ReferenceHead::Outcome;

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

bool token(const std::string& text) {
    const std::string allowed =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
}

std::string trim(const std::string& text) {
    const size_t first = text.find_first_not_of(" \t");
    return first == std::string::npos
               ? ""
               : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_control(const std::string& text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 32 && byte != 9) || byte == 127) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> items(const std::string& list) {
    std::vector<std::string> found;
    std::string item;
    std::istringstream stream(list);
    while (std::getline(stream, item, ',')) {
        found.push_back(lower(trim(item)));
    }
    return found;
}

bool has_item(const std::string& list, const std::string& item) {
    for (const std::string& known : items(list)) {
        if (known == item) {
            return true;
        }
    }
    return false;
}

bool authority(const std::string& text) {
    static const std::regex kPattern(
        "([A-Za-z0-9._~!$&'()*+,;=-]+|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\])(:([0-9]{1,5}))?");
    std::smatch match;
    if (!std::regex_match(text, match, kPattern) || text.substr(0, 3) == "[:]") {
        return false;
    }
    return !match[3].matched || std::stoul(match[3]) <= 65535;
}

int request_line(const std::string& line, ReferenceHead& head) {
    const size_t first = line.find(' ');
    if (first == std::string::npos || !token(line.substr(0, first))) {
        return 400;
    }
    if (first > 32) {
        return 501;
    }
    const std::string rest = line.substr(first + 1);
    const size_t last = rest.rfind(' ');
    if (last == std::string::npos || last == 0) {
        return 400;
    }
    head.method = line.substr(0, first);
    head.target = rest.substr(0, last);
    head.version = rest.substr(last + 1);
    for (const char c : head.target) {
        if (c <= 32 || c >= 127) {
            return 400;
        }
    }
    if (head.version == "HTTP/1.1" || head.version == "HTTP/1.0") {
        return 0;
    }
    return std::regex_match(head.version, std::regex("HTTP/[02-9]\\.[0-9]")) ? 505 : 400;
}

int field(const std::string& line, ReferenceHead& head) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || !token(line.substr(0, colon))) {
        return 400;
    }
    const std::string value = trim(line.substr(colon + 1));
    if (has_control(value)) {
        return 400;
    }
    head.fields.emplace_back(lower(line.substr(0, colon)), value);
    return 0;
}

std::vector<std::string> values(const ReferenceHead& head, const std::string& name) {
    std::vector<std::string> found;
    for (const auto& [known, value] : head.fields) {
        if (known == name) {
            found.push_back(value);
        }
    }
    return found;
}

int codings(const std::string& value, ReferenceHead& head) {
    if (head.version == "HTTP/1.0") {
        return 400;
    }
    if (lower(value) == "chunked") {
        head.chunked = true;
        return 0;
    }
    const std::vector<std::string> list = items(value);
    size_t chunked = 0;
    for (const std::string& coding : list) {
        chunked += coding == "chunked" ? 1 : 0;
    }
    const bool ends_chunked = !value.empty() && value.back() != ',' && list.back() == "chunked";
    return value.empty() || (chunked != 0 && !(chunked == 1 && ends_chunked)) ? 400 : 501;
}

int conclude(ReferenceHead& head) {
    const auto host = values(head, "host"), length = values(head, "content-length");
    const auto coding = values(head, "transfer-encoding"), expect = values(head, "expect");
    const bool old = head.version == "HTTP/1.0";
    if (host.size() > 1 || length.size() > 1 || coding.size() > 1 || expect.size() > 1) {
        return 400;
    }
    if ((!length.empty() && !coding.empty()) || (host.empty() && !old)) {
        return 400;
    }
    if (!host.empty() && !authority(host[0])) {
        return 400;
    }
    bool close = false, keep = false;
    for (const std::string& value : values(head, "connection")) {
        close |= has_item(value, "close");
        keep |= has_item(value, "keep-alive");
    }
    head.keep_alive = !close && (!old || keep);
    if (!expect.empty() && !old && lower(expect[0]) != "100-continue") {
        return 417;
    }
    if (!coding.empty()) {
        return codings(coding[0], head);
    }
    if (!length.empty()) {
        if (!std::regex_match(length[0], std::regex("[0-9]{1,19}"))) {
            return 400;
        }
        head.length = std::stoull(length[0]);
    }
    return 0;
}

ReferenceHead refused(int status) {
    ReferenceHead head;
    head.outcome = Outcome::kRefused;
    head.status = status;
    return head;
}

}  // namespace

ReferenceHead reference_head(const std::string& bytes, const ReferenceLimits& limits) {
    ReferenceHead head;
    bool begun = false;
    int empty_lines = 0;
    size_t fields = 0;
    for (size_t at = 0; at < bytes.size();) {
        const char first = bytes[at];
        if (!begun && first != '\r' && !token(std::string(1, first))) {
            return refused(400);
        }
        const size_t end = bytes.find('\n', at);
        if (end == std::string::npos) {
            if (!begun && bytes.size() - at >= limits.request_line + 2) {
                return refused(414);
            }
            return bytes.size() >= limits.head ? refused(431) : ReferenceHead();
        }
        if (!begun && end - at > limits.request_line + 1) {
            return refused(414);
        }
        if (end + 1 > limits.head) {
            return refused(431);
        }
        if (end == at || bytes[end - 1] != '\r') {
            return refused(400);
        }
        const std::string line = bytes.substr(at, end - 1 - at);
        at = end + 1;
        if (line.empty() && begun) {
            const int status = conclude(head);
            head.outcome = Outcome::kComplete;
            head.size = at;
            return status == 0 ? head : refused(status);
        }
        if (line.empty()) {
            if (++empty_lines > 2) {
                return refused(400);
            }
            continue;
        }
        if (begun && ++fields > limits.fields) {
            return refused(431);
        }
        const int status = begun ? field(line, head) : request_line(line, head);
        begun = true;
        if (status != 0) {
            return refused(status);
        }
    }
    return ReferenceHead();
}

ReferenceChunks reference_chunks(const std::string& bytes) {
    ReferenceChunks result;
    const auto refuse = [&] {
        result.outcome = ReferenceChunks::Outcome::kRefused;
        return result;
    };
    size_t at = 0, extensions = 0, trailers = 0, framing = 0;
    while (true) {
        uint64_t size = 0;
        size_t digits = 0;
        for (; at < bytes.size() && std::isxdigit(static_cast<unsigned char>(bytes[at])); ++at) {
            if (++digits > 16 || size > (UINT64_MAX >> 5)) {
                return refuse();
            }
            size = size * 16 + std::stoull(std::string(1, bytes[at]), nullptr, 16);
            ++framing;
        }
        if (at == bytes.size()) {
            return result;
        }
        if (digits == 0 || (bytes[at] != ';' && bytes[at] != '\r')) {
            return refuse();
        }
        if (bytes[at] == ';') {
            ++at;
            ++framing;
            for (size_t n = 0; at < bytes.size() && bytes[at] != '\r'; ++at, ++framing) {
                if (++n > 256 || ++extensions > 4096 || has_control(std::string(1, bytes[at]))) {
                    return refuse();
                }
            }
        }
        for (const char wanted : {'\r', '\n'}) {
            if (at == bytes.size()) {
                return result;
            }
            ++framing;
            if (bytes[at++] != wanted) {
                return refuse();
            }
        }
        // The last byte of the size line is counted only after the line was judged.
        if (framing - 1 > 65536 && result.data.size() < (framing - 1) / 4) {
            return refuse();
        }
        if (size == 0) {
            break;
        }
        const std::string part = bytes.substr(at, static_cast<size_t>(size));
        result.data += part;
        at += part.size();
        if (part.size() < size) {
            return result;
        }
        for (const char wanted : {'\r', '\n'}) {
            if (at == bytes.size()) {
                return result;
            }
            ++framing;
            if (bytes[at++] != wanted) {
                return refuse();
            }
        }
    }
    // Trailers, one character at a time.
    std::string line;
    for (; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (!line.empty() && line.back() == '\r') {
            if (c != '\n') {
                return refuse();
            }
            if (line == "\r") {
                result.outcome = ReferenceChunks::Outcome::kEnd;
                result.size = at + 1;
                return result;
            }
            line.clear();
            continue;
        }
        if (++trailers > 8192) {
            return refuse();
        }
        const size_t colon = line.find(':');
        const bool in_value = colon != std::string::npos;
        const bool ends = c == '\r' && (in_value || line.empty());
        const bool fits = in_value ? !has_control(std::string(1, c))
                                   : token(std::string(1, c)) || (c == ':' && !line.empty());
        if (!ends && !fits) {
            return refuse();
        }
        line += c;
    }
    return result;
}

}  // namespace berth::testing
