#include "listing.h"

#include "berth/cpp/accept_encoding.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace berth::file {
namespace {

constexpr std::pair<std::string_view, ListedBy> kOrders[] = {
    {"name", ListedBy::kName},
    {"modified", ListedBy::kModified},
    {"size", ListedBy::kSize},
    {"type", ListedBy::kType},
};

// Names in one folder often begin alike: eight bytes at a time.
size_t common_prefix(const char* a, const char* b, size_t size) {
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= size; i += sizeof(uint64_t)) {
        if (std::memcmp(a + i, b + i, sizeof(uint64_t)) != 0) {
            break;
        }
    }
    return i;
}

// Upper and lower case side by side, as people look names up.
int compare_names(std::string_view a, std::string_view b) {
    const size_t shared = std::min(a.size(), b.size());
    for (size_t i = common_prefix(a.data(), b.data(), shared); i < shared; ++i) {
        const auto left = static_cast<unsigned char>(sdk::to_lower(a[i]));
        const auto right = static_cast<unsigned char>(sdk::to_lower(b[i]));
        if (left != right) {
            return left < right ? -1 : 1;
        }
    }
    return a.size() == b.size() ? a.compare(b) : a.size() < b.size() ? -1 : 1;
}

template <class T>
int compare(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

int compare_by(ListedBy by, const ListedEntry& a, const ListedEntry& b) {
    switch (by) {
        case ListedBy::kModified:
            return compare(a.modified_seconds, b.modified_seconds);
        case ListedBy::kSize:
            return compare(a.size, b.size);
        case ListedBy::kType:
            return compare(a.type, b.type);
        default:
            return compare_names(a.name, b.name);
    }
}

// What two entries are compared by first: most pairs differ in it.
struct Ranked {
    uint64_t rank;
    const ListedEntry* entry;
};

// How many bytes all names begin with alike.
size_t shared_prefix(std::span<const ListedEntry> entries) {
    std::string_view shared = entries.front().name;
    for (const ListedEntry& entry : entries) {
        const auto differ =
            std::mismatch(shared.begin(), shared.end(), entry.name.begin(), entry.name.end());
        shared = {shared.begin(), differ.first};
    }
    return shared.size();
}

// The next eight bytes in the order of compare_names(); a name holds no NUL.
uint64_t rank_of_name(std::string_view rest) {
    uint64_t rank = 0;
    for (size_t i = 0; i < sizeof rank; ++i) {
        rank =
            rank << 8 | (i < rest.size() ? static_cast<unsigned char>(sdk::to_lower(rest[i])) : 0);
    }
    return rank;
}

uint64_t rank_of(ListedBy by, const ListedEntry& entry, size_t shared) {
    constexpr uint64_t kSign = uint64_t{1} << 63;
    switch (by) {
        case ListedBy::kModified:
            return static_cast<uint64_t>(entry.modified_seconds) ^ kSign;
        case ListedBy::kSize:
            return entry.size;
        case ListedBy::kName:
            return rank_of_name(entry.name.substr(shared));
        default:
            return 0;
    }
}

bool comes_before(const Ranked& a, const Ranked& b, const ListingQuery& query) {
    if (a.rank != b.rank) {
        return (a.rank < b.rank) != query.descending;
    }
    const int order = compare_by(query.by, *a.entry, *b.entry);
    if (order != 0) {
        return (order < 0) != query.descending;
    }
    return compare_names(a.entry->name, b.entry->name) < 0;
}

void sort_alike(std::span<ListedEntry> entries, const ListingQuery& query) {
    if (entries.empty()) {
        return;
    }
    const size_t shared = query.by == ListedBy::kName ? shared_prefix(entries) : 0;
    std::vector<Ranked> ranked;
    ranked.reserve(entries.size());
    for (const ListedEntry& entry : entries) {
        ranked.push_back({rank_of(query.by, entry, shared), &entry});
    }
    std::sort(ranked.begin(), ranked.end(), [&](const Ranked& a, const Ranked& b) {
        return comes_before(a, b, query);
    });
    std::vector<ListedEntry> sorted;
    sorted.reserve(entries.size());
    for (const Ranked& one : ranked) {
        sorted.push_back(*one.entry);
    }
    std::copy(sorted.begin(), sorted.end(), entries.begin());
}

// How much a media range of Accept is wanted, in thousandths; parameters other than q are not
// looked at.
uint64_t weight_of(std::string_view item) {
    sdk::next_item(item, ';');
    while (!item.empty()) {
        const std::string_view parameter = sdk::next_item(item, ';');
        if (parameter.substr(0, 2) == "q=" || parameter.substr(0, 2) == "Q=") {
            return sdk::parse_weight(parameter.substr(2)).value_or(0);
        }
    }
    return sdk::kWholeWeight;
}

// How exactly a range names a type: 3 as it is, 2 `text/*`, 1 `*/*`, 0 not at all.
int exactness(std::string_view range, std::string_view type) {
    if (sdk::equal_ignoring_case(range, type)) {
        return 3;
    }
    const std::string_view all_of_type = type.substr(0, type.find('/') + 1);
    const bool of_type = range.size() == all_of_type.size() + 1 && range.back() == '*' &&
                         sdk::equal_ignoring_case(range.substr(0, all_of_type.size()), all_of_type);
    return of_type ? 2 : range == "*/*" ? 1 : 0;
}

// RFC 9110 12.5.1: what names it most exactly decides.
uint64_t wanted(std::string_view accept, std::string_view type) {
    uint64_t weight = 0;
    int best = 0;
    while (!accept.empty()) {
        const std::string_view item = sdk::next_item(accept);
        const int exact = exactness(sdk::trim(item.substr(0, item.find(';'))), type);
        if (exact > best) {
            best = exact;
            weight = weight_of(item);
        }
    }
    return weight;
}

}  // namespace

ListingQuery ListingQuery::parse(std::string_view query) {
    ListingQuery parsed;
    while (!query.empty()) {
        const std::string_view item = sdk::next_item(query, '&');
        const size_t equals = item.find('=');
        const std::string_view key = item.substr(0, equals);
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
        if (key == "sort") {
            for (const auto& [name, by] : kOrders) {
                parsed.by = value == name ? by : parsed.by;
            }
        } else if (key == "direction") {
            parsed.descending = value == "desc";
        } else if (key == "format") {
            parsed.format = value;
        }
    }
    return parsed;
}

void Listing::sort() {
    const auto files = std::partition(entries.begin(), entries.end(), [](const ListedEntry& entry) {
        return entry.is_directory;
    });
    sort_alike({entries.begin(), files}, query);
    sort_alike({files, entries.end()}, query);
}

FormatChoice choose_format(const ListingQuery& query, std::string_view accept) {
    if (query.format == "json") {
        return {ListingFormat::kJson, false};
    }
    if (query.format == "text" || query.format == "html") {
        return {query.format == "text" ? ListingFormat::kText : ListingFormat::kHtml, false};
    }
    const uint64_t html = wanted(accept, "text/html");
    const uint64_t json = wanted(accept, "application/json");
    const uint64_t text = wanted(accept, "text/plain");
    if (json > html && json >= text) {
        return {ListingFormat::kJson, true};
    }
    return {text > html ? ListingFormat::kText : ListingFormat::kHtml, true};
}

}  // namespace berth::file
