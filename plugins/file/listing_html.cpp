// The listing that people see.
#include "listing.h"
#include "listing_style.h"
#include "listing_text.h"

#include <array>
#include <utility>

namespace berth::file {
namespace {

struct Column {
    std::string_view key, title;
    ListedBy by;
};
constexpr std::array<Column, 4> kColumns = {{{"name", "Name", ListedBy::kName},
                                             {"modified", "Modified", ListedBy::kModified},
                                             {"size", "Size", ListedBy::kSize},
                                             {"type", "Type", ListedBy::kType}}};

// Segments of the path as links that lead up, relative so that a proxy may move the whole tree.
void append_breadcrumbs(std::string_view path, std::string& out) {
    std::string_view rest = path.substr(1);
    size_t depth = 0;
    for (const char c : rest) {
        depth += c == '/' ? 1 : 0;
    }
    const auto up = [&](size_t levels) {
        for (size_t i = 0; i < levels; ++i) {
            out.append("../");
        }
        out.append(levels == 0 ? "./" : "");
    };
    out.append("<nav aria-label=\"Path\"><h1><span>Index of</span> <a href=\"");
    up(depth);
    out.append("\" aria-label=\"Top\">/</a>");
    while (!rest.empty()) {
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size() + 1);
        --depth;
        out.append("<a href=\"");
        up(depth);
        out.append(depth == 0 ? "\" aria-current=\"page\">" : "\">");
        append_html(segment, out);
        out.append("</a><i>/</i>");
    }
    out.append("</h1></nav>\n");
}

// A link that sorts by the column, and in the other direction when it is the one sorted by.
void append_heading(const Column& column, const ListingQuery& query, std::string& out) {
    const bool sorted = query.by == column.by;
    out.append("<th scope=\"col\"");
    if (sorted) {
        out.append(query.descending ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"");
    }
    out.append("><a href=\"?sort=").append(column.key).append("&amp;direction=");
    out.append(sorted && !query.descending ? "desc" : "asc");
    out.append("\">").append(column.title).append("</a></th>");
}

void append_row(const ListedEntry& entry, std::string& out) {
    out.append(entry.is_directory ? "<tr><td><a class=\"d\" href=\""
                                  : "<tr><td><a class=\"f\" href=\"");
    append_reference(entry, out);
    out.append("\">");
    append_html(entry.name, out);
    out.append(entry.is_directory ? "/</a></td><td>" : "</a></td><td>");
    append_time(entry.modified_seconds, out);
    out.append("</td><td>");
    if (!entry.is_directory) {
        append_size(entry.size, out);
    }
    out.append("</td><td>");
    append_html(entry.is_directory ? "Directory" : entry.type.empty() ? "-" : entry.type, out);
    out.append("</td></tr>\n");
}

std::string counted(uint64_t count, std::string_view one, std::string_view many) {
    return std::to_string(count).append(" ").append(count == 1 ? one : many);
}

void append_summary(const Listing& listing, std::string& out) {
    if (listing.entries.empty()) {
        out.append("<p>This folder is empty</p>\n");
        return;
    }
    uint64_t directories = 0, bytes = 0;
    for (const ListedEntry& entry : listing.entries) {
        directories += entry.is_directory ? 1 : 0;
        bytes += entry.is_directory ? 0 : entry.size;
    }
    out.append("<p>").append(counted(directories, "directory", "directories")).append(", ");
    out.append(counted(listing.entries.size() - directories, "file", "files"));
    out.append(", ");
    append_size(bytes, out);
    out.append(listing.is_cut ? "; there are more, which are not shown" : "").append("</p>\n");
}

}  // namespace

std::string render_html(const Listing& listing, const std::vector<std::string>& style_urls) {
    constexpr size_t kPageSize = 4096, kRowSize = 192;  // to allocate once, about
    std::string out;
    out.reserve(kPageSize + listing.entries.size() * kRowSize);
    out.append(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>"
        "Index of ");
    append_html(listing.path, out);
    out.append("</title>\n<style>").append(kListingStyle).append("</style>\n");
    append_style_links(style_urls, out);
    out.append("</head>\n<body>\n<main>\n");
    append_breadcrumbs(listing.path, out);
    out.append("<table>\n<thead><tr>");
    for (const Column& column : kColumns) {
        append_heading(column, listing.query, out);
    }
    out.append("</tr></thead>\n<tbody>\n");
    if (!listing.is_top) {
        out.append(
            "<tr><td><a class=\"u\" href=\"../\">..</a></td><td></td><td></td><td></td></tr>\n");
    }
    for (const ListedEntry& entry : listing.entries) {
        append_row(entry, out);
    }
    out.append("</tbody>\n</table>\n");
    append_summary(listing, out);
    return out.append("</main>\n</body>\n</html>\n");
}

}  // namespace berth::file
