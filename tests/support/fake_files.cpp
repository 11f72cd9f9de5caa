#include "support/fake_files.h"

#include "berth/cpp/text.hpp"

#include <cassert>
#include <utility>
#include <vector>

namespace berth::testing {
namespace {

// The table carries no context: the one tree of the test is found here.
FakeFiles* current = nullptr;

void retain_owner(berth_owner* owner) {
    ++static_cast<berth_file*>(owner)->holders;
}
void release_owner(berth_owner* owner) {
    auto* const file = static_cast<berth_file*>(owner);
    assert(file->holders != 0);
    --file->holders;
}

}  // namespace

struct FileTable {
    static berth_status root_open(berth_sv path, berth_root** root) {
        current->root_path = sdk::view(path);
        if (current->root_status == BERTH_OK) {
            ++current->roots_open;
            *root = reinterpret_cast<berth_root*>(current);
        }
        return current->root_status;
    }

    static berth_status open(berth_root*,
                             const berth_sv* paths,
                             uint32_t n,
                             berth_file** file,
                             uint32_t* which,
                             berth_file_opened opened,
                             void* user,
                             berth_file_op** op) {
        ++current->opens;
        if (!current->answers_later) {
            return current->find(paths, n, file, which);
        }
        std::vector<std::string> names;
        for (uint32_t i = 0; i < n; ++i) {
            names.emplace_back(sdk::view(paths[i]));
        }
        *op = static_cast<berth_file_op*>(current->wait([names, opened, user] {
            std::vector<berth_sv> copies;
            for (const std::string& name : names) {
                copies.push_back(sdk::sv(name));
            }
            berth_file* found = nullptr;
            uint32_t at = 0;
            const berth_status status =
                current->find(copies.data(), static_cast<uint32_t>(copies.size()), &found, &at);
            opened(user, status, found, at);
        }));
        return BERTH_PENDING;
    }

    static void cancel(berth_file_op* op) {
        current->operations_.erase(reinterpret_cast<uintptr_t>(op));
    }

    static berth_status read(berth_file* file,
                             uint64_t offset,
                             void* buf,
                             size_t n,
                             size_t* got,
                             berth_file_read,
                             void*,
                             berth_file_op**) {
        *got = file->content.copy(static_cast<char*>(buf), n, offset);
        return BERTH_OK;
    }

    static berth_status list(berth_file* folder,
                             uint32_t most,
                             berth_file_listed listed,
                             void* user,
                             berth_file_op** op) {
        std::string prefix;
        for (const auto& [path, file] : current->files_) {
            prefix = &file == folder && !path.empty() ? path + "/" : prefix;
        }
        *op = static_cast<berth_file_op*>(current->wait([prefix, most, listed, user] {
            std::vector<berth_file_entry> entries;
            for (const auto& [path, file] : current->files_) {
                const bool inside = path.size() > prefix.size() && path.rfind(prefix, 0) == 0;
                if (inside && path.find('/', prefix.size()) == std::string::npos) {
                    entries.push_back(
                        {sdk::sv(std::string_view(path).substr(prefix.size())), file.stat});
                }
            }
            const bool more = entries.size() > most;
            entries.resize(std::min<size_t>(entries.size(), most));
            listed(user,
                   BERTH_OK,
                   entries.data(),
                   static_cast<uint32_t>(entries.size()),
                   more ? 1 : 0);
        }));
        return BERTH_PENDING;
    }
};

const berth_file_ext FakeFiles::kTable = {
    BERTH_HDR(berth_file_ext),
    FileTable::root_open,
    [](berth_root*) { --current->roots_open; },
    FileTable::open,
    FileTable::cancel,
    [](berth_file* file) { retain_owner(file); },
    [](berth_file* file) { release_owner(file); },
    [](berth_file* file) -> const berth_file_stat* { return &file->stat; },
    FileTable::read,
    FileTable::list,
};

FakeFiles::FakeFiles() {
    current = this;
    put_folder("");
}

FakeFiles::~FakeFiles() {
    current = nullptr;
}

berth_file_stat& FakeFiles::put(const std::string& path, std::string content) {
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        put_folder(path.substr(0, slash));
    }
    berth_file& file = files_[path];
    file.retain = retain_owner;
    file.release = release_owner;
    file.stat = {content.size(), 784111777'000'000'000, files_.size(), BERTH_FILE_REGULAR, 0};
    file.content = std::move(content);
    return file.stat;
}

void FakeFiles::put_folder(const std::string& path) {
    berth_file& folder = files_[path];
    folder.retain = retain_owner;
    folder.release = release_owner;
    folder.stat = {4096, 784111777'000'000'000, files_.size(), BERTH_FILE_FOLDER, 0};
}

berth_status FakeFiles::find(const berth_sv* paths,
                             uint32_t n,
                             berth_file** file,
                             uint32_t* which) {
    for (uint32_t i = 0; i < n; ++i) {
        const std::string path(sdk::view(paths[i]));
        const auto refused = refusals_.find(path);
        if (refused != refusals_.end()) {
            return refused->second;
        }
        const auto found = files_.find(path);
        if (found != files_.end()) {
            ++found->second.holders;
            *file = &found->second;
            *which = i;
            return BERTH_OK;
        }
    }
    return BERTH_DECLINED;
}

void* FakeFiles::wait(std::function<void()> callback) {
    operations_[next_operation_] = std::move(callback);
    return reinterpret_cast<void*>(next_operation_++);
}

void FakeFiles::answer() {
    while (!operations_.empty()) {
        const std::function<void()> callback = std::move(operations_.begin()->second);
        operations_.erase(operations_.begin());
        callback();
    }
}

size_t FakeFiles::held() const {
    size_t holders = 0;
    for (const auto& [path, file] : files_) {
        holders += file.holders;
    }
    return holders;
}

}  // namespace berth::testing
