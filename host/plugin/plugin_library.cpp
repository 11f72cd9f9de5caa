#include "plugin/plugin_library.h"

#include "base/sys.h"
#include "base/unique_fd.h"
#include "plugin/symbol_audit.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
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

// The bytes of a file where the system has them. Who may write to a plugin is trusted not to make
// it shorter meanwhile; the loader relies on the same.
class MappedFile {
public:
    static Result<MappedFile> open(const PluginFiles::File& file) {
        if (!file.fd) {
            return Error{file.path + ": " + file.refused};
        }
        struct stat status {};
        if (sys().fstat(file.fd.get(), &status) != 0) {
            return unreadable(file);
        }
        if (status.st_size > kFileMax) {
            return Error{file.path + ": is larger than 256 MiB"};
        }
        MappedFile mapped;
        mapped.size_ = static_cast<size_t>(status.st_size);
        if (mapped.size_ == 0) {
            return mapped;
        }
        void* memory = sys().mmap(nullptr, mapped.size_, PROT_READ, MAP_PRIVATE, file.fd.get(), 0);
        if (memory == MAP_FAILED) {
            mapped.size_ = 0;
            return unreadable(file);
        }
        mapped.memory_ = memory;
        return mapped;
    }
    MappedFile(MappedFile&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile() {
        if (memory_ != nullptr) {
            sys().munmap(memory_, size_);
        }
    }

    std::span<const uint8_t> bytes() const { return {static_cast<const uint8_t*>(memory_), size_}; }

private:
    MappedFile() = default;
    static Error unreadable(const PluginFiles::File& file) {
        return Error{file.path + ": cannot be read: " + std::strerror(errno), errno};
    }

    void* memory_ = nullptr;
    size_t size_ = 0;
};

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
    const auto mapped = MappedFile::open(file);
    if (!mapped) {
        return mapped.error();
    }
    auto read = read_plugin_file(mapped.value().bytes());
    return read ? std::move(read) : at(file.path, read.error());
}

Result<std::unique_ptr<PluginLibrary>> PluginLibrary::open(const PluginFiles::File& from) {
    const std::string& path = from.path;
    const auto mapped = MappedFile::open(from);
    if (!mapped) {
        return mapped.error();
    }
    const std::span<const uint8_t> bytes = mapped.value().bytes();
    auto file = read_plugin_file(bytes);
    if (!file) {
        return at(path, file.error());
    }
    if (auto compatible = check_compatible(file.value()); !compatible) {
        return at(path, compatible.error());
    }
    auto audit = audit_symbols(bytes);
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
