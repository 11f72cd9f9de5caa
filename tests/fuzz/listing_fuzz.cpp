#include "listing.h"
#include "listing_text.h"
#include "path_rules.h"
#include "support/fuzz_input.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace berth::file;
using berth::testing::require;

size_t count(std::string_view text, char c) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), c));
}

// Whatever its name is, an entry changes nothing of the page around it.
void check_html(const std::string& page, const std::string& plain_page) {
    for (const char c : {'<', '>', '"', '\'', '\n'}) {
        require(count(page, c) == count(plain_page, c));
    }
}

void check_renderings(const std::string& name) {
    const std::string path = "/" + name.substr(0, name.find('/')) + "/";
    const Listing listing{path, {}, {{name, 1, 2, false, "text/plain"}}, false, false};
    const Listing plain{"/a/", {}, {{"a", 1, 2, false, "text/plain"}}, false, false};
    check_html(render_html(listing, {}), render_html(plain, {}));
    check_html(render_apache(listing, {}), render_apache(plain, {}));
    check_html(render_legacy(listing, {}), render_legacy(plain, {}));
    require(count(render_text(listing), '\n') == 1);
    const std::string json = render_json(listing);
    require(std::none_of(
        json.begin(), json.end(), [](char c) { return c >= 0 && c < ' ' && c != '\n'; }));
    require(count(json, '\n') == count(render_json(plain), '\n'));
}

// A redirect stays at this host and is one line.
void check_redirect(std::string_view target) {
    const std::string location = with_slash(target);
    require(location.size() >= 2 && location[0] == '/' && location[1] != '\\');
    require(location[1] != '/' || location.size() == 2 ||
            target.find_first_not_of('/') == target.npos ||
            target.find_first_not_of('/') == target.find('?'));
    for (const char c : location) {
        require(c > ' ' && c != '\x7f' && c != '"' && c != '<');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (!text.empty() && text.find('/') != 0) {
        check_renderings(text);
    }
    if (!text.empty() && text[0] == '/') {
        check_redirect(text);
    }
    const ListingQuery query = ListingQuery::parse(text);
    choose_format(query, text);
    return 0;
}
