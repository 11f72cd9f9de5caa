#include "listing.h"

#include "listing_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace berth::file {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSeconds = 784111777;  // 1994-11-06 08:49

ListedEntry file(const char* name, uint64_t size = 11, std::string_view type = {}) {
    return {name, size, kSeconds, false, type};
}
ListedEntry directory(const char* name) {
    return {name, 4096, kSeconds + 60, true, {}};
}

Listing listing(std::vector<ListedEntry> entries, std::string_view query = {}) {
    Listing made{"/a/b/", ListingQuery::parse(query), std::move(entries), false, false};
    made.sort();
    return made;
}

std::vector<std::string> order(std::string_view query) {
    const Listing sorted = listing({file("b.txt", 1, "text/plain"),
                                    file("A.png", 3, "image/png"),
                                    directory("dir"),
                                    file("c", 2),
                                    directory("Able")},
                                   query);
    std::vector<std::string> names;
    for (const ListedEntry& entry : sorted.entries) {
        names.emplace_back(entry.name);
    }
    return names;
}

TEST(Listing, is_by_name_also_where_names_begin_alike) {
    const Listing sorted = listing({file("document-b10"),
                                    file("DOCUMENT-c"),
                                    file("document-B"),
                                    file("document-a"),
                                    file("document")});
    std::vector<std::string> names;
    for (const ListedEntry& entry : sorted.entries) {
        names.emplace_back(entry.name);
    }
    EXPECT_THAT(names,
                ElementsAre("document", "document-a", "document-B", "document-b10", "DOCUMENT-c"));
}

// What is compared first, eight bytes behind what all names begin with, decides nothing alone.
TEST(Listing, is_by_name_also_where_names_differ_late) {
    const Listing sorted = listing({file("x-abcdefgh-2"),
                                    file("x-ABCDEFGH-1"),
                                    file("x-abcdefgh"),
                                    file("x-\xc3\xa4"),
                                    file("x-"),
                                    file("x-B")});
    std::vector<std::string> names;
    for (const ListedEntry& entry : sorted.entries) {
        names.emplace_back(entry.name);
    }
    EXPECT_THAT(
        names,
        ElementsAre("x-", "x-abcdefgh", "x-ABCDEFGH-1", "x-abcdefgh-2", "x-B", "x-\xc3\xa4"));
}

TEST(Listing, before_1970_is_before_after) {
    Listing sorted{"/", ListingQuery::parse("sort=modified"), {}, false, false};
    for (const int64_t seconds : {5, -5, 0}) {
        sorted.entries.push_back({"a", 0, seconds, false, {}});
    }
    sorted.sort();
    EXPECT_EQ(sorted.entries[0].modified_seconds, -5);
    EXPECT_EQ(sorted.entries[2].modified_seconds, 5);
}

TEST(Listing, is_by_name_and_directories_first) {
    EXPECT_THAT(order(""), ElementsAre("Able", "dir", "A.png", "b.txt", "c"));
    EXPECT_THAT(order("sort=name&direction=desc"),
                ElementsAre("dir", "Able", "c", "b.txt", "A.png"));
    EXPECT_THAT(order("sort=nonsense&x&=&direction"),
                ElementsAre("Able", "dir", "A.png", "b.txt", "c"));
}

TEST(Listing, is_by_what_the_query_says) {
    EXPECT_THAT(order("sort=size"), ElementsAre("Able", "dir", "b.txt", "c", "A.png"));
    EXPECT_THAT(order("direction=desc&sort=size"),
                ElementsAre("Able", "dir", "A.png", "c", "b.txt"));
    EXPECT_THAT(order("sort=type"), ElementsAre("Able", "dir", "c", "A.png", "b.txt"));
    EXPECT_THAT(order("sort=modified"), ElementsAre("Able", "dir", "A.png", "b.txt", "c"));
}

