#include "file/file_service.h"

#include "base/sys.h"
#include "file/folder_list.h"
#include "file/new_file.h"
#include "file/upload.h"
#include "net/event_loop.h"
#include "net/thread_pool.h"

#include <sys/stat.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth {
namespace {

std::string_view view_of(berth_sv text) {
    return text.n == 0 ? std::string_view() : std::string_view(text.p, text.n);
}

// Can it name what is written or removed? Not the root itself.
bool is_target(std::string_view path) {
    return !path.empty() && is_plain_path(path) && !names_upload(path);
}

// A kept descriptor of a file that is written in place would go with the size and the tag of
// before: cut off, or mixed. Whoever asks for it often pays for one look in a while.
bool changed_in_place(berth_file& file, uint64_t now_ms) {
    constexpr uint64_t kLookMs = 20;
    if (file.is_loaded() || file.stat().type != BERTH_FILE_REGULAR ||
        now_ms - file.memory().looked_ms < kLookMs) {
        return false;
    }
    struct stat facts {};
    if (sys().fstat(file.fd(), &facts) != 0 || !is_same(stat_of(facts), file.stat())) {
        return true;
    }
    file.memory().looked_ms = now_ms;
    return false;
}

// As of this turn of the loop; 0 when nobody can tell.
uint64_t size_now(berth_file& file, uint64_t now_us) {
    FileMemory& memory = file.memory();
    if (memory.sized_us != now_us) {
        struct stat facts {};
        const bool known = sys().fstat(file.fd(), &facts) == 0;
        memory.size = known ? static_cast<uint64_t>(facts.st_size) : 0;
        memory.sized_us = now_us;
    }
    return memory.size;
}

}  // namespace

// The kinds of operation. What the loop owns is given up there, in the done function.
struct FileService::Opening : berth_file_op {
    Opening(std::shared_ptr<RootFolder> folder, uint32_t at, berth_file_opened then, void* whose)
        : root(std::move(folder)), first(at), done(then), user(whose) {}

    std::shared_ptr<RootFolder> root;
    std::vector<std::string> paths;
    uint32_t first;  // of the paths, among those of the caller
    berth_file_opened done;
    void* user;
    uint32_t which = 0;
    uint64_t changes = 0;  // FileCache::changes() at its beginning
    FoundFile found;

    void look() {
        for (which = 0; which < paths.size(); ++which) {
            found.status = BERTH_E_NOMEM;  // unless something else is found out
            if (!is_plain_path(paths[which])) {
                found = FoundFile();
                found.status = BERTH_E_INVAL;
                return;
            }
            found = root->find(paths[which]);
            if (found.status == BERTH_AGAIN) {
                found.status = BERTH_E_IO;  // the tree does not stand still
            }
            if (found.status != BERTH_DECLINED) {
                return;
            }
        }
    }
};

struct FileService::Reading : berth_file_op {
    FileRef file;
    uint64_t offset;
    berth_file_read done;
    void* user;
    std::vector<uint8_t> bytes;
    FileReadResult result;
};

struct FileService::Listing : berth_file_op {
    FileRef folder;
    uint32_t most;
    berth_file_listed done;
    void* user;
    FolderList list;
};

struct FileService::Removal : berth_file_op {
    std::shared_ptr<RootFolder> root;
    std::string path;
    std::optional<berth_file_stat> expected;
    berth_upload_ready done;
    void* user;
    berth_status result = BERTH_E_NOMEM;  // unless it is removed, or something else is wrong

    void remove() { result = remove_file(*root, path, expected ? &*expected : nullptr); }
};

FileService::FileService(EventLoop& loop, size_t files_max, const Counters& counters)
    : loop_(loop), cache_(files_max), counters_(counters), alive_(std::make_shared<bool>(true)) {}

FileService::~FileService() {
    *alive_ = false;
}

// Nothing comes of it when it was cancelled, or the service has ended.
berth_status FileService::start(const Operation& op,
                                berth_file_op** out,
                                std::function<void()> work,
                                std::function<void()> done) {
    auto finish = [op, alive = alive_, done = std::move(done)] {
        op->cancelled |= !*alive;
        done();
    };
    if (!loop_.pool().run(std::move(work), std::move(finish))) {
        return BERTH_E_LIMIT;
    }
    *out = op.get();
    return BERTH_PENDING;
}

FileService::Opened FileService::open(berth_root& root,
                                      std::span<const berth_sv> paths,
                                      const Later<berth_file_opened>& later) {
    for (uint32_t i = 0; i < paths.size(); ++i) {
        Opened opened = open_now(*root.folder, view_of(paths[i]));
        opened.which = i;
        if (opened.status == BERTH_AGAIN) {
            opened.status =
                open_on_pool(std::make_shared<Opening>(root.folder, i, later.done, later.user),
                             paths.subspan(i),
                             later.op);
        }
        if (opened.status != BERTH_DECLINED) {
            return opened;
        }
    }
    return {BERTH_DECLINED, {}, 0};
}

FileService::Opened FileService::open_now(const RootFolder& root, std::string_view path) {
    if (!is_plain_path(path)) {
        return {BERTH_E_INVAL, {}, 0};
    }
    FileRef known = cache_.find(root, path, loop_.now_ms());
    if (known && !changed_in_place(*known.get(), loop_.now_ms())) {
        *counters_.hits += 1;
        return {BERTH_OK, std::move(known), 0};
    }
    FoundFile found = root.find_now(path);
    found.changes = cache_.changes();
    const berth_status status = found.status;
    return {status, status == BERTH_OK ? keep(root, path, std::move(found)) : FileRef(), 0};
}

