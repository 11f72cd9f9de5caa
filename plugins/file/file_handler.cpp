#include "file_handler.h"

#include "answer_fields.h"
#include "late_answer.h"
#include "path_rules.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <utility>

namespace berth::file {
namespace {

constexpr Refusal kRefusals[] = {
    {BERTH_DECLINED, 404, "no such file"},
    {BERTH_E_DENIED, 403, "not permitted"},
    {BERTH_E_INVAL, 414, "the path is too long"},
    {BERTH_E_LIMIT, 503, "too many open files"},
    {BERTH_E_IO, 500, "cannot be read"},
};

// Was it made after the file changed last? Copies get their times in any order, within a moment.
bool is_encoding_of(const berth_file_stat& sibling, const berth_file_stat& file) {
    constexpr int64_t kMomentNs = 2'000'000'000;
    return sibling.type == BERTH_FILE_REGULAR && sibling.mtime_ns + kMomentNs >= file.mtime_ns;
}

}  // namespace

// What a request waits for. In the arena of the request, so nothing in it needs to be destroyed.
struct FileHandler::Visit {
    FileHandler* handler;
    berth_http_req* req;
    Candidates candidates;
    berth_file_op* op = nullptr;    // NULL: nothing is under way
    uint32_t error_status = 0;      // of the error whose page is looked for
    bool too_long = false;          // was one of the paths
    berth_file* plain = nullptr;    // found; an encoded file beside it is looked for
    FolderVisit* folder = nullptr;  // of one that is listed
};

FileHandler::FileHandler(Module& module)
    : module_(module),
      api_(module.api()),
      answer_(api_, *config_),
      folder_answer_(api_, config_),
      uploads_(api_, *config_) {}

FileHandler::~FileHandler() {
    if (root_ != nullptr) {
        api_.files->root_close(root_);
    }
}

berth_status FileHandler::configure(const sdk::Config& config) {
    const berth_status status = read_config(config, module_.system_types(), *config_);
    const sdk::Config root = config["root"];
    std::error_code problem;
    const auto folder = std::filesystem::absolute(root.text(), problem);
    const std::string path = folder.string(), shown = folder.lexically_normal().string();
    switch (problem ? BERTH_E_IO : api_.files->root_open(sdk::sv(path), &root_)) {
        case BERTH_OK:
            return status;
        case BERTH_DECLINED:
            return root.fail(shown + ": there is no such folder");
        case BERTH_E_DENIED:
            return root.fail(shown +
                             ": may not be read by the user who serves it; let others read it, or "
                             "say who serves by `user` in berth.yaml or SETUID");
        case BERTH_E_INVAL:
            return root.fail(shown + ": is no folder");
        default:
            return root.fail(shown + ": cannot be opened");
    }
}

berth_status FileHandler::on_request(berth_http_req* req) {
    if (writes(*req)) {
        return uploads_.begin(req, root_);
    }
    if (req->method != BERTH_M_GET && req->method != BERTH_M_HEAD) {
        return refuse_method(req);
    }
    void* const memory = berth_alloc(api_.host, req->arena, sizeof(Visit));
    if (memory == nullptr) {
        return BERTH_E_NOMEM;
    }
    auto* const visit = new (memory) Visit{this, req, {}};
    req->user = visit;
    visit->candidates = find_candidates(*config_, path_of(*req), api_.host, req->arena);
    return open(*visit);
}

berth_status FileHandler::open(Visit& visit) {
    if (visit.candidates.count == 0) {
        return on_opened(visit, BERTH_DECLINED, {}, 0);
    }
    const auto opened = [](void* user, berth_status status, berth_file* file, uint32_t which) {
        auto& self = *static_cast<Visit*>(user);
        self.op = nullptr;
        FileHandler& handler = *self.handler;
        FileRef found = status == BERTH_OK ? FileRef(*handler.api_.files, file) : FileRef();
        answer_late(*handler.api_.http, self.req, [&] {
            return handler.on_opened(self, status, std::move(found), which);
        });
    };
    berth_file* file = nullptr;
    uint32_t which = 0;
    const berth_status status = api_.files->open(root_,
                                                 visit.candidates.paths,
                                                 visit.candidates.count,
                                                 &file,
                                                 &which,
                                                 opened,
                                                 &visit,
                                                 &visit.op);
    if (status == BERTH_PENDING) {
        return BERTH_OK;
    }
    return on_opened(
        visit, status, status == BERTH_OK ? FileRef(*api_.files, file) : FileRef(), which);
}

berth_status FileHandler::on_opened(Visit& visit,
                                    berth_status status,
                                    FileRef file,
                                    uint32_t which) {
    if (visit.plain != nullptr) {
        return on_sibling(visit, status, std::move(file), which);
    }
    if (status == BERTH_OK) {
        return send_found(visit, std::move(file), which);
    }
    if (status == BERTH_E_INVAL) {  // no file has such a name
        visit.too_long = true;
        return go_on(visit, which);
    }
    if (visit.error_status != 0) {  // its page is not there either
        return send_own_page(visit);
    }
    const bool too_long = visit.too_long && status == BERTH_DECLINED;
    return refuse(visit, find_refusal(kRefusals, too_long ? berth_status{BERTH_E_INVAL} : status));
}

// Looks for those behind that one, which is not what it should be.
berth_status FileHandler::go_on(Visit& visit, uint32_t which) {
    Candidates& rest = visit.candidates;
    rest = {rest.paths + which + 1, rest.details + which + 1, rest.count - which - 1};
    return open(visit);
}

berth_status FileHandler::send_found(Visit& visit, FileRef file, uint32_t which) {
    const Candidate& candidate = visit.candidates.details[which];
    const bool is_folder = file.stat().type == BERTH_FILE_FOLDER;
    if (!is_folder && candidate.kind != Candidate::Kind::kFolder) {
        return send_file(visit, std::move(file), candidate.name);
    }
    if (is_folder && candidate.kind == Candidate::Kind::kItself) {
        return add_slash(visit.req);
    }
    if (is_folder && candidate.kind == Candidate::Kind::kFolder) {
        return list(visit, std::move(file));
    }
    return go_on(visit, which);
}

berth_status FileHandler::list(Visit& visit, FileRef folder) {
    void* const memory = berth_alloc(api_.host, visit.req->arena, sizeof(FolderVisit));
    if (memory == nullptr) {
        return BERTH_E_NOMEM;
    }
    visit.folder = new (memory) FolderVisit{};
    return folder_answer_.send(*visit.folder, visit.req, std::move(folder));
}

berth_status FileHandler::send_file(Visit& visit, FileRef file, std::string_view name) {
    if (!config_->siblings.empty() && visit.error_status == 0) {
        const Candidates siblings = find_siblings(
            *config_, sdk::accept_encoding_of(*visit.req), name, api_.host, visit.req->arena);
        if (siblings.count != 0) {
            visit.candidates = siblings;
            visit.plain = file.give_away();
            return open(visit);
        }
    }
    const uint32_t status = visit.error_status != 0 ? visit.error_status : 200;
    return answer_.send(visit.req, {std::move(file), name, sdk::Coding::kIdentity, status});
}

// The file itself is there, whatever is wrong with those beside it.
berth_status FileHandler::on_sibling(Visit& visit,
                                     berth_status status,
                                     FileRef sibling,
                                     uint32_t which) {
    const bool is_last = status == BERTH_DECLINED || which + 1 >= visit.candidates.count;
    FileRef plain(*api_.files, std::exchange(visit.plain, nullptr));
    const bool fits = sibling && is_encoding_of(sibling.stat(), plain.stat());
    if (!fits && !is_last) {
        visit.plain = plain.give_away();
        return go_on(visit, which);
    }
    const Candidate& candidate = visit.candidates.details[fits ? which : 0];
    return answer_.send(visit.req,
                        {fits ? std::move(sibling) : std::move(plain),
                         candidate.name,
                         fits ? candidate.coding : sdk::Coding::kIdentity,
                         200});
}

// With the page that the settings name, when there is one.
berth_status FileHandler::refuse(Visit& visit, const Refusal& refusal) {
    log_refusal(api_.host, *visit.req, refusal);
    const auto page = config_->error_pages.find(refusal.status);
    if (page == config_->error_pages.end()) {
        return api_.http->error(visit.req, refusal.status);
    }
    visit.error_status = refusal.status;
    visit.candidates =
        single_candidate(page->second, Candidate::Kind::kFile, api_.host, visit.req->arena);
    return open(visit);
}

// Instead of the one that the settings name. Whoever wrote them does not see why otherwise.
berth_status FileHandler::send_own_page(const Visit& visit) const {
    const std::string status = std::to_string(visit.error_status);
    const std::string line = "file: the page for " + status +
                             " cannot be shown: " + config_->error_pages.at(visit.error_status);
    api_.host->log(api_.host, nullptr, BERTH_LOG_WARNING, sdk::sv(line));
    return api_.http->error(visit.req, visit.error_status);
}

berth_status FileHandler::refuse_method(berth_http_req* req) const {
    const berth_header allow{sdk::sv("Allow"),
                             sdk::sv(config_->upload ? "GET, HEAD, PUT, DELETE" : "GET, HEAD")};
    return api_.http->error_with(req, 405, &allow, 1);
}

berth_status FileHandler::add_slash(berth_http_req* req) const {
    const std::string location = with_slash(sdk::view(req->raw_target));
    AnswerFields fields;
    fields.add("Location", location);
    const berth_http_resp head = fields.head(301);
    return api_.http->respond(req, &head, nullptr, 0);
}

berth_status FileHandler::on_body(berth_http_req* req, berth_rbuf* buffers, uint32_t n, bool last) {
    if (writes(*req)) {
        return uploads_.on_body(req, buffers, n, last);
    }
    for (uint32_t i = 0; i < n; ++i) {  // nobody reads what comes with a GET
        buffers[i].n = 0;
    }
    return BERTH_OK;
}

void FileHandler::on_abort(berth_http_req* req, berth_status /*why*/) {
    forget(req);
}

void FileHandler::on_destroy(berth_http_req* req) {
    forget(req);
}

void FileHandler::forget(berth_http_req* req) {
    if (writes(*req)) {
        uploads_.forget(req);
        return;
    }
    auto* const visit = static_cast<Visit*>(req->user);
    if (visit == nullptr) {
        return;
    }
    if (visit->op != nullptr) {
        api_.files->cancel(std::exchange(visit->op, nullptr));
    }
    if (visit->plain != nullptr) {
        api_.files->release(std::exchange(visit->plain, nullptr));
    }
    if (visit->folder != nullptr) {
        folder_answer_.forget(*visit->folder);
    }
}

}  // namespace berth::file
