#include "h1/h1_body.h"

#include <algorithm>

namespace berth::http {
namespace {

H1Body::Step step_of(ChunkDecoder::Step step) {
    switch (step) {
        case ChunkDecoder::Step::kMore:
            return H1Body::Step::kMore;
        case ChunkDecoder::Step::kData:
            return H1Body::Step::kData;
        case ChunkDecoder::Step::kEnd:
            return H1Body::Step::kEnd;
        default:
            return H1Body::Step::kRefused;
    }
}

}  // namespace

void H1Body::begin(BodyKind kind, uint64_t content_length, uint64_t bytes_max) {
    kind_ = kind;
    left_ = kind == BodyKind::kLength ? content_length : 0;
    allowed_ = bytes_max;
    chunks_ = ChunkDecoder();
}

H1Body::Step H1Body::next(std::string_view& input, std::string_view& data) {
    Step step = Step::kEnd;
    uint64_t available = left_;
    if (kind_ == BodyKind::kChunked) {
        step = step_of(chunks_.next(input));
        available = chunks_.available();
    } else if (left_ != 0) {
        step = input.empty() ? Step::kMore : Step::kData;
    }
    if (step != Step::kData) {
        return step;
    }
    if (available > allowed_) {
        return Step::kTooLarge;
    }
    data = input.substr(0, std::min<uint64_t>(input.size(), available));
    return Step::kData;
}

void H1Body::took(uint64_t bytes) {
    allowed_ -= bytes;
    if (kind_ == BodyKind::kChunked) {
        chunks_.took(bytes);
    } else {
        left_ -= bytes;
    }
}

bool H1Body::ends_after(uint64_t bytes) const {
    return kind_ == BodyKind::kLength && bytes == left_;
}

}  // namespace berth::http
