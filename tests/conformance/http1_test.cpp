// Every line of http1.vectors against the http plugin in a fake host, however its bytes arrive.
#include "http_answer.h"
#include "http_vector.h"
#include "plugin_file.h"
#include "support/fake_host.h"

#include "berth/berth.h"
#include "berth/cpp/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::testing {
namespace {

using End = HttpVector::End;

// What every answer is held to, beside what its vector says.
void check_fields(const HttpAnswer& answer, bool closing) {
    EXPECT_TRUE(sdk::parse_http_date(answer.field("date"))) << answer.field("date");
    EXPECT_EQ(answer.field("server"), "Berth");
    EXPECT_EQ(answer.field("connection") == "close", closing);
    EXPECT_EQ(answer.all("content-length").size(), answer.status == 204 ? 0u : 1u);
    EXPECT_EQ(answer.all("transfer-encoding").size(), 0u);
}

void compare(const HttpAnswer& answer, const WantedAnswer& wanted, bool closing) {
    ASSERT_EQ(answer.status, wanted.status);
    if (answer.status < 200) {
        EXPECT_TRUE(answer.fields.empty());
        return;
    }
    check_fields(answer, closing);
    if (wanted.body) {
        EXPECT_EQ(answer.body, *wanted.body);
    }
    if (closing && answer.status >= 400) {
        EXPECT_EQ(answer.field("content-type"), "text/html; charset=utf-8");
        EXPECT_NE(answer.body.find(std::to_string(answer.status)), std::string::npos);
    }
}

class Http1 : public ::testing::TestWithParam<HttpVector> {
protected:
    Http1() {
        for (const std::string& file : {plugin_path("http"), std::string(BERTH_MIRROR_PLUGIN)}) {
            EXPECT_EQ(host_.load(open_plugin(file)), BERTH_OK) << file;
        }
        host_.make_usable(BERTH_HTTP_HANDLER_KIND, "mirror", map({}));
        const berth_cfg listen = map({{"id", 0}, {"url", "http://127.0.0.1:8080"}, {"tls", false}});
        const berth_cfg site = map({{"site", "mirror"},
                                    {"listen", list({listen})},
                                    {"limits", map({{"body", 1024}})},
                                    {"mirror", map({})}});
        EXPECT_EQ(host_.create(BERTH_PROTOCOL_KIND, "http", list({site}), &http_), BERTH_OK);
    }

    // Sends the vector in pieces, `first` being the size of the first one, and compares all that
    // comes back.
    void try_in_pieces(size_t first, size_t further) {
        SCOPED_TRACE("in pieces of " + std::to_string(first) + ", " + std::to_string(further));
        FakeStream stream(host_);
        open(stream);
        std::string_view rest = GetParam().bytes;
        for (size_t size = first; !rest.empty() && !stream.gone; size = further) {
            const std::string_view piece = rest.substr(0, size);
            stream.receive(piece);
            rest.remove_prefix(piece.size());
        }
        compare_answers(stream);
        compare_end(stream);
    }

private:
    void open(FakeStream& stream) {
        const berth_factory* const factory = host_.factory(BERTH_PROTOCOL_KIND, "http");
        const auto& ops = *static_cast<const berth_protocol_ops*>(factory->ops);
        ASSERT_EQ(stream.open(ops, http_, 0), BERTH_OK);
    }

    static void compare_answers(FakeStream& stream) {
        const auto& wanted = GetParam().answers;
        for (size_t i = 0; i < wanted.size(); ++i) {
            const std::string line = "HTTP/1.1 " + std::to_string(wanted[i].status) + ' ';
            if (wanted[i].optional && stream.output.compare(0, line.size(), line) != 0) {
                continue;
            }
            const auto answer = take_http_answer(stream.output, wanted[i].bodyless);
            ASSERT_TRUE(answer) << "answer " << i << " in: " << stream.output;
            compare(*answer, wanted[i], i + 1 == wanted.size() && GetParam().end == End::kClose);
        }
        EXPECT_EQ(stream.output, "");
    }

    static void compare_end(FakeStream& stream) {
        ASSERT_EQ(stream.gone, GetParam().end == End::kClose);
        if (GetParam().end == End::kOpen) {
            stream.receive("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n");
            const auto answer = take_http_answer(stream.output, false);
            ASSERT_TRUE(answer);
            EXPECT_EQ(answer->body, "GET /probe");
        } else if (GetParam().end == End::kWaits) {
            stream.receive_end();
            EXPECT_TRUE(stream.gone);
        }
        EXPECT_EQ(stream.output, "");
    }

    FakeHost host_;
    void* http_ = nullptr;
};

TEST_P(Http1, at_once) {
    try_in_pieces(GetParam().bytes.size(), 1);
}

TEST_P(Http1, byte_by_byte) {
    try_in_pieces(1, 1);
}

TEST_P(Http1, in_two_pieces) {
    const size_t size = GetParam().bytes.size();
    const size_t step = std::max<size_t>(1, size / 300);  // every split of all but the largest
    for (size_t first = 1; first < size; first += step) {
        try_in_pieces(first, size);
    }
}

std::string name_of(const ::testing::TestParamInfo<HttpVector>& info) {
    return info.param.row + '_' + info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Vectors,
                         Http1,
                         ::testing::ValuesIn(read_http_vectors(BERTH_HTTP1_VECTORS)),
                         name_of);

}  // namespace
}  // namespace berth::testing
