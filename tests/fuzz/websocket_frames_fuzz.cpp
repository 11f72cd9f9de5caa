// What a WebSocket client sends: the slow reference finds the same messages, control frames and
// faults, however the bytes are cut; input only shrinks. The first byte says what was agreed on.
#include "frame_reader.h"
#include "support/fuzz_input.h"
#include "support/reference_websocket.h"
#include "utf8.h"

#include <string>

namespace {

using berth::testing::reference_frames;
using berth::testing::ReferenceFrames;
using berth::testing::require;
using berth::websocket::FrameReader;
using Kind = FrameReader::Kind;
using Outcome = ReferenceFrames::Outcome;

constexpr uint32_t kFramesMax = 4;
constexpr size_t kAllCutsMax = 160;

// The reader's events, put together again.
class Collector {
public:
    explicit Collector(bool compression) : reader_(compression, kFramesMax) {}

    void feed(std::string_view piece) {
        std::span input(reinterpret_cast<const uint8_t*>(piece.data()), piece.size());
        while (!input.empty() && found.outcome == Outcome::kMore) {
            const size_t before = input.size();
            take(reader_.next(input));
            require(input.size() <= before);
        }
    }

    ReferenceFrames found;

private:
    void take(const FrameReader::Event& event) {
        switch (event.kind) {
            case Kind::kMore:
                break;
            case Kind::kRefused:
                found.outcome = Outcome::kRefused;
                break;
            case Kind::kTooMany:
                found.outcome = Outcome::kTooMany;
                break;
            case Kind::kControl:
                found.items.push_back({event.opcode, false, text(event.bytes)});
                break;
            case Kind::kPiece:
                take_piece(event);
                break;
        }
    }

    void take_piece(const FrameReader::Event& piece) {
        require(piece.first == !open_);
        if (piece.first) {
            message_ = {piece.opcode, piece.compressed, {}};
        }
        require(message_.opcode == piece.opcode && message_.compressed == piece.compressed);
        std::string bytes(piece.bytes.size(), '\0');
        berth::websocket::unmask(
            piece.bytes.data(), bytes.size(), piece.mask, reinterpret_cast<uint8_t*>(bytes.data()));
        message_.payload += bytes;
        open_ = !piece.last;
        require(!piece.last || piece.to_come == 0);
        if (piece.last) {
            found.items.push_back(message_);
        }
    }

    static std::string text(std::span<const uint8_t> bytes) {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    FrameReader reader_;
    ReferenceFrames::Item message_;
    bool open_ = false;
};

ReferenceFrames read(std::string_view bytes, bool compression, size_t first, size_t piece) {
    Collector collector(compression);
    for (size_t at = 0, size = first; at < bytes.size(); at += size, size = piece) {
        collector.feed(bytes.substr(at, size));
    }
    return collector.found;
}

void require_same(const ReferenceFrames& a, const ReferenceFrames& b) {
    require(a.outcome == b.outcome);
    require(a.items == b.items);
}

// Whether a text is UTF-8 does not depend on where it is cut.
void check_utf8(std::string_view text) {
    const std::span bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    const bool whole = berth::websocket::is_utf8(bytes);
    berth::websocket::Utf8Check check;
    bool good = true;
    for (const uint8_t& byte : bytes) {
        good = good && check.add({&byte, 1});
    }
    require(whole == (good && check.is_complete()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) {
        return 0;
    }
    const bool compression = data[0] % 2 == 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const ReferenceFrames wanted = reference_frames(bytes, compression, kFramesMax);
    require_same(wanted, read(bytes, compression, bytes.size(), bytes.size()));
    require_same(wanted, read(bytes, compression, 1, 1));
    require_same(wanted, read(bytes, compression, 7, 13));
    for (size_t cut = 1; cut < bytes.size() && bytes.size() <= kAllCutsMax; ++cut) {
        require_same(wanted, read(bytes, compression, cut, bytes.size()));
    }
    check_utf8(bytes);
    for (const ReferenceFrames::Item& item : wanted.items) {
        check_utf8(item.payload);
    }
    return 0;
}