TEST(Listing, format_is_that_of_the_query_then_of_accept) {
    const auto chosen = [](std::string_view query, std::string_view accept) {
        return choose_format(ListingQuery::parse(query), accept).format;
    };
    EXPECT_EQ(chosen("", ""), ListingFormat::kHtml);
    EXPECT_EQ(chosen("", "*/*"), ListingFormat::kHtml);
    EXPECT_EQ(chosen("", "text/html,application/xhtml+xml,*/*;q=0.8"), ListingFormat::kHtml);
    EXPECT_EQ(chosen("", "application/json"), ListingFormat::kJson);
    EXPECT_EQ(chosen("", "text/plain"), ListingFormat::kText);
    EXPECT_EQ(chosen("", "text/*;q=0.3, application/json;q=0.4"), ListingFormat::kJson);
    EXPECT_EQ(chosen("", "application/json;q=0, text/html"), ListingFormat::kHtml);
    EXPECT_EQ(chosen("", "*/*, text/html;q=0"), ListingFormat::kJson);
    EXPECT_EQ(chosen("", "text/*;q=0.1, */*"), ListingFormat::kJson);
    EXPECT_EQ(chosen("", "text/html;seq=0, application/json;q=0.9"), ListingFormat::kHtml);
    EXPECT_EQ(chosen("format=json", "text/html"), ListingFormat::kJson);
    EXPECT_EQ(chosen("format=html", "application/json"), ListingFormat::kHtml);
    EXPECT_EQ(chosen("format=text", ""), ListingFormat::kText);
    EXPECT_FALSE(choose_format(ListingQuery::parse("format=json"), "").by_accept);
    EXPECT_TRUE(choose_format({}, "").by_accept);
}

TEST(Listing, html_escapes_names) {
    const std::string page = render_html(listing({file("<img src=x onerror='a'>&\".txt")}), {});
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, HasSubstr(">&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;.txt</a>"));
    EXPECT_THAT(page, HasSubstr("href=\"./%3Cimg%20src=x%20onerror=%27a%27%3E%26%22.txt\""));
}

TEST(Listing, html_has_a_row_per_entry) {
    const std::string page = render_html(
        listing({file("b.txt", 1536, "text/plain"), directory("dir")}), {"/style.css?a&b"});
    EXPECT_THAT(page,
                HasSubstr("<a class=\"f\" href=\"./b.txt\">b.txt</a></td><td>1994-11-06 08:49</td>"
                          "<td>1.5 KiB</td><td>text/plain</td>"));
    EXPECT_THAT(page,
                HasSubstr("<a class=\"d\" href=\"./dir/\">dir/</a></td><td>1994-11-06 08:50</td>"
                          "<td></td><td>Directory</td>"));
    EXPECT_THAT(page, HasSubstr("href=\"../\">..</a>"));
    EXPECT_THAT(page, HasSubstr("<p>1 directory, 1 file, 1.5 KiB</p>"));
    EXPECT_THAT(page, HasSubstr("<link rel=\"stylesheet\" href=\"/style.css?a&amp;b\">"));
    EXPECT_THAT(page,
                HasSubstr("aria-label=\"Top\">/</a><a href=\"../\">a</a><i>/</i>"
                          "<a href=\"./\" aria-current=\"page\">b</a>"));
}

TEST(Listing, headings_turn_the_order_round) {
    const std::string up = render_html(listing({}, "sort=size"), {});
    EXPECT_THAT(up,
                HasSubstr("aria-sort=\"ascending\"><a href=\"?sort=size&amp;direction=desc\">"));
    EXPECT_THAT(up, HasSubstr("<th scope=\"col\"><a href=\"?sort=name&amp;direction=asc\">"));
    const std::string down = render_html(listing({}, "sort=size&direction=desc"), {});
    EXPECT_THAT(down,
                HasSubstr("aria-sort=\"descending\"><a href=\"?sort=size&amp;direction=asc\">"));
}

TEST(Listing, the_root_has_no_parent) {
    const Listing root{"/", {}, {}, true, false};
    EXPECT_THAT(render_html(root, {}), Not(HasSubstr("..")));
    EXPECT_THAT(render_apache(root, {}), Not(HasSubstr("Parent")));
    EXPECT_THAT(render_legacy(root, {}), Not(HasSubstr("..")));
}

