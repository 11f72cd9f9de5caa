#include "uploads.h"

#include "answer_fields.h"
#include "conditional_fields.h"
#include "entity_tag.h"
#include "file_ref.h"
#include "file_time.h"
#include "late_answer.h"
#include "path_rules.h"

#include "berth/cpp/request_template.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace berth::file {
namespace {

constexpr uint64_t kMicroseconds = 1'000'000;

constexpr Refusal kAnonymous{BERTH_E_DENIED, 403, "changed by nobody: no filter says who sends it"};
constexpr Refusal kHidden{BERTH_E_DENIED, 403, "not permitted"};
constexpr Refusal kPart{BERTH_E_INVAL, 400, "a part of a file cannot be put"};
constexpr Refusal kEncoded{
    BERTH_E_INVAL, 415, "it is put encoded, and would be served as if it were not"};
constexpr Refusal kNoLength{BERTH_E_INVAL, 411, "put without saying that it is empty"};
constexpr Refusal kFolder{BERTH_E_STATE, 409, "a folder is there"};
constexpr Refusal kChanged{BERTH_E_GONE, 412, "it is not what the client knows"};
constexpr Refusal kBusy{BERTH_E_NOMEM, 503, "too many open files"};

constexpr Refusal kPutRefusals[] = {
    {BERTH_DECLINED, 409, "its folder is not there"},
    {BERTH_E_DENIED, 403, "not permitted"},
    {BERTH_E_INVAL, 414, "the path is too long"},
    {BERTH_E_LIMIT, 507, "the disk is full"},
    kFolder,
    kChanged,
    kBusy,
    {BERTH_E_IO, 500, "cannot be written"},
};
constexpr Refusal kDeleteRefusals[] = {
    {BERTH_DECLINED, 404, "no such file"},
    {BERTH_E_DENIED, 403, "not permitted"},
    {BERTH_E_INVAL, 414, "the path is too long"},
    {BERTH_E_STATE, 409, "the folder is not empty"},
    kChanged,
    kBusy,
    {BERTH_E_IO, 500, "cannot be removed"},
};

bool has_field(const berth_http_req& req, std::string_view name) {
    return std::any_of(req.headers, req.headers + req.n_headers, [&](const berth_header& field) {
        return sdk::view(field.name) == name;
    });
}

// Relative to the root, without a slash at its end.
std::string_view target_of(std::string_view path) {
    path.remove_prefix(1);
    return path.substr(0, path.size() - (path.ends_with('/') ? 1 : 0));
}

void take(berth_rbuf& buffer) {
    buffer.p += buffer.n;
    buffer.n = 0;
}

}  // namespace

// What a request waits for. In the arena of the request, so nothing in it needs to be destroyed.
struct Uploads::Visit {
    Uploads* uploads;
    berth_http_req* req;
    berth_root* root;
    std::string_view path;
    berth_file_op* op = nullptr;     // NULL: nothing is under way
    berth_upload* upload = nullptr;  // NULL: nothing is received
    bool existed = false;
    bool committing = false;
    berth_file_stat found{};                    // type 0: nothing was there
    const berth_file_stat* expected = nullptr;  // found, when conditions were judged by it
};

berth_status Uploads::begin(berth_http_req* req, berth_root* root) {
    if (const Refusal* refusal = check(*req)) {
        return refuse(req, *refusal);
    }
    void* const memory = berth_alloc(api_.host, req->arena, sizeof(Visit));
    if (memory == nullptr) {
        return BERTH_E_NOMEM;
    }
    auto* const visit = new (memory) Visit{this, req, root, target_of(path_of(*req))};
    req->user = visit;
    api_.http->body_pause(req, 1);
    return look(*visit);
}

