// Listings in the forms of old servers, for programs that read those.
#include "listing.h"
#include "listing_text.h"

namespace berth::file {
namespace {

void append_head(const Listing& listing, std::string& out) {
    out.append("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Index of ");
    append_html(listing.path, out);
    out.append("</title>\n</head>\n<body>\n<h1>Index of ");
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

std::string shown_name(const ListedEntry& entry) {
    std::string name(entry.name);
    return entry.is_directory ? name.append("/") : name;
}

}  // namespace

std::string render_apache(const Listing& listing) {
    std::string out;
    append_head(listing, out);
    out.append(
        "<table>\n<tr><th></th><th><a href=\"?sort=name\">Name</a></th>"
        "<th><a href=\"?sort=modified\">Last modified</a></th>"
        "<th><a href=\"?sort=size\">Size</a></th></tr>\n"
        "<tr><th colspan=\"4\"><hr></th></tr>\n");
    if (!listing.is_top) {
        out.append(
            "<tr><td>[PARENTDIR]</td><td><a href=\"../\">Parent Directory</a></td>"
            "<td>&nbsp;</td><td align=\"right\">-</td></tr>\n");
    }
    for (const ListedEntry& entry : listing.entries) {
        out.append(entry.is_directory ? "<tr><td>[DIR]</td><td><a href=\""
                                      : "<tr><td>[   ]</td><td><a href=\"");
        append_reference(entry, out);
        out.append("\">");
        append_html(shown_name(entry), out);
        out.append("</a></td><td align=\"right\">");
        append_time(entry.modified_seconds, out);
        out.append("</td><td align=\"right\">").append(short_size(entry)).append("</td></tr>\n");
    }
    return out.append(
        "<tr><th colspan=\"4\"><hr></th></tr>\n</table>\n<address>berth</address>\n"
        "</body>\n</html>\n");
}

std::string render_legacy(const Listing& listing) {
    constexpr size_t kNameWidth = 24;
    std::string out;
    append_head(listing, out);
    out.append("<hr><pre>");
    out.append(!listing.is_top ? "<a href=\"../\">../</a>\n" : "");
    for (const ListedEntry& entry : listing.entries) {
        std::string name = shown_name(entry);
        if (name.size() > kNameWidth) {
            name.resize(kNameWidth - 2);
            name.append("..");
        }
        out.append("<a href=\"");
        append_reference(entry, out);
        out.append("\">");
        append_html(name, out);
        out.append("</a>").append(kNameWidth - name.size() + 1, ' ');
        append_time(entry.modified_seconds, out);
        out.append(" ").append(short_size(entry)).append("\n");
    }
    return out.append("</pre><hr></body>\n</html>\n");
}

}  // namespace berth::file
