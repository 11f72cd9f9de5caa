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

namespace {

// Chunked framing read one character after the other; every step says whether there is a next one.
class ChunkReader {
public:
    explicit ChunkReader(const std::string& bytes) : bytes_(bytes) {}

    ReferenceChunks run() {
        while (read_size() && skip_extension() && skip_line_end() && is_worth_it() && size_ != 0 &&
               take_data() && skip_line_end()) {
        }
        if (at_last_chunk_) {
            read_trailers();
        }
        return result_;
    }

private:
    bool refuse() {
        result_.outcome = ReferenceChunks::Outcome::kRefused;
        at_last_chunk_ = false;
        return false;
    }

    bool read_size() {
        size_ = 0;
        size_t digits = 0;
        for (; at_ < bytes_.size() && std::isxdigit(static_cast<unsigned char>(bytes_[at_]));
             ++at_) {
            if (++digits > 16 || size_ > (UINT64_MAX >> 5)) {
                return refuse();
            }
            size_ = size_ * 16 + std::stoull(std::string(1, bytes_[at_]), nullptr, 16);
            ++framing_;
        }
        if (at_ == bytes_.size()) {
            return false;
        }
        return (digits != 0 && (bytes_[at_] == ';' || bytes_[at_] == '\r')) || refuse();
    }

    bool skip_extension() {
        if (bytes_[at_] != ';') {
            return true;
        }
        ++at_;
        ++framing_;
        for (size_t n = 0; at_ < bytes_.size() && bytes_[at_] != '\r'; ++at_, ++framing_) {
            if (++n > 256 || ++extensions_ > 4096 || has_control(std::string(1, bytes_[at_]))) {
                return refuse();
            }
        }
        return true;
    }

    bool skip_line_end() {
        for (const char wanted : {'\r', '\n'}) {
            if (at_ == bytes_.size()) {
                return false;
            }
            ++framing_;
            if (bytes_[at_++] != wanted) {
                return refuse();
            }
        }
        return true;
    }

    // The last byte of the size line is counted only after the line was judged.
    bool is_worth_it() {
        if (framing_ - 1 > 65536 && result_.data.size() < (framing_ - 1) / 4) {
            return refuse();
        }
        at_last_chunk_ = size_ == 0;
        return true;
    }

    bool take_data() {
        const std::string part = bytes_.substr(at_, static_cast<size_t>(size_));
        result_.data += part;
        at_ += part.size();
        return part.size() == size_;
    }

    // Trailers, one character at a time.
    void read_trailers() {
        std::string line;
        for (size_t trailers = 0; at_ < bytes_.size(); ++at_) {
            const char c = bytes_[at_];
            const bool line_ends = !line.empty() && line.back() == '\r';
            if (line_ends && c == '\n' && line == "\r") {
                result_.outcome = ReferenceChunks::Outcome::kEnd;
                result_.size = at_ + 1;
                return;
            }
            if (line_ends ? c != '\n' : ++trailers > 8192 || !may_follow(line, c)) {
                refuse();
                return;
            }
            line = line_ends ? "" : line + c;
        }
    }

    static bool may_follow(const std::string& line, char c) {
        const bool in_value = line.find(':') != std::string::npos;
        if (c == '\r' && (in_value || line.empty())) {
            return true;
        }
        return in_value ? !has_control(std::string(1, c))
                        : token(std::string(1, c)) || (c == ':' && !line.empty());
    }

    const std::string& bytes_;
    ReferenceChunks result_;
    uint64_t size_ = 0;
    size_t at_ = 0, extensions_ = 0, framing_ = 0;
    bool at_last_chunk_ = false;
};

}  // namespace

ReferenceChunks reference_chunks(const std::string& bytes) {
    return ChunkReader(bytes).run();
}

}  // namespace berth::testing
