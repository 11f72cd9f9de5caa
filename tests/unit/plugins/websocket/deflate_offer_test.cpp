#include "deflate_offer.h"

#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::websocket {
namespace {

// The answer to these lines of Sec-WebSocket-Extensions; "none" when nothing was agreed on.
std::string answer_to(const std::vector<std::string_view>& lines) {
    std::vector<berth_header> headers;
    for (const std::string_view line : lines) {
        headers.push_back({sdk::sv("sec-websocket-extensions"), sdk::sv(line)});
    }
    berth_http_req request{};
    request.headers = headers.data();
    request.n_headers = static_cast<uint32_t>(headers.size());
    const DeflateTerms terms = choose_deflate(request);
    return terms.agreed ? deflate_answer(terms) : "none";
}

const std::string kPlain =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

TEST(DeflateOffer, is_accepted_without_context) {
    for (const char* offer : {"permessage-deflate",
                              "permessage-deflate; client_max_window_bits",
                              "permessage-deflate; client_max_window_bits=8",
                              "permessage-deflate;server_no_context_takeover ; "
                              "client_no_context_takeover",
                              "x-webkit-deflate-frame, permessage-deflate"}) {
        EXPECT_EQ(answer_to({offer}), kPlain) << offer;
    }
    EXPECT_EQ(answer_to({"unknown", "permessage-deflate"}), kPlain);
}

TEST(DeflateOffer, says_how_large_the_window_shall_be) {
    EXPECT_EQ(answer_to({"permessage-deflate; server_max_window_bits=10"}),
              kPlain + "; server_max_window_bits=10");
    EXPECT_EQ(answer_to({"permessage-deflate; server_max_window_bits=\"15\""}),
              kPlain + "; server_max_window_bits=15");
}

// RFC 7692 7.1: each of these declines that offer, and the next is looked at.
TEST(DeflateOffer, is_declined_when_a_parameter_is_wrong) {
    for (const char* wrong : {"unknown",
                              "server_no_context_takeover=1",
                              "client_no_context_takeover=x",
                              "server_no_context_takeover; server_no_context_takeover",
                              "server_max_window_bits",
                              "server_max_window_bits=7",
                              "server_max_window_bits=8",
                              "server_max_window_bits=16",
                              "server_max_window_bits=010",
                              "server_max_window_bits=1x",
                              "server_max_window_bits=\"\"",
                              "server_max_window_bits=",
                              "server_max_window_bits=10; server_max_window_bits=10",
                              "client_max_window_bits=7",
                              "client_max_window_bits=16",
                              "client_max_window_bits; client_max_window_bits",
                              ""}) {
        const std::string offer = std::string("permessage-deflate; ") + wrong;
        EXPECT_EQ(answer_to({offer + (wrong[0] == 0 ? "; x" : "")}), "none") << wrong;
        EXPECT_EQ(answer_to({offer + (wrong[0] == 0 ? "; x" : "") + ", permessage-deflate"}),
                  kPlain)
            << wrong;
    }
}

TEST(DeflateOffer, is_none_where_nobody_offers_it) {
    EXPECT_EQ(answer_to({}), "none");
    EXPECT_EQ(answer_to({""}), "none");
    EXPECT_EQ(answer_to({"permessage-deflatex, permessage-bzip2"}), "none");
}

}  // namespace
}  // namespace berth::websocket
