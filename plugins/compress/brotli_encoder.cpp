#include "encoder.h"

#include <brotli/encode.h>

namespace berth::compress {
namespace {

constexpr uint32_t kWindowBitsMax = 18;      // 256 KiB: bounds the memory of a stream
constexpr uint64_t kSizeHintMax = 1u << 30;  // the library's own bound

// The library cannot begin anew with an encoder, so each body has one of its own.
class BrotliEncoder final : public Encoder {
public:
    explicit BrotliEncoder(int level) : level_(static_cast<uint32_t>(level)) {}

    bool begin(uint64_t size) override {
        state_.reset(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr));
        if (!state_) {
            return false;
        }
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, level_);
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_LGWIN, kWindowBitsMax);
        if (size <= kSizeHintMax) {
            BrotliEncoderSetParameter(
                state_.get(), BROTLI_PARAM_SIZE_HINT, static_cast<uint32_t>(size));
        }
        return true;
    }

    bool encode(std::string_view input, EncodeMode mode, Output& output) override {
        const auto operation = mode == EncodeMode::kEnd     ? BROTLI_OPERATION_FINISH
                               : mode == EncodeMode::kFlush ? BROTLI_OPERATION_FLUSH
                                                            : BROTLI_OPERATION_PROCESS;
        size_t left = input.size();
        const auto* from = reinterpret_cast<const uint8_t*>(input.data());
        do {
            uint8_t* to = output.at();
            const size_t room = output.room();
            size_t room_left = room;
            if (BrotliEncoderCompressStream(
                    state_.get(), operation, &left, &from, &room_left, &to, nullptr) ==
                BROTLI_FALSE) {
                return false;
            }
            output.wrote(room - room_left);
        } while (left != 0 || BrotliEncoderHasMoreOutput(state_.get()) != BROTLI_FALSE);
        if (mode == EncodeMode::kEnd) {
            state_.reset();
        }
        return true;
    }

private:
    struct Destroy {
        void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
    };
    std::unique_ptr<BrotliEncoderState, Destroy> state_;
    uint32_t level_;
};

}  // namespace

std::unique_ptr<Encoder> make_brotli_encoder(int level) {
    return std::make_unique<BrotliEncoder>(level);
}

}  // namespace berth::compress
