#include "encoder_pool.h"

#include "support/fake_host.h"

#include <gtest/gtest.h>

namespace berth::compress {
namespace {

class EncoderPoolOfAWorker : public ::testing::Test {
protected:
    static const berth_loop_ext& loop(const berth_host& host) {
        return *static_cast<const berth_loop_ext*>(host.get_extension(&host, BERTH_LOOP_EXT));
    }

    testing::FakeHost host;
    EncoderPool pool{loop(host.table())};
    const EncoderPool::Kind gzip{Coding::kGzip, 6}, fast{Coding::kGzip, 1}, zstd{Coding::kZstd, 6};
};

TEST_F(EncoderPoolOfAWorker, gives_an_encoder_out_again_for_the_same_coding_and_level) {
    auto encoder = pool.take(gzip);
    const Encoder* const first = encoder.get();
    pool.give_back(gzip, std::move(encoder));
    EXPECT_NE(pool.take(fast).get(), first);
    EXPECT_NE(pool.take(zstd).get(), first);
    EXPECT_EQ(pool.take(gzip).get(), first);
    EXPECT_EQ(pool.idle(), 0u);
}

TEST_F(EncoderPoolOfAWorker, frees_what_was_not_needed_for_a_while) {
    pool.give_back(gzip, pool.take(gzip));
    auto in_use = pool.take(zstd);
    host.advance(10'000);
    EXPECT_EQ(pool.idle(), 1u);
    pool.give_back(zstd, std::move(in_use));
    host.advance(10'000);
    EXPECT_EQ(pool.idle(), 1u);
    host.advance(10'000);
    EXPECT_EQ(pool.idle(), 0u);
}

TEST_F(EncoderPoolOfAWorker, keeps_what_is_needed) {
    pool.give_back(gzip, pool.take(gzip));
    for (int i = 0; i < 5; ++i) {
        host.advance(9'000);
        pool.give_back(gzip, pool.take(gzip));
    }
    EXPECT_EQ(pool.idle(), 1u);
}

}  // namespace
}  // namespace berth::compress