// NULL: nothing is wrong so far.
const Refusal* Uploads::check(const berth_http_req& req) const {
    const std::string_view path = path_of(req);
    if (req.login.n == 0) {
        return &kAnonymous;
    }
    if (target_of(path).empty() || (!config_.hidden && is_hidden(path))) {
        return &kHidden;
    }
    if (req.method != BERTH_M_PUT) {
        return nullptr;
    }
    if (has_field(req, "content-range")) {  // RFC 9110 14.5
        return &kPart;
    }
    if (has_field(req, "content-encoding")) {  // RFC 9110 15.5.16
        return &kEncoded;
    }
    if (req.has_body == 0 && berth_known(&req, BERTH_H_CONTENT_LENGTH).p == nullptr) {
        return &kNoLength;  // most likely the file was forgotten; its name would lose its content
    }
    return path.ends_with('/') ? &kFolder : nullptr;
}

berth_status Uploads::look(Visit& visit) {
    const auto opened = [](void* user, berth_status status, berth_file* file, uint32_t) {
        auto& self = *static_cast<Visit*>(user);
        self.op = nullptr;
        answer_late(*self.uploads->api_.http, self.req, [&] {
            return self.uploads->on_opened(self, status, file);
        });
    };
    const berth_sv path = sdk::sv(visit.path);
    berth_file* file = nullptr;
    uint32_t which = 0;
    const berth_status status =
        api_.files->open(visit.root, &path, 1, &file, &which, opened, &visit, &visit.op);
    return status == BERTH_PENDING ? BERTH_OK : on_opened(visit, status, file);
}

// file: a reference, when the status is BERTH_OK.
berth_status Uploads::on_opened(Visit& visit, berth_status status, berth_file* file) {
    const FileRef found = status == BERTH_OK ? FileRef(*api_.files, file) : FileRef();
    return on_found(visit, status, found ? &found.stat() : nullptr);
}

berth_status Uploads::on_found(Visit& visit, berth_status status, const berth_file_stat* found) {
    const bool puts = visit.req->method == BERTH_M_PUT;
    const bool wants_folder = path_of(*visit.req).ends_with('/');
    if (found != nullptr && wants_folder && found->type != BERTH_FILE_FOLDER) {
        status = BERTH_DECLINED;
    } else if (found != nullptr) {
        visit.existed = true;
        visit.found = *found;
        status = puts && found->type == BERTH_FILE_FOLDER ? BERTH_E_STATE : BERTH_OK;
    } else if (status == BERTH_DECLINED && puts) {
        status = BERTH_OK;
    } else if (status == BERTH_E_LIMIT) {
        status = BERTH_E_NOMEM;  // of descriptors, not of the disk
    }
    if (status != BERTH_OK) {
        return refuse(visit, status);
    }
    if (!judge(visit)) {
        return refuse(visit, BERTH_E_GONE);
    }
    return puts ? receive(visit) : remove(visit);
}

// RFC 9110 13.2. What conditions were judged by must still be there when the file changes.
bool Uploads::judge(Visit& visit) const {
    const Conditions conditions = conditions_of(api_.host, *visit.req);
    const FileTag tag(visit.found.inode, visit.found.size, visit.found.mtime_ns);
    const auto now = static_cast<int64_t>(api_.loop->wall_us() / kMicroseconds);
    const Current current{
        visit.existed, tag.text(), std::min(seconds_of(visit.found.mtime_ns), now), now};
    if (conditions.if_match || conditions.if_none_match || conditions.if_unmodified_since) {
        visit.expected = &visit.found;
    }
    return file::judge(conditions, current, false) == Verdict::kPerform;
}

berth_status Uploads::receive(Visit& visit) {
    const auto ready = [](void* user, berth_status status) {
        auto& self = *static_cast<Visit*>(user);
        answer_late(*self.uploads->api_.http, self.req, [&] {
            return self.uploads->on_ready(self, status);
        });
    };
    const berth_status status =
        api_.files->upload_open(visit.root, sdk::sv(visit.path), ready, &visit, &visit.upload);
    return status == BERTH_PENDING ? BERTH_OK : refuse(visit, status);
}

