#pragma once

#include "base/result.h"
#include "base/shared_memory.h"
#include "base/sip_hash.h"

#include "berth/abi.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace berth {

// Small values by name that all workers share, each for a while: what limits and bans count with.
// Bounded: a new key takes the place of one that expired, else of the one that was not used for the
// longest time among those of its bucket. Any thread may call.
//
// A bucket is locked for as long as it takes to compare eight keys. A process that is killed in
// between is found out by the age of its lock; what the bucket held is then forgotten. Nobody waits
// longer than kPatienceMs. Workers can write all of the memory, so whatever is read from it may be
// wrong, and nothing here indexes by it or follows it.
class KeyValueTable {
public:
    static constexpr size_t kKeyMax = 96, kValueMax = 128;
    // A lock that old belongs to a process that died.
    static constexpr uint64_t kLockAgeMs = 100;
    static constexpr uint64_t kPatienceMs = 2;

    // Holds about keys_max keys. hash_key: secret.
    static Result<std::unique_ptr<KeyValueTable>> make(size_t keys_max, const SipKey& hash_key);
    KeyValueTable(const KeyValueTable&) = delete;
    KeyValueTable& operator=(const KeyValueTable&) = delete;

    // See kv_* in berth/worker.h for the contract of these.
    berth_status add(std::string_view key, int64_t delta, uint64_t ttl_ms, int64_t& sum);
    berth_status swap(std::string_view key, int64_t& seen, int64_t value, uint64_t ttl_ms);
    berth_status get(std::string_view key, void* value, size_t& size);
    berth_status put(std::string_view key, std::string_view value, uint64_t ttl_ms);

    // A counter of keys that were alive when another took their place.
    void count_evictions(uint64_t* cell) { evictions_ = cell; }

private:
    struct Entry;
    struct Bucket;
    class Lock;
    struct Ttl {
        uint64_t ms;
        bool renewed;
    };

    KeyValueTable(SharedMemory memory, size_t buckets, const SipKey& hash_key);
    Bucket& bucket_of(uint64_t hash) const;
    Entry& claim(Bucket& bucket, uint64_t hash, std::string_view key, uint64_t now_ms);
    template <class Change>
    berth_status change_number(std::string_view key, const Ttl& ttl, Change change);

    const SharedMemory memory_;
    const size_t buckets_;  // a power of two
    const SipKey hash_key_;
    uint64_t* evictions_ = nullptr;
};

}  // namespace berth