TEST(Listing, says_when_it_is_not_complete) {
    Listing cut = listing({file("a")});
    cut.is_cut = true;
    EXPECT_THAT(render_html(cut, {}), HasSubstr("there are more"));
    EXPECT_THAT(render_html(listing({file("a")}), {}), Not(HasSubstr("there are more")));
    EXPECT_THAT(render_apache(cut, {}), HasSubstr("There are more"));
    EXPECT_THAT(render_legacy(cut, {}), HasSubstr("There are more"));
    EXPECT_THAT(render_json(cut), HasSubstr("\"truncated\":true"));
}

TEST(Listing, json_is_what_a_program_reads) {
    EXPECT_EQ(render_json(listing({file("a\"\\\n.txt", 5, "text/plain"), directory("d")})),
              "{\"path\":\"/a/b/\",\"truncated\":false,\"entries\":[\n"
              "{\"name\":\"d\",\"href\":\"./d/"
              "\",\"kind\":\"directory\",\"modified\":\"1994-11-06T08:50:37Z\"},\n"
              "{\"name\":\"a\\\"\\\\\\u000a.txt\",\"href\":\"./"
              "a%22%5C%0A.txt\",\"kind\":\"file\",\"size\":5,"
              "\"type\":\"text/plain\",\"modified\":\"1994-11-06T08:49:37Z\"}\n]}\n");
    EXPECT_EQ(render_json(listing({})),
              "{\"path\":\"/a/b/\",\"truncated\":false,\"entries\":[\n]}\n");
}

TEST(Listing, text_is_a_line_per_name) {
    EXPECT_EQ(render_text(listing({file("a\nb"), directory("d")})), "d/\na?b\n");
}

TEST(Listing, classic_forms) {
    const Listing two = listing({file("<a>", 200000), directory("d")});
    EXPECT_THAT(render_apache(two, {}), HasSubstr("[DIR]</td><td><a href=\"./d/\">d/</a>"));
    EXPECT_THAT(
        render_apache(two, {}),
        HasSubstr(
            "&lt;a&gt;</a></td><td align=\"right\">1994-11-06 08:49</td><td align=\"right\">195K"));
    EXPECT_THAT(render_legacy(two, {}),
                HasSubstr("<a href=\"./d/\">d/</a>                        1994-11-06 08:50  -\n"));
    const std::string wide = render_legacy(
        listing({file("a-name-that-is-longer-than-a-column"), file("\xc3\x9c-\xe6\x96\x87")}), {});
    EXPECT_THAT(wide, HasSubstr(">a-name-that-is-longer-than-a-column</a>  1994"));
    EXPECT_THAT(wide, HasSubstr(">\xc3\x9c-\xe6\x96\x87</a>" + std::string(34, ' ') + "1994"));
    constexpr const char* kLong =
        "47-characters-of-a-name-that-does-not-end-here-\xc3\x9c-and-more";
    EXPECT_THAT(render_legacy(listing({file(kLong)}), {}),
                HasSubstr(">47-characters-of-a-name-that-does-not-end-here-\xc3\x9c..</a>  1994"));
    EXPECT_THAT(wide, HasSubstr(">Name</a>" + std::string(33, ' ') + "<a href=\"?sort=modified"));
}

TEST(Listing, classic_forms_have_the_style_sheets_and_turn_the_order_round) {
    const Listing sorted = listing({file("a")}, "sort=size");
    for (const std::string& page :
         {render_apache(sorted, {"/own.css"}), render_legacy(sorted, {"/own.css"})}) {
        EXPECT_THAT(page,
                    AllOf(HasSubstr("<link rel=\"stylesheet\" href=\"/own.css\">"),
                          HasSubstr("?sort=size&amp;direction=desc"),
                          HasSubstr("?sort=name&amp;direction=asc")));
    }
}

TEST(Listing, an_empty_folder_says_so) {
    EXPECT_THAT(render_html(listing({}), {}), HasSubstr("<p>This folder is empty</p>"));
}

}  // namespace
}  // namespace berth::file
