// Listings in the forms of old servers, for programs that read those.
#include "listing.h"
#include "listing_text.h"

#include <algorithm>

namespace berth::file {
namespace {

struct Column {
    std::string_view key, title;
    ListedBy by;
};
constexpr Column kColumns[] = {{"name", "Name", ListedBy::kName},
                               {"modified", "Last modified", ListedBy::kModified},
                               {"size", "Size", ListedBy::kSize}};

void append_head(const Listing& listing,
                 const std::vector<std::string>& style_urls,
                 std::string& out) {
    out.append("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Index of ");
    append_html(listing.path, out);
    out.append("</title>\n<style>td:nth-child(3){white-space:nowrap}</style>\n");
    append_style_links(style_urls, out);
    out.append("</head>\n<body>\n<h1>Index of ");
    append_html(listing.path, out);
    out.append("</h1>\n");
}

// "195K": apache's sizes have no blank and one letter.
std::string short_size(const ListedEntry& entry) {
    if (entry.is_directory) {
        return "-";
    }
    std::string text;
    append_size(entry.size, text);
    const size_t blank = text.find(' ');
    std::string unit = text.substr(blank + 1, 1);
    text.resize(blank);
    return unit == "B" ? text : text + unit;
}

// A link that sorts by the column, and in the other direction when it is the one sorted by.
void append_heading(const Listing& listing, const Column& column, std::string& out) {
    const bool turns = listing.query.by == column.by && !listing.query.descending;
    out.append("<a href=\"?sort=").append(column.key).append("&amp;direction=");
    out.append(turns ? "desc\">" : "asc\">").append(column.title).append("</a>");
}

void append_note(const Listing& listing, std::string& out) {
    out.append(listing.is_cut ? "<p>There are more, which are not shown.</p>\n" : "");
}

std::string shown_name(const ListedEntry& entry) {
    std::string name(entry.name);
    return entry.is_directory ? name.append("/") : name;
}

}  // namespace

std::string render_apache(const Listing& listing, const std::vector<std::string>& style_urls) {
    std::string out;
    append_head(listing, style_urls, out);
    out.append("<table>\n<tr><th>[ICO]</th>");
    for (const Column& column : kColumns) {
        out.append("<th>");
        append_heading(listing, column, out);
        out.append("</th>");
    }
    out.append("</tr>\n<tr><th colspan=\"4\"><hr></th></tr>\n");
    if (!listing.is_top) {
        out.append(
            "<tr><td>[PARENTDIR]</td><td><a href=\"../\">Parent Directory</a></td>"
            "<td>&nbsp;</td><td align=\"right\">-</td></tr>\n");
    }
    for (const ListedEntry& entry : listing.entries) {
        out.append(entry.is_directory ? "<tr><td>[DIR]</td><td><a href=\""
                                      : "<tr><td>[ARC]</td><td><a href=\"");
        append_reference(entry, out);
        out.append("\">");
        append_html(shown_name(entry), out);
        out.append("</a></td><td align=\"right\">");
        append_time(entry.modified_seconds, out);
        out.append("</td><td align=\"right\">").append(short_size(entry)).append("</td></tr>\n");
    }
    out.append("<tr><th colspan=\"4\"><hr></th></tr>\n</table>\n");
    append_note(listing, out);
    return out.append("<address>berth</address>\n</body>\n</html>\n");
}

std::string render_legacy(const Listing& listing, const std::vector<std::string>& style_urls) {
    constexpr size_t kTimeWidth = 16, kNameMin = 24, kNameMax = 50;
    size_t width = kNameMin;
    for (const ListedEntry& entry : listing.entries) {
        width = std::max(width, count_characters(entry.name) + (entry.is_directory ? 1 : 0));
    }
    width = std::min(width, kNameMax);
    std::string out;
    append_head(listing, style_urls, out);
    out.append("<hr><pre>");
    for (const Column& column : kColumns) {
        append_heading(listing, column, out);
        const size_t all = column.by == ListedBy::kName       ? width
                           : column.by == ListedBy::kModified ? kTimeWidth
                                                              : 0;
        out.append(std::max(all + 2, column.title.size()) - column.title.size(), ' ');
    }
    out.append("<hr>");
    out.append(!listing.is_top ? "<a href=\"../\">../</a>\n" : "");
    for (const ListedEntry& entry : listing.entries) {
        std::string name = shown_name(entry);
        if (count_characters(name) > width) {
            name = std::string(first_characters(name, width - 2)) + "..";
        }
        out.append("<a href=\"");
        append_reference(entry, out);
        out.append("\">");
        append_html(name, out);
        out.append("</a>").append(width + 2 - count_characters(name), ' ');
        append_time(entry.modified_seconds, out);
        out.append("  ").append(short_size(entry)).append("\n");
    }
    out.append("</pre><hr>");
    append_note(listing, out);
    return out.append("</body>\n</html>\n");
}

}  // namespace berth::file
