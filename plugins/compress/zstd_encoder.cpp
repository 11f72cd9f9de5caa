#include "encoder.h"

#include <zstd.h>

namespace berth::compress {
namespace {

constexpr int kWindowBits = 18;  // 256 KiB: bounds the memory of a stream, here and at the client

class ZstdEncoder final : public Encoder {
public:
    explicit ZstdEncoder(int level) : level_(level), state_(ZSTD_createCCtx()) {}

    bool begin(uint64_t) override {
        if (!state_) {
            return false;
        }
        ZSTD_CCtx_reset(state_.get(), ZSTD_reset_session_only);
        const size_t level = ZSTD_CCtx_setParameter(state_.get(), ZSTD_c_compressionLevel, level_);
        const size_t window = ZSTD_CCtx_setParameter(state_.get(), ZSTD_c_windowLog, kWindowBits);
        return ZSTD_isError(level) == 0 && ZSTD_isError(window) == 0;
    }

    bool encode(std::string_view input, EncodeMode mode, Output& output) override {
        const auto directive = mode == EncodeMode::kEnd     ? ZSTD_e_end
                               : mode == EncodeMode::kFlush ? ZSTD_e_flush
                                                            : ZSTD_e_continue;
        ZSTD_inBuffer from{input.data(), input.size(), 0};
        size_t left = 0;
        do {
            uint8_t* const at = output.at();
            ZSTD_outBuffer to{at, output.room(), 0};
            left = ZSTD_compressStream2(state_.get(), &to, &from, directive);
            if (ZSTD_isError(left) != 0) {
                return false;
            }
            output.wrote(to.pos);
        } while (mode == EncodeMode::kMore ? from.pos != from.size : left != 0);
        return true;
    }

private:
    struct Destroy {
        void operator()(ZSTD_CCtx* state) const { ZSTD_freeCCtx(state); }
    };
    int level_;
    std::unique_ptr<ZSTD_CCtx, Destroy> state_;
};

}  // namespace

std::unique_ptr<Encoder> make_zstd_encoder(int level) {
    return std::make_unique<ZstdEncoder>(level);
}

}  // namespace berth::compress
