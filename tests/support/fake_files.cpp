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
                   current->list_status,
                   entries.data(),
                   static_cast<uint32_t>(entries.size()),
                   more ? 1 : 0);
        }));
        return BERTH_PENDING;
    }

    static berth_status upload_open(
        berth_root*, berth_sv path, berth_upload_ready ready, void* user, berth_upload** upload) {
        current->uploads_.push_back({std::string(sdk::view(path)), {}, ready, user});
        *upload = &current->uploads_.back();
        current->promise(**upload);
        return BERTH_PENDING;
    }

    static berth_status upload_write(berth_upload* upload, const void* bytes, size_t n) {
        if (upload->operation != 0) {
            return BERTH_E_STATE;
        }
        upload->content.append(static_cast<const char*>(bytes), n);
        if (upload->content.size() < current->upload_room) {
            return BERTH_OK;
        }
        current->promise(*upload);
        return BERTH_PENDING;
    }

    static berth_status upload_commit(berth_upload* upload, const berth_file_stat* expected) {
        current->expect(expected);
        current->operations_.erase(upload->operation);
        if (current->upload_status == BERTH_OK) {
            current->put(upload->path, upload->content);
        }
        current->promise(*upload);
        return BERTH_PENDING;
    }

    static void upload_end(berth_upload* upload) {
        current->operations_.erase(upload->operation);
        current->uploads_.remove_if([&](const berth_upload& one) { return &one == upload; });
    }

    static berth_status remove(berth_root*,
                               berth_sv path,
                               const berth_file_stat* expected,
                               berth_upload_ready done,
                               void* user,
                               berth_file_op** op) {
        current->expect(expected);
        *op = static_cast<berth_file_op*>(
            current->wait([name = std::string(sdk::view(path)), done, user] {
                if (current->remove_status == BERTH_OK) {
                    current->files_.erase(name);
                }
                done(user, current->remove_status);
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
    FileTable::upload_open,
    FileTable::upload_write,
    FileTable::upload_commit,
    FileTable::upload_end,
    FileTable::remove,
    [](berth_file* file, uint64_t end) {
        return end <= file->content.size() ? berth_status{BERTH_OK} : berth_status{BERTH_E_IO};
    },
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
            *which = i;
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

void FakeFiles::promise(berth_upload& upload) {
    upload.operation = reinterpret_cast<uintptr_t>(wait([&upload] {
        upload.operation = 0;
        upload.ready(upload.user, current->upload_status);
    }));
}

void FakeFiles::expect(const berth_file_stat* stat) {
    expected = stat == nullptr ? std::nullopt : std::optional(*stat);
}

std::string FakeFiles::content(const std::string& path) const {
    const auto file = files_.find(path);
    return file == files_.end() ? "(none)" : file->second.content;
}

void FakeFiles::answer() {
    while (!operations_.empty()) {
        answer_one();
    }
}

void FakeFiles::answer_one() {
    const std::function<void()> callback = std::move(operations_.begin()->second);
    operations_.erase(operations_.begin());
    callback();
}

size_t FakeFiles::held() const {
    size_t holders = 0;
    for (const auto& [path, file] : files_) {
        holders += file.holders;
    }
    return holders;
}

}  // namespace berth::testing
