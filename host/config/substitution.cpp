#include "config/substitution.h"

#include "config/suggestion.h"
#include "config/utf8.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

namespace berth {
namespace {

constexpr size_t kFileBytesMax = 1024 * 1024;

Result<std::string> read_small_file(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Error{std::strerror(errno), errno};
    }
    std::string content(kFileBytesMax + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad()) {
        return Error{"cannot be read", EIO};
    }
    content.resize(static_cast<size_t>(file.gcount()));
    if (content.size() > kFileBytesMax) {
        return Error{"is larger than 1 MiB", EFBIG};
    }
    return content;
}

// One scalar on its way through its references.
class Substitution {
public:
    Substitution(RawNode& scalar, const Outside& outside, Diagnostics& diagnostics)
        : scalar_(scalar), outside_(outside), diagnostics_(diagnostics) {}

    void run() {
        const std::string text = std::move(scalar_.text);
        std::string_view rest = text;
        while (!rest.empty()) {
            const size_t start = rest.find("${");
            result_ += rest.substr(0, start);
            if (start == std::string_view::npos) {
                break;
            }
            const bool escaped = start > 0 && rest[start - 1] == '$';
            rest.remove_prefix(start);
            const size_t end = escaped ? 1 : rest.find('}');
            if (escaped) {
                result_.pop_back();
                result_ += "${";
            } else if (end != std::string_view::npos) {
                replace(std::string(rest.substr(2, end - 2)));
            } else {
                fail(Problem::kSubstitution,
                     "'${' without a closing '}'",
                     {"close it, or write $${ for the two characters"});
                break;
            }
            rest.remove_prefix(end + 1);
        }
        scalar_.text = std::move(result_);
    }

private:
    void replace(const std::string& reference) {
        const size_t colon = reference.find(':');
        const std::string kind = reference.substr(0, colon);
        const std::string name = colon == std::string::npos ? "" : reference.substr(colon + 1);
        if (kind != "env" && kind != "file" && kind != "cred") {
            return fail_kind(reference, kind);
        }
        if (name.empty()) {
            return fail(Problem::kSubstitution,
                        "'${" + reference + "}' names nothing",
                        {"write ${env:NAME}, ${file:/path} or ${cred:NAME}"});
        }
        scalar_.substituted = true;
        if (kind == "env") {
            return replace_variable(name);
        }
        scalar_.secret = true;
        return kind == "file" ? replace_file(name) : replace_credential(name);
    }

    void replace_variable(const std::string& reference) {
        const size_t dash = reference.find(":-");
        const std::string name = reference.substr(0, dash);
        const std::optional<std::string> value = outside_.variable(name);
        if (value) {
            result_ += *value;
        } else if (dash != std::string::npos) {
            result_ += reference.substr(dash + 2);
        } else {
            fail(Problem::kMissingValue,
                 "the environment has no variable '" + name + "'",
                 {"set it, or give a default: ${env:" + name + ":-value}"});
        }
    }

    void replace_file(const std::string& path) {
        if (path.front() != '/') {
            return fail(Problem::kSubstitution,
                        "'" + path + "' is not an absolute path",
                        {"write ${file:/path/to/file}"});
        }
        append_file(path, "check the path and its permissions");
    }

    void replace_credential(const std::string& name) {
        if (name.find('/') != std::string::npos || name == "." || name == "..") {
            return fail(Problem::kSubstitution,
                        "'" + name + "' is not the name of a credential",
                        {"a name has no '/'; for a path write ${file:/path}"});
        }
        const std::optional<std::string> folder = outside_.variable("CREDENTIALS_DIRECTORY");
        if (!folder) {
            return fail(Problem::kMissingValue,
                        "no credential '" + name + "': CREDENTIALS_DIRECTORY is not set",
                        {"systemd sets it for a unit with LoadCredential=" + name + ":/path"});
        }
        append_file(*folder + "/" + name, "add to the unit: LoadCredential=" + name + ":/path");
    }

    void append_file(const std::string& path, const std::string& remedy) {
        const Result<std::string> content = outside_.file(path);
        if (!content.ok()) {
            return fail(Problem::kMissingValue,
                        "cannot read '" + path + "': " + content.error().message,
                        {remedy});
        }
        std::string_view value = content.value();
        if (!value.empty() && value.back() == '\n') {
            value.remove_suffix(1);
        }
        for (std::string_view rest = value; !rest.empty();) {
            const size_t length = utf8_length(rest);
            if (length == 0 || rest.front() == '\0') {
                return fail(Problem::kMissingValue,
                            "'" + path + "' is not text",
                            {"name a text file in UTF-8"});
            }
            rest.remove_prefix(length);
        }
        result_ += value;
    }

    void fail_kind(const std::string& reference, const std::string& kind) {
        const std::string meant = nearest(kind, {"env", "file", "cred"});
        std::vector<std::string> help;
        if (!meant.empty()) {
            help.push_back("did you mean '" + meant + "'?");
        }
        help.emplace_back(
            "known are ${env:NAME}, ${file:/path} and ${cred:NAME}; $${ is ${ itself");
        fail(Problem::kSubstitution,
             "'${" + reference + "}' names no source of values",
             std::move(help));
    }

    void fail(Problem problem, std::string message, std::vector<std::string> help) {
        scalar_.substituted = true;  // no second complaint about a value that is not there
        scalar_.broken = true;
        diagnostics_.error(problem, scalar_.place, std::move(message), std::move(help));
    }

    RawNode& scalar_;
    const Outside& outside_;
    Diagnostics& diagnostics_;
    std::string result_;
};

}  // namespace

Outside real_outside() {
    Outside outside;
    outside.variable = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    outside.file = read_small_file;
    return outside;
}

void substitute(RawNode& scalar, const Outside& outside, Diagnostics& diagnostics) {
    if (scalar.text.find("${") != std::string::npos) {
        Substitution(scalar, outside, diagnostics).run();
    }
}

}  // namespace berth
