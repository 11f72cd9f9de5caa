#pragma once

#include "base/live.h"
#include "file/new_file.h"
#include "file/root_folder.h"

#include "berth/file.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace berth {
class EventLoop;

// Where an upload goes, and whom it tells. Both functions run on the loop.
struct UploadOrder {
    std::shared_ptr<RootFolder> root;
    std::string path;
    std::function<void(berth_status)> ready;
    std::function<void()> placed;  // the path is another file now; also after end()
};

}  // namespace berth

// What the SDK calls an upload: a file that is received. What arrives is gathered on the loop and
// written on the pool, one piece after the other, so that the loop never waits for the disk. Keeps
// itself until end(), and until the pool is done with it.
struct berth_upload final : std::enable_shared_from_this<berth_upload> {
public:
    static constexpr size_t kPieceBytes = 64 * 1024;         // worth a call of the pool
    static constexpr size_t kGatheredMax = 4 * kPieceBytes;  // the client waits above

    berth_upload(berth::EventLoop& loop, berth::UploadOrder order);

    // As in berth_file_ext; BERTH_PENDING is followed by ready().
    berth_status begin();
    berth_status write(std::span<const uint8_t> bytes);
    berth_status commit(const berth_file_stat* expected);
    void end();

private:
    enum class State : uint8_t { kOpening, kReceiving, kCommitting, kPlacing, kPlaced, kEnded };

    bool run(std::function<berth_status()> work);
    void finish(berth_status result);
    void go_on();
    void write_gathered();
    void place();
    void tell();
    void discard();

    berth::EventLoop& loop_;
    const berth::UploadOrder order_;
    std::shared_ptr<berth_upload> self_;  // until end()
    State state_ = State::kOpening;
    berth_status status_ = BERTH_OK;  // negative or DECLINED: nothing more comes of it
    bool working_ = false;            // the pool has it: file_, writing_ and expected_ are its
    bool awaited_ = false;            // ready() is owed
    std::vector<uint8_t> gathered_, writing_;
    berth::NewFile file_;
    berth_file_stat expected_{};
    const berth_file_stat* expects_ = nullptr;  // expected_, or nothing in particular
    [[no_unique_address]] berth::Live<berth::LiveKind::kUpload> live_;
};
