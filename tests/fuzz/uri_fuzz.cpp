// Request targets: METHOD 0xFF TARGET. A normal path has no dot segment, no empty segment and no
// NUL, is what the slow way makes of the same text, and stays as it is; the parts of a target are
// within it and say it again.
#include "support/fuzz_input.h"
#include "uri.h"

#include <string>
#include <vector>

namespace {

using namespace berth::http;
using berth::testing::FuzzInput;
using berth::testing::require;
using Path = std::optional<std::string>;

Path normalise(const std::string& path) {
    std::vector<char> out(path.size());  // exactly, so that one byte more is seen
    const auto size = normalise_path(path, out.data());
    require(!size || *size <= path.size());
    return size ? Path(std::string(out.data(), *size)) : std::nullopt;
}

int digit(char c) {
    const size_t at = std::string("0123456789abcdef0123456789ABCDEF").find(c);
    return c == '\0' || at == std::string::npos ? -1 : static_cast<int>(at % 16);
}

Path decode(const std::string& segment) {
    std::string text;
    for (size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] != '%') {
            text += segment[i];
            continue;
        }
        const std::string digits = segment.substr(i + 1, 2);
        if (digits.size() < 2 || digit(digits[0]) < 0 || digit(digits[1]) < 0) {
            return std::nullopt;
        }
        text += static_cast<char>(digit(digits[0]) * 16 + digit(digits[1]));
        i += 2;
    }
    return text.find_first_of(std::string("/\0", 2)) == std::string::npos ? Path(text)
                                                                          : std::nullopt;
}

std::string encode(const std::string& path) {
    std::string text;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        text += c == '/' ? "/"
                         : std::string{
                               '%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
    return text;
}

// One segment after the other.
Path reference(const std::string& path) {
    if (path.empty() || path[0] != '/') {
        return std::nullopt;
    }
    std::vector<std::string> names;
    bool folder = true;
    for (size_t begin = 1, end = 0; end < path.size(); begin = end + 1) {
        end = std::min(path.find('/', begin), path.size());
        const Path name = decode(path.substr(begin, end - begin));
        if (!name || (*name == ".." && names.empty())) {
            return std::nullopt;
        }
        folder = name->empty() || *name == "." || *name == "..";
        if (*name == "..") {
            names.pop_back();
        } else if (!folder) {
            names.push_back(*name);
        }
    }
    std::string joined = "/";
    for (const std::string& name : names) {
        joined += name + "/";
    }
    return names.empty() || folder ? joined : joined.substr(0, joined.size() - 1);
}

void check_path(const std::string& path) {
    const Path normal = normalise(path);
    require(normal == reference(path));
    if (!normal) {
        return;
    }
    require(normal->front() == '/');
    require(normal->find('\0') == std::string::npos && normal->find("//") == std::string::npos);
    const std::string closed = *normal + "/";
    require(closed.find("/./") == std::string::npos && closed.find("/../") == std::string::npos);
    require(normalise(encode(*normal)) == normal);
    require(normal->find('%') != std::string::npos || normalise(*normal) == normal);
}

void check_authority(std::string_view authority) {
    require(is_authority(authority));
    const std::string_view host = host_of(authority);
    require(!host.empty() && authority.substr(0, host.size()) == host);
    require(host.find('@') == std::string_view::npos && host.find('/') == std::string_view::npos);
    require(host.front() == '[' ? host.back() == ']' : host.find(':') == std::string_view::npos);
    require(host_of(host) == host || host.back() == '.');
}

void check_target(const std::string& method, const std::string& text) {
    const auto target = parse_target(method, text);
    if (!target) {
        return;
    }
    require(text.find('#') == std::string::npos &&
            target->path.find('?') == std::string_view::npos);
    std::string again(target->path);
    if (text.find('?') != std::string::npos) {
        again.append("?").append(target->query);
    }
    switch (target->form) {
        case TargetForm::kOrigin:
            require(again == text && text.front() == '/' && target->authority.empty());
            break;
        case TargetForm::kAuthority:
            require(target->authority == text && target->path.empty() && method == "CONNECT");
            check_authority(target->authority);
            break;
        case TargetForm::kAsterisk:
            require(target->path == "*" && target->query.empty() && method == "OPTIONS");
            break;
        case TargetForm::kAbsolute: {
            check_authority(target->authority);
            require(target->path.front() == '/');
            const std::string written = "http://" + std::string(target->authority) + again;
            const auto same = parse_target(method, written);
            require(same && same->form == target->form && same->authority == target->authority);
            require(same->path == target->path && same->query == target->query);
        }
    }
    if (!target->path.empty() && target->path != "*") {
        const std::string path(target->path);
        require(!target->is_normal || normalise(path) == path);
        check_path(path);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    FuzzInput input(data, size);
    const std::string method = input.part();
    const std::string target = input.rest();
    check_target(method, target);
    check_path(target);
    if (is_authority(target)) {
        check_authority(target);
    }
    return 0;
}
