// Targets made from a request, for redirects and rewrites: "https://{host}{path}{?query}".
#ifndef BERTH_CPP_REQUEST_TEMPLATE_HPP
#define BERTH_CPP_REQUEST_TEMPLATE_HPP

#include "berth/cpp/placeholders.hpp"
#include "berth/cpp/text.hpp"
#include "berth/http.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::sdk {

// Texts that a pattern's groups matched; 0 is the whole match.
using PatternGroups = std::array<std::string_view, 10>;

// RFC 3986 2.1: bytes that are neither unreserved nor in `also` become %XX.
inline void append_encoded(std::string_view text, std::string_view also, std::string& out) {
    for (const char c : text) {
        const char lower = to_lower(c);
        const bool unreserved = is_digit(c) || (lower >= 'a' && lower <= 'z') ||
                                std::string_view("-._~").find(c) != std::string_view::npos;
        if (unreserved || also.find(c) != std::string_view::npos) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back("0123456789ABCDEF"[byte >> 4]);
        out.push_back("0123456789ABCDEF"[byte & 15]);
    }
}

// Literal text, {path}, {query}, {?query} (with its mark, nothing when there is none), {host} and
// {scheme} of the request, {0} to {9} of a pattern that matched its path.
class RequestTemplate {
public:
    static constexpr int kNoGroups = -1;  // there is no pattern

    // groups: how many the pattern has. What is wrong is told in `problem`.
    static std::optional<RequestTemplate> parse(std::string_view text,
                                                int groups,
                                                std::string& problem) {
        auto pieces = parse_placeholders(text);
        if (!pieces) {
            problem = "a brace without its partner; a brace that is meant is written {{ or }}";
            return std::nullopt;
        }
        RequestTemplate made;
        for (TextPiece& piece : *pieces) {
            const Source source = piece.is_name ? source_of(piece.text, groups) : Source::kText;
            if (source == Source::kNone) {
                problem = "{" + piece.text + "} is none of " + known_names(groups);
                return std::nullopt;
            }
            made.parts_.push_back({source, std::move(piece.text)});
        }
        return made;
    }

    // What makes it unfit for a Location field, empty when nothing does: what a client sends must
    // never choose the host that it is sent to.
    std::string location_problem() const {
        const std::string first = parts_.empty() ? "" : parts_.front().text;
        const bool local = starts_with(Source::kPath) || first.rfind('/', 0) == 0;
        const bool absolute = first.rfind("http://", 0) == 0 || first.rfind("https://", 0) == 0;
        if (first.rfind("//", 0) == 0 || (!local && !absolute)) {
            return "begins with https://, http:// or one /";
        }
        for (const Part& part : parts_) {
            const auto allowed = [](char c) {
                return c > ' ' && c < 0x7f && c != '\\' && c != '"';
            };
            if (part.source == Source::kText &&
                !std::all_of(part.text.begin(), part.text.end(), allowed)) {
                return "holds a character that a URL cannot have; write it as %XX";
            }
        }
        return absolute && !fixes_host()
                   ? "the host must be written out or be {host}, and end with /"
                   : "";
    }

    bool uses_host() const { return uses(Source::kHost); }

    // As a Location: everything that came with the request is encoded.
    std::string location(const berth_http_req& req, const PatternGroups& groups) const {
        std::string url;
        bool in_query = false;
        for (const Part& part : parts_) {
            append(part, req, groups, in_query ? kQueryText : kPathText, url);
            in_query |= begins_query(part);
        }
        // "//" would begin a host.
        const std::size_t slashes = url.find_first_not_of('/');
        if (slashes != std::string::npos && slashes > 1) {
            url.erase(0, slashes - 1);
        }
        return url;
    }

    // As a path that is decoded already, and its query.
    std::pair<std::string, std::string> target(const berth_http_req& req,
                                               const PatternGroups& groups) const {
        std::string path, query;
        bool in_query = false;
        for (const Part& part : parts_) {
            const std::size_t mark =
                part.source == Source::kText && !in_query ? part.text.find('?') : std::string::npos;
            if (part.source == Source::kOptionalQuery && !in_query) {
                in_query = true;
                append({Source::kQuery, {}}, req, groups, kQueryText, query);
            } else if (mark != std::string::npos) {
                in_query = true;
                path.append(part.text, 0, mark);
                query.append(part.text, mark + 1, std::string::npos);
            } else if (in_query) {
                append(part, req, groups, kQueryText, query);
            } else {
                append(part, req, groups, nullptr, path);
            }
        }
        if (!in_query) {
            query = view(req.query);
        }
        return {std::move(path), std::move(query)};
    }

private:
    enum class Source { kNone, kText, kPath, kQuery, kOptionalQuery, kHost, kScheme, kGroup };
    struct Part {
        Source source;
        std::string text;  // of a group: its digit
    };

