#include "folder_answer.h"

#include "answer_fields.h"
#include "late_answer.h"
#include "listing_job.h"
#include "refusal.h"

#include "berth/cpp/guard.hpp"
#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <string>
#include <utility>

namespace berth::file {
namespace {

constexpr Refusal kRefusals[] = {
    {BERTH_E_DENIED, 403, "its entries may not be read"},
    {BERTH_E_LIMIT, 503, "too many open files, or too much to do"},
    {BERTH_E_IO, 500, "its entries cannot be read"},
};
constexpr uint32_t kEntriesMax = 20'000;  // of a listing: a page that a browser can still show

std::string_view type_of(ListingFormat format) {
    switch (format) {
        case ListingFormat::kJson:
            return "application/json";
        case ListingFormat::kText:
            return "text/plain; charset=utf-8";
        default:
            return "text/html; charset=utf-8";
    }
}

}  // namespace

std::string FolderAnswer::Wish::name(std::string_view path) const {
    std::string name(path);
    name.push_back('\0');
    name.push_back(static_cast<char>(choice.format));
    name.push_back(static_cast<char>(query.by));
    name.push_back(query.descending ? 'd' : 'a');
    return name;
}

FolderAnswer::Wish FolderAnswer::wish_of(const berth_http_req& req) {
    const ListingQuery query = ListingQuery::parse(sdk::view(req.query));
    return {query, choose_format(query, sdk::view(berth_known(&req, BERTH_H_ACCEPT)))};
}

berth_status FolderAnswer::send(FolderVisit& visit, berth_http_req* req, FileRef folder) {
    const Wish wish = wish_of(*req);
    const std::string name = wish.name(sdk::view(req->path));
    if (const auto* const page = pages_.find(folder.get(), name, api_.loop->now_ms())) {
        return send_page(req, wish.choice, *page);
    }
    visit = {this, req, folder.give_away(), nullptr, 0};
    const auto listed = [](void* user,
                           berth_status status,
                           const berth_file_entry* entries,
                           uint32_t n,
                           int32_t more) {
        auto& self = *static_cast<FolderVisit*>(user);
        self.op = nullptr;
        if (status == BERTH_OK) {
            status = sdk::guarded([&] {
                return self.answer->render(self, {entries, n}, more != 0);
            });
        }
        if (status < 0) {
            answer_late(*self.answer->api_.http, self.req, [&] {
                return self.answer->refuse(self, status);
            });
        }
    };
    const berth_status status =
        api_.files->list(visit.folder, kEntriesMax, listed, &visit, &visit.op);
    if (status == BERTH_PENDING) {
        return BERTH_OK;
    }
    return refuse(visit, status);
}

void FolderAnswer::forget(FolderVisit& visit) const {
    if (visit.op != nullptr) {
        api_.files->cancel(std::exchange(visit.op, nullptr));
    }
    if (visit.ticket != 0) {
        api_.loop->retire(std::exchange(visit.ticket, 0));
    }
    if (visit.folder != nullptr) {
        api_.files->release(std::exchange(visit.folder, nullptr));
    }
}

// A large folder takes long enough to be felt by others.
berth_status FolderAnswer::render(FolderVisit& visit,
                                  std::span<const berth_file_entry> entries,
                                  bool more) {
    const berth_http_req& req = *visit.req;
    const Wish wish = wish_of(req);
    const bool is_top = req.path.n == req.route_prefix + size_t{1};
    auto job = std::make_unique<ListingJob>(
        config_,
        ListingJob::Page{
            std::string(sdk::view(req.path)), wish.query, wish.choice.format, is_top, more},
        entries);
    const auto run = [](void* given) {
        sdk::guarded([&] { static_cast<ListingJob*>(given)->run(); });
    };
    const auto rendered = [](void* user, void* given) {
        const std::unique_ptr<ListingJob> done(static_cast<ListingJob*>(given));
        if (user != nullptr) {
            auto& self = *static_cast<FolderVisit*>(user);
            answer_late(*self.answer->api_.http, self.req, [&] {
                return self.answer->on_rendered(self, done->take_text());
            });
        }
    };
    visit.ticket = api_.loop->ticket(&visit);
    const berth_status status = api_.loop->offload(visit.ticket, run, rendered, job.get());
    if (status >= 0) {
        static_cast<void>(job.release());  // rendered() comes, whatever happens
    }
    return status;
}

// text: none where memory was exhausted.
berth_status FolderAnswer::on_rendered(FolderVisit& visit, std::optional<std::string> text) {
    if (!text) {
        return BERTH_E_NOMEM;
    }
    const Wish wish = wish_of(*visit.req);
    const sdk::SharedText page(std::move(*text));
    pages_.keep(FileRef(*api_.files, std::exchange(visit.folder, nullptr)),
                wish.name(sdk::view(visit.req->path)),
                page,
                api_.loop->now_ms());
    berth_http_req* const req = visit.req;
    forget(visit);
    return send_page(req, wish.choice, page);
}

berth_status FolderAnswer::refuse(FolderVisit& visit, berth_status cause) const {
    const Refusal& refusal = find_refusal(kRefusals, cause);
    forget(visit);
    log_refusal(api_.host, *visit.req, refusal);
    return api_.http->error(visit.req, refusal.status);
}

berth_status FolderAnswer::send_page(berth_http_req* req,
                                     const FormatChoice& choice,
                                     const sdk::SharedText& page) const {
    AnswerFields fields;
    fields.add("Content-Type", type_of(choice.format));
    fields.add("Cache-Control", "no-cache");
    if (choice.by_accept) {
        fields.add("Vary", "Accept");
    }
    if (config_->cors) {
        fields.add("Access-Control-Allow-Origin", "*");
    }
    const berth_http_resp head = fields.head(200);
    const berth_seg body = page.segment();
    return api_.http->respond(req, &head, &body, 1);
}

}  // namespace berth::file
