#include "plugin/plugin_library.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "plugin/symbol_audit.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <span>
#include <system_error>
#include <utility>

// Boost 1.74 needs <vector> first and would use its own file system library.
#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

namespace berth {
namespace {

namespace dll = boost::dll;

constexpr off_t kFileMax = 256 << 20;

Error at(const std::string& path, const Error& error) {
    return Error{path + ": " + error.message, error.code};
}

Result<std::vector<uint8_t>> read_all(int descriptor) {
    struct stat status {};
    if (sys().fstat(descriptor, &status) != 0) {
        return Error{std::string("cannot be read: ") + std::strerror(errno), errno};
    }
    if (status.st_size > kFileMax) {
        return Error{"is larger than 256 MiB"};
    }
    std::vector<uint8_t> bytes(static_cast<size_t>(status.st_size));
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = sys().pread(
            descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return Error{std::string("cannot be read: ") +
                             (n == 0 ? "it became shorter" : std::strerror(errno)),
                         errno};
        }
        done += static_cast<size_t>(n);
    }
    return bytes;
}

Result<std::vector<uint8_t>> read_all(const PluginFiles::File& file) {
    if (!file.fd) {
        return Error{file.path + ": " + file.refused};
    }
    auto bytes = read_all(file.fd.get());
    return bytes ? std::move(bytes) : at(file.path, bytes.error());
}

// Entries of a folder of /proc; empty where there is none.
std::set<std::string> entries_of(const char* folder) {
    std::set<std::string> names;
    std::error_code failure;
    for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        names.insert(at->path().filename().string());
    }
    return names;
}

// What a plugin must leave alone while it is loaded: the workers are forked later, which copies no
// thread.
struct ProcessState {
    size_t threads = entries_of("/proc/self/task").size();
    std::set<std::string> descriptors = entries_of("/proc/self/fd");
};

std::string last_loader_error(const std::string& proc_path) {
    const char* text = ::dlerror();
    std::string message = text == nullptr ? "unknown reason" : text;
    if (message.starts_with(proc_path + ": ")) {
        message.erase(0, proc_path.size() + 2);
    }
    return message;
}

}  // namespace

PluginLibrary::PluginLibrary(std::string path, PluginFile file)
    : path_(std::move(path)), file_(std::move(file)) {}

PluginLibrary::~PluginLibrary() = default;

Result<PluginFile> PluginLibrary::inspect(const PluginFiles::File& file) {
    const auto bytes = read_all(file);
    if (!bytes) {
        return bytes.error();
    }
    auto read = read_plugin_file(bytes.value());
    return read ? std::move(read) : at(file.path, read.error());
}

Result<std::unique_ptr<PluginLibrary>> PluginLibrary::open(const PluginFiles::File& from) {
    const std::string& path = from.path;
    const auto bytes = read_all(from);
    if (!bytes) {
        return bytes.error();
    }
    auto file = read_plugin_file(bytes.value());
    if (!file) {
        return at(path, file.error());
    }
    if (auto compatible = check_compatible(file.value()); !compatible) {
        return at(path, compatible.error());
    }
    auto audit = audit_symbols(std::span<const uint8_t>(bytes.value()));
    if (!audit) {
        return at(path, audit.error());
    }
    std::unique_ptr<PluginLibrary> library(new PluginLibrary(path, std::move(file).value()));
    library->warnings_ = std::move(audit).value();
    if (auto loaded = library->load(from.fd.get()); !loaded) {
        return at(path, loaded.error());
    }
    return library;
}

Status PluginLibrary::load(int trusted) {
    UniqueFd descriptor(sys().fcntl(trusted, F_DUPFD_CLOEXEC, 3));
    if (!descriptor) {
        return Error{std::string("cannot be loaded: ") + std::strerror(errno), errno};
    }
    const ProcessState before;
    // The very file that was checked, whatever its name leads to by now. glibc takes a name that it
    // has loaded before for the same library, so the number may never come back: the descriptor
    // stays open.
    const std::string proc_path = "/proc/self/fd/" + std::to_string(descriptor.get());
    dll::fs::error_code failure;
    const dll::shared_library library(
        proc_path, failure, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    if (failure) {
        return Error{"cannot be loaded: " + last_loader_error(proc_path)};
    }
    (void)descriptor.release();
    // Code of a plugin can be needed until the process ends: pin it, as -z nodelete would.
    const int pinned = RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD | RTLD_NODELETE;
    if (::dlopen(proc_path.c_str(), pinned) == nullptr) {
        return Error{"cannot be kept loaded: " + last_loader_error(proc_path)};
    }
    const ProcessState after;
    if (after.threads > before.threads) {
        return Error{
            "started a thread while it was loaded: start threads in create(), not in constructors"};
    }
    if (after.descriptors.size() > before.descriptors.size()) {
        warnings_.emplace_back("opened a file while it was loaded");
    }
    module_ = library.get<const berth_module*()>("berth_module_v1")();
    auto checked = check_module(module_, file_.manifest);
    if (!checked) {
        return checked.error();
    }
    checked_ = std::move(checked).value();
    warnings_.insert(warnings_.end(), checked_.warnings.begin(), checked_.warnings.end());
    return Done{};
}

}  // namespace berth
