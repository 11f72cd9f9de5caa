#include "folder_answer.h"

#include "answer_fields.h"
#include "file_time.h"

#include "berth/cpp/segment.hpp"
#include "berth/cpp/text.hpp"

#include <string>
#include <utility>

namespace berth::file {
namespace {

constexpr uint32_t kEntriesMax = 20'000;  // of a listing: a page that a browser can still show

std::string render(const Listing& listing, ListingFormat format, const FileConfig& config) {
    if (format == ListingFormat::kJson) {
        return render_json(listing);
    }
    if (format == ListingFormat::kText) {
        return render_text(listing);
    }
    switch (config.engine) {
        case ListingEngine::kApache:
            return render_apache(listing);
        case ListingEngine::kLegacy:
            return render_legacy(listing);
        default:
            return render_html(listing, config.style_urls);
    }
}

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
    visit = {this, req, folder.give_away(), nullptr};
    const auto listed = [](void* user,
                           berth_status status,
                           const berth_file_entry* entries,
                           uint32_t n,
                           int32_t more) {
        auto& self = *static_cast<FolderVisit*>(user);
        self.op = nullptr;
        FolderAnswer& answer = *self.answer;
        if (status != BERTH_OK || answer.respond(self, entries, n, more != 0) < 0) {
            answer.api_.http->error(self.req, status == BERTH_E_DENIED ? 403 : 500);
        }
        answer.forget(self);
    };
    const berth_status status =
        api_.files->list(visit.folder, kEntriesMax, listed, &visit, &visit.op);
    if (status == BERTH_PENDING) {
        return BERTH_OK;
    }
    forget(visit);
    return status < 0 ? status : BERTH_E_FAIL;
}

void FolderAnswer::forget(FolderVisit& visit) {
    if (visit.op != nullptr) {
        api_.files->cancel(std::exchange(visit.op, nullptr));
    }
    if (visit.folder != nullptr) {
        api_.files->release(std::exchange(visit.folder, nullptr));
    }
}

Listing FolderAnswer::listing_of(const berth_http_req& req,
                                 const berth_file_entry* entries,
                                 uint32_t n) const {
    Listing listing{sdk::view(req.path), ListingQuery::parse(sdk::view(req.query)), {}};
    listing.is_top = req.path.n == req.route_prefix + size_t{1};
    listing.entries.reserve(n);
    for (uint32_t i = 0; i < n; ++i) {
        const berth_file_entry& entry = entries[i];
        const std::string_view name = sdk::view(entry.name);
        if (!config_.hidden && name.substr(0, 1) == ".") {
            continue;
        }
        const bool is_folder = entry.stat.type == BERTH_FILE_FOLDER;
        const std::string_view type = is_folder ? std::string_view() : config_.types.find(name);
        listing.entries.push_back({std::string(name),
                                   entry.stat.size,
                                   seconds_of(entry.stat.mtime_ns),
                                   is_folder,
                                   type.substr(0, type.find(';'))});
    }
    listing.sort();
    return listing;
}

berth_status FolderAnswer::respond(const FolderVisit& visit,
                                   const berth_file_entry* entries,
                                   uint32_t n,
                                   bool more) {
    const Wish wish = wish_of(*visit.req);
    Listing listing = listing_of(*visit.req, entries, n);
    listing.is_cut = more;
    const sdk::SharedText page(render(listing, wish.choice.format, config_));
    api_.files->retain(visit.folder);
    pages_.keep(
        FileRef(*api_.files, visit.folder), wish.name(listing.path), page, api_.loop->now_ms());
    return send_page(visit.req, wish.choice, page);
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
    if (config_.cors) {
        fields.add("Access-Control-Allow-Origin", "*");
    }
    const berth_http_resp head = fields.head(200);
    const berth_seg body = page.segment();
    return api_.http->respond(req, &head, &body, 1);
}

}  // namespace berth::file