// There is room for the body, or the file is in its place.
berth_status Uploads::on_ready(Visit& visit, berth_status status) {
    if (status != BERTH_OK) {
        return refuse(visit, status);
    }
    if (visit.committing) {
        return finish(visit);
    }
    if (visit.req->has_body == 0) {
        return commit(visit);
    }
    api_.http->body_pause(visit.req, 0);
    return BERTH_OK;
}

berth_status Uploads::on_body(berth_http_req* req, berth_rbuf* buffers, uint32_t n, bool last) {
    auto* const visit = static_cast<Visit*>(req->user);
    if (visit == nullptr || visit->upload == nullptr) {  // DELETE
        std::for_each(buffers, buffers + n, take);
        return BERTH_OK;
    }
    for (uint32_t i = 0; i < n; ++i) {
        const berth_status status =
            api_.files->upload_write(visit->upload, buffers[i].p, buffers[i].n);
        if (status != BERTH_OK && status != BERTH_PENDING) {
            return refuse(*visit, status);
        }
        take(buffers[i]);
        if (status == BERTH_PENDING && !(last && i + 1 == n)) {
            api_.http->body_pause(req, 1);
            return BERTH_OK;
        }
    }
    return last ? commit(*visit) : BERTH_OK;
}

berth_status Uploads::commit(Visit& visit) {
    visit.committing = true;
    const berth_status status = api_.files->upload_commit(visit.upload, visit.expected);
    return status == BERTH_PENDING ? BERTH_OK : refuse(visit, status);
}

berth_status Uploads::remove(Visit& visit) {
    const auto removed = [](void* user, berth_status status) {
        auto& self = *static_cast<Visit*>(user);
        self.op = nullptr;
        answer_late(*self.uploads->api_.http, self.req, [&] {
            return self.uploads->on_removed(self, status);
        });
    };
    const berth_status status = api_.files->remove(
        visit.root, sdk::sv(visit.path), visit.expected, removed, &visit, &visit.op);
    return status == BERTH_PENDING ? BERTH_OK : refuse(visit, status);
}

berth_status Uploads::on_removed(Visit& visit, berth_status status) {
    return status == BERTH_OK ? finish(visit) : refuse(visit, status);
}

// RFC 9110 9.3.4, 9.3.5.
berth_status Uploads::finish(Visit& visit) const {
    berth_http_req* const req = visit.req;
    AnswerFields fields;
    std::string location;
    const bool created = req->method == BERTH_M_PUT && !visit.existed;
    if (created) {
        sdk::append_encoded(sdk::view(req->path), "!$&'()*+,;=:@/", location);
        fields.add("Location", location);
    }
    forget(req);
    const berth_http_resp head = fields.head(created ? 201 : 204);
    const berth_status sent = api_.http->respond(req, &head, nullptr, 0);
    return sent < 0 ? sent : BERTH_OK;
}

berth_status Uploads::refuse(Visit& visit, berth_status cause) {
    berth_http_req* const req = visit.req;
    const bool puts = req->method == BERTH_M_PUT;
    forget(req);
    const Refusal& refusal =
        puts ? find_refusal(kPutRefusals, cause) : find_refusal(kDeleteRefusals, cause);
    return refuse(req, refusal);
}

berth_status Uploads::refuse(berth_http_req* req, const Refusal& refusal) const {
    log_refusal(api_.host, *req, refusal);
    const berth_status sent = api_.http->error(req, refusal.status);
    return sent < 0 ? sent : BERTH_OK;
}

void Uploads::forget(berth_http_req* req) const {
    auto* const visit = static_cast<Visit*>(std::exchange(req->user, nullptr));
    if (visit == nullptr) {
        return;
    }
    if (visit->op != nullptr) {
        api_.files->cancel(std::exchange(visit->op, nullptr));
    }
    if (visit->upload != nullptr) {
        api_.files->upload_end(std::exchange(visit->upload, nullptr));
    }
}

}  // namespace berth::file
