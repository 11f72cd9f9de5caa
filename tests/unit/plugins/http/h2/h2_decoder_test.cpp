#include "h2/h2_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::http {
namespace {

constexpr std::string_view kGet = "\x82";          // :method: GET, of the static table
constexpr std::string_view kNewest = "\xbe";       // the first entry of the dynamic table
constexpr std::string_view kAdd = "\x40\1a\1b";    // a: b, which enters it
constexpr std::string_view kSmaller = "\x3f\x02";  // a table of 33 bytes, too small for any field

class H2DecoderTest : public ::testing::Test {
protected:
    H2DecoderTest() { EXPECT_TRUE(decoder_.begin()); }

    // All fields of a block that comes `step` bytes at a time; "wrong" behind the last good one.
    std::string read(std::string_view block, size_t step) {
        std::string fields;
        while (!block.empty()) {
            std::string_view piece = block.substr(0, step);
            block.remove_prefix(piece.size());
            while (const auto field = decoder_.next(piece)) {
                fields.append(field->name).append("=").append(field->value).append(" ");
            }
        }
        decoder_.end_block();
        return fields + (decoder_.is_wrong() ? "wrong" : "");
    }
    std::string read(const std::string& block) { return read(block, block.size()); }

    static std::string join(std::initializer_list<std::string_view> parts) {
        std::string block;
        for (const std::string_view part : parts) {
            block.append(part);
        }
        return block;
    }

    H2Decoder decoder_;
};

TEST_F(H2DecoderTest, reads_fields_of_both_tables_in_any_pieces) {
    EXPECT_EQ(read(join({kGet, kAdd, kGet})), ":method=GET a=b :method=GET ");
    for (size_t step = 1; step < 6; ++step) {
        EXPECT_EQ(read(join({kNewest, kGet, kAdd, kNewest}), step), "a=b :method=GET a=b a=b ");
    }
}

TEST_F(H2DecoderTest, reads_an_index_that_needs_two_bytes) {
    for (int i = 0; i < 70; ++i) {
        read(std::string(kAdd));
    }
    EXPECT_EQ(read("\xff\x01"), "a=b ");  // entry 128
}

TEST_F(H2DecoderTest, refuses_an_entry_that_is_not_there) {
    EXPECT_EQ(read(join({kGet, kNewest})), ":method=GET wrong");
}

TEST_F(H2DecoderTest, refuses_index_zero) {
    EXPECT_EQ(read("\x80"), "wrong");
}

TEST_F(H2DecoderTest, takes_a_size_update_before_the_first_field_only) {
    read(std::string(kAdd));
    EXPECT_EQ(read(join({kSmaller, kGet})), ":method=GET ");
    EXPECT_EQ(read(join({kGet, kSmaller})), ":method=GET wrong");
}

TEST_F(H2DecoderTest, forgets_entries_that_a_size_update_evicts) {
    read(std::string(kAdd));
    EXPECT_EQ(read(join({kSmaller, kNewest})), "wrong");
}

TEST_F(H2DecoderTest, refuses_a_block_that_ends_inside_a_field) {
    EXPECT_EQ(read(join({kGet, kAdd.substr(0, 3)})), ":method=GET wrong");
}

TEST_F(H2DecoderTest, reads_nothing_behind_what_was_wrong) {
    read("\x80");
    EXPECT_EQ(read(std::string(kGet)), "wrong");
}

}  // namespace
}  // namespace berth::http