berth_status FileService::open_on_pool(const std::shared_ptr<Opening>& opening,
                                       std::span<const berth_sv> paths,
                                       berth_file_op** op) {
    opening->changes = cache_.changes();
    for (const berth_sv& path : paths) {
        opening->paths.emplace_back(view_of(path));
    }
    return start(
        opening, op, [opening] { opening->look(); }, [this, opening] { finish_open(*opening); });
}

FileRef FileService::keep(const RootFolder& root, std::string_view path, FoundFile found) {
    constexpr int64_t kSettledNs = 4'000'000'000;  // twice the coarsest clock of a file system
    const auto now_ns = static_cast<int64_t>(loop_.wall_us()) * 1000;
    *counters_.misses += 1;
    found.is_settled = found.changed_ns + kSettledNs < now_ns;
    return cache_.keep(root, path, std::move(found), loop_.now_ms());
}

void FileService::finish_open(Opening& opening) {
    if (opening.cancelled) {
        return;
    }
    FileRef file;
    opening.found.changes = opening.changes;
    berth_status status = opening.found.status;
    if (status == BERTH_OK) {
        try {
            file = keep(*opening.root, opening.paths[opening.which], std::move(opening.found));
        } catch (const std::bad_alloc&) {
            status = BERTH_E_NOMEM;
        }
    }
    opening.done(opening.user, status, file.release(), opening.first + opening.which);
}

berth_status FileService::read(berth_file& file,
                               const Part& part,
                               size_t& got,
                               const Later<berth_file_read>& later) {
    if (file.stat().type != BERTH_FILE_REGULAR || part.size == 0 ||
        part.size > BERTH_FILE_READ_MAX || part.offset > INT64_MAX - part.size) {
        return BERTH_E_INVAL;
    }
    if (!part.into.empty()) {
        const FileReadResult at_hand = read_file_now(file, part.offset, part.into);
        if (at_hand.status == FileRead::kOk) {
            got = at_hand.bytes;
            return BERTH_OK;
        }
        if (at_hand.status == FileRead::kFailed) {
            return BERTH_E_IO;
        }
    }
    auto reading = std::make_shared<Reading>();
    file.retain(&file);
    reading->file = FileRef(&file);
    reading->offset = part.offset;
    reading->done = later.done;
    reading->user = later.user;
    reading->bytes.resize(part.size);
    return start(
        reading,
        later.op,
        [reading] {
            reading->result = read_file(*reading->file.get(), reading->offset, reading->bytes);
        },
        [reading] {
            const FileRef held = std::move(reading->file);
            held->memory().asked_at_once = reading->result.asked_at_once;
            if (!reading->cancelled) {
                const bool ok = reading->result.status == FileRead::kOk;
                reading->done(reading->user,
                              ok ? BERTH_OK : BERTH_E_IO,
                              reading->bytes.data(),
                              reading->result.bytes);
            }
        });
}

berth_status FileService::check(berth_file& file, uint64_t end) {
    if (file.is_loaded() || end <= size_now(file, loop_.now_us())) {
        return BERTH_OK;
    }
    tell_failure(file);
    return BERTH_E_IO;
}

berth_status FileService::list(berth_file& folder,
                               uint32_t most,
                               const Later<berth_file_listed>& later) {
    if (folder.stat().type != BERTH_FILE_FOLDER) {
        return BERTH_E_INVAL;
    }
    auto listing = std::make_shared<Listing>();
    folder.retain(&folder);
    listing->folder = FileRef(&folder);
    listing->most = most;
    listing->done = later.done;
    listing->user = later.user;
    listing->list.status = BERTH_E_NOMEM;  // until it is listed
    return start(
        listing,
        later.op,
        [listing] { listing->list = list_folder(listing->folder->fd(), listing->most); },
        [listing] {
            const FileRef held = std::move(listing->folder);
            if (listing->cancelled) {
                return;
            }
            const FolderList& list = listing->list;
            listing->done(listing->user,
                          list.status,
                          list.entries.data(),
                          static_cast<uint32_t>(list.entries.size()),
                          list.more ? 1 : 0);
        });
}

berth_status FileService::upload(berth_root& root,
                                 std::string_view path,
                                 berth_upload_ready ready,
                                 void* user,
                                 berth_upload** upload) {
    *upload = nullptr;
    if (!is_target(path)) {
        return BERTH_E_INVAL;
    }
    UploadOrder order{root.folder, std::string(path), {}, {}};
    order.ready = [alive = alive_, ready, user](berth_status status) {
        if (*alive) {
            ready(user, status);
        }
    };
    order.placed = [this, alive = alive_, folder = root.folder, name = order.path] {
        if (*alive) {
            cache_.changed(*folder, name);
        }
    };
    const auto made = std::make_shared<berth_upload>(loop_, std::move(order));
    const berth_status status = made->begin();
    *upload = status == BERTH_PENDING ? made.get() : nullptr;
    return status;
}

berth_status FileService::remove(berth_root& root,
                                 std::string_view path,
                                 const berth_file_stat* expected,
                                 const Later<berth_upload_ready>& later) {
    if (!is_target(path)) {
        return BERTH_E_INVAL;
    }
    auto removal = std::make_shared<Removal>();
    removal->root = root.folder;
    removal->path = path;
    removal->expected = expected == nullptr ? std::nullopt : std::optional(*expected);
    removal->done = later.done;
    removal->user = later.user;
    return start(
        removal,
        later.op,
        [removal] { removal->remove(); },
        [this, alive = alive_, removal] {
            if (*alive) {
                cache_.changed(*removal->root, removal->path);
            }
            if (!removal->cancelled) {
                removal->done(removal->user, removal->result);
            }
        });
}

}  // namespace berth
