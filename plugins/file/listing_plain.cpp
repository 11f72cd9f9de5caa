// Listings for programs: JSON and plain text.
#include "listing.h"
#include "listing_text.h"

namespace berth::file {
namespace {

void append_entry(const ListedEntry& entry, std::string& out) {
    out.append("{\"name\":\"");
    append_json(entry.name, out);
    out.append("\",\"href\":\"");
    append_reference(entry, out);
    out.append(entry.is_directory ? "\",\"kind\":\"directory\"" : "\",\"kind\":\"file\",\"size\":");
    if (!entry.is_directory) {
        out.append(std::to_string(entry.size));
    }
    if (!entry.type.empty()) {
        out.append(",\"type\":\"");
        append_json(entry.type, out);
        out.push_back('"');
    }
    out.append(",\"modified\":\"");
    append_timestamp(entry.modified_seconds, out);
    out.append("\"}");
}

}  // namespace

std::string render_json(const Listing& listing) {
    std::string out = "{\"path\":\"";
    append_json(listing.path, out);
    out.append(listing.is_cut ? "\",\"truncated\":true" : "\",\"truncated\":false");
    out.append(",\"entries\":[");
    for (const ListedEntry& entry : listing.entries) {
        out.append(&entry == listing.entries.data() ? "\n" : ",\n");
        append_entry(entry, out);
    }
    return out.append("\n]}\n");
}

std::string render_text(const Listing& listing) {
    std::string out;
    for (const ListedEntry& entry : listing.entries) {
        for (const char c : entry.name) {
            const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
            out.push_back(control ? '?' : c);
        }
        out.append(entry.is_directory ? "/\n" : "\n");
    }
    return out;
}

}  // namespace berth::file
