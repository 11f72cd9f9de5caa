#include "encoder.h"

#include <zlib.h>

namespace berth::compress {
namespace {

constexpr int kGzipWindow = 15 + 16;  // 32 KiB, with gzip's head and tail
constexpr int kMemoryLevel = 8;       // zlib's default: 256 KiB in all

class GzipEncoder final : public Encoder {
public:
    explicit GzipEncoder(int level)
        : ready_(deflateInit2(
                     &stream_, level, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) ==
                 Z_OK) {}
    ~GzipEncoder() override { deflateEnd(&stream_); }
    GzipEncoder(const GzipEncoder&) = delete;
    GzipEncoder& operator=(const GzipEncoder&) = delete;

    bool begin(uint64_t) override { return ready_ && deflateReset(&stream_) == Z_OK; }

    bool encode(std::string_view input, EncodeMode mode, Output& output) override {
        // zlib does not write to its input, but for its type.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        stream_.avail_in = static_cast<uInt>(input.size());
        const int flush = mode == EncodeMode::kEnd     ? Z_FINISH
                          : mode == EncodeMode::kFlush ? Z_SYNC_FLUSH
                                                       : Z_NO_FLUSH;
        int status = Z_OK;
        do {
            stream_.next_out = output.at();
            const auto room = static_cast<uInt>(output.room());
            stream_.avail_out = room;
            status = deflate(&stream_, flush);
            output.wrote(room - stream_.avail_out);
        } while (stream_.avail_out == 0 && status == Z_OK);
        // Z_BUF_ERROR: there was nothing to do.
        return mode == EncodeMode::kEnd ? status == Z_STREAM_END
                                        : status == Z_OK || status == Z_BUF_ERROR;
    }

private:
    z_stream stream_{};
    bool ready_;
};

}  // namespace

std::unique_ptr<Encoder> make_gzip_encoder(int level) {
    return std::make_unique<GzipEncoder>(level);
}

}  // namespace berth::compress