    // RFC 3986 3.3 and 3.4; in a query also what forms give a meaning to is encoded.
    static constexpr const char* kPathText = "!$&'()*+,;=:@/";
    static constexpr const char* kQueryText = "!$'()*,;:@/?";
    static constexpr const char* kReceivedQuery = "!$&'()*+,;=:@/?%";

    static Source source_of(std::string_view name, int groups) {
        constexpr std::pair<std::string_view, Source> kNames[] = {
            {"path", Source::kPath},
            {"query", Source::kQuery},
            {"?query", Source::kOptionalQuery},
            {"host", Source::kHost},
            {"scheme", Source::kScheme},
        };
        for (const auto& [known, source] : kNames) {
            if (name == known) {
                return source;
            }
        }
        const bool group = name.size() == 1 && is_digit(name[0]) && name[0] - '0' <= groups;
        return group ? Source::kGroup : Source::kNone;
    }

    static std::string known_names(int groups) {
        std::string names = "{path}, {query}, {?query}, {host}, {scheme}";
        if (groups != kNoGroups) {
            names +=
                ", {0} to {" + std::string(1, static_cast<char>('0' + std::min(groups, 9))) + "}";
        }
        return names;
    }

    static bool begins_query(const Part& part) {
        return part.source == Source::kOptionalQuery ||
               (part.source == Source::kText && part.text.find('?') != std::string::npos);
    }

    // The host of an address, without its port.
    static std::string_view host_of(std::string_view authority) {
        const std::size_t colon = authority.rfind(':');
        const std::size_t bracket = authority.rfind(']');
        const bool port = colon != std::string_view::npos &&
                          (bracket == std::string_view::npos || bracket < colon);
        return authority.substr(0, port ? colon : authority.size());
    }

    bool uses(Source source) const {
        return std::any_of(parts_.begin(), parts_.end(), [source](const Part& part) {
            return part.source == source;
        });
    }
    bool starts_with(Source source) const {
        return !parts_.empty() && parts_.front().source == source;
    }

    // Behind the scheme: literal text or {host}, up to a part that cannot be of a host.
    bool fixes_host() const {
        std::size_t begin = parts_.front().text.find("://") + 3;
        bool named = false;
        for (const Part& part : parts_) {
            if (part.source == Source::kPath || part.source == Source::kOptionalQuery) {
                break;
            }
            if (part.source != Source::kText && part.source != Source::kHost) {
                return false;
            }
            const bool text = part.source == Source::kText;
            const std::size_t end =
                text ? part.text.find_first_of("/?#", begin) : std::string::npos;
            named |= std::min(end, part.text.size()) > begin;
            if (end != std::string::npos) {
                break;
            }
            begin = 0;
        }
        return named;
    }

    // also: what stays as it is beside unreserved characters, NULL for everything.
    static void append(const Part& part,
                       const berth_http_req& req,
                       const PatternGroups& groups,
                       const char* also,
                       std::string& out) {
        const auto put = [&](std::string_view text) {
            also == nullptr ? static_cast<void>(out.append(text)) : append_encoded(text, also, out);
        };
        switch (part.source) {
            case Source::kPath:
                return put(view(req.path));
            case Source::kGroup:
                return put(groups[static_cast<std::size_t>(part.text[0] - '0')]);
            case Source::kOptionalQuery:
                out.append(req.query.n != 0 ? "?" : "");
                [[fallthrough]];
            case Source::kQuery:
                return append_encoded(view(req.query), kReceivedQuery, out);
            case Source::kHost:
                out.append(host_of(view(req.authority)));
                return;
            case Source::kScheme:
                out.append(view(req.scheme));
                return;
            default:
                out.append(part.text);
        }
    }

    std::vector<Part> parts_;
};

}  // namespace berth::sdk

#endif
