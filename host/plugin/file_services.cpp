// berth.file/1, over host/file.
#include "config/config_node.h"
#include "file/document_roots.h"
#include "file/file_service.h"
#include "file/upload.h"
#include "plugin/service_tables.h"

#include "berth/cpp/guard.hpp"

#include <string>
#include <utility>

namespace berth {
namespace {

FileService* files() {
    auto& service = current_services()->files;
    return service ? &*service : nullptr;
}

berth_status root_open(berth_sv path, berth_root** root) {
    auto made = std::make_unique<berth_root>();
    const std::string name(path.p == nullptr ? "" : path.p, path.n);
    const DocumentRoots* given = current_services()->shared.roots;
    const int fd = given == nullptr || !name.starts_with('/') ? -1 : given->find(name);
    const berth_status status =
        fd >= 0 ? RootFolder::open(fd, made->folder) : RootFolder::open(name, made->folder);
    *root = status == BERTH_OK ? made.release() : nullptr;  // root_close() ends it
    return status;
}

void root_close(berth_root* root) {
    const std::unique_ptr<berth_root> ended(root);
    if (FileService* service = files()) {
        service->close_root(*ended);
    }
}

berth_status open(berth_root* root,
                  const berth_sv* paths,
                  uint32_t n,
                  berth_file** file,
                  uint32_t* which,
                  berth_file_opened opened,
                  void* user,
                  berth_file_op** op) {
    *file = nullptr;
    if (files() == nullptr) {
        return BERTH_E_STATE;
    }
    auto result = files()->open(*root, {paths, n}, {opened, user, op});
    *file = result.file.release();
    *which = result.which;
    return result.status;
}

void cancel(berth_file_op* op) {
    op->cancelled = true;
}

void retain(berth_file* file) {
    file->retain(file);
}

void release(berth_file* file) {
    file->release(file);
}

const berth_file_stat* stat_of_file(berth_file* file) {
    return &file->stat();
}

berth_status read(berth_file* file,
                  uint64_t offset,
                  void* buffer,
                  size_t n,
                  size_t* got,
                  berth_file_read read,
                  void* user,
                  berth_file_op** op) {
    if (files() == nullptr) {
        return BERTH_E_STATE;
    }
    const size_t room = buffer == nullptr ? 0 : n;
    return files()->read(
        *file, {offset, n, {static_cast<uint8_t*>(buffer), room}}, *got, {read, user, op});
}

berth_status list(
    berth_file* folder, uint32_t most, berth_file_listed listed, void* user, berth_file_op** op) {
    return files() == nullptr ? BERTH_E_STATE : files()->list(*folder, most, {listed, user, op});
}

berth_status upload_open(
    berth_root* root, berth_sv path, berth_upload_ready ready, void* user, berth_upload** upload) {
    *upload = nullptr;
    const std::string_view name(path.p == nullptr ? "" : path.p, path.n);
    return files() == nullptr ? BERTH_E_STATE : files()->upload(*root, name, ready, user, upload);
}

berth_status upload_write(berth_upload* upload, const void* bytes, size_t n) {
    return upload->write({static_cast<const uint8_t*>(bytes), n});
}

berth_status upload_commit(berth_upload* upload, const berth_file_stat* expected) {
    return upload->commit(expected);
}

void upload_end(berth_upload* upload) {
    upload->end();
}

berth_status remove(berth_root* root,
                    berth_sv path,
                    const berth_file_stat* expected,
                    berth_upload_ready done,
                    void* user,
                    berth_file_op** op) {
    const std::string_view name(path.p == nullptr ? "" : path.p, path.n);
    return files() == nullptr ? BERTH_E_STATE
                              : files()->remove(*root, name, expected, {done, user, op});
}

berth_status check(berth_file* file, uint64_t end) {
    return files() == nullptr ? BERTH_E_STATE : files()->check(*file, end);
}

}  // namespace

const berth_file_ext& file_table() {
    static constexpr berth_file_ext table = {BERTH_HDR(berth_file_ext),
                                             sdk::kGuarded<root_open>,
                                             sdk::kGuarded<root_close>,
                                             sdk::kGuarded<open>,
                                             cancel,
                                             retain,
                                             release,
                                             stat_of_file,
                                             sdk::kGuarded<read>,
                                             sdk::kGuarded<list>,
                                             sdk::kGuarded<upload_open>,
                                             sdk::kGuarded<upload_write>,
                                             sdk::kGuarded<upload_commit>,
                                             upload_end,
                                             sdk::kGuarded<remove>,
                                             sdk::kGuarded<check>};
    return table;
}

}  // namespace berth
