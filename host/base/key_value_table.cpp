#include "base/key_value_table.h"

#include "base/sys.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <thread>

namespace berth {
namespace {

constexpr size_t kWays = 8;
constexpr int kSpinsMax = 200;
constexpr uint64_t kNsPerMs = 1'000'000;

uint64_t monotonic_ns() {
    timespec now{};
    sys().clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

struct KeyValueTable::Entry {
    uint64_t hash;
    uint64_t expires_ms;  // 0: never
    uint64_t used_ms;
    uint16_t key_size;  // 0: free
    uint16_t value_size;
    uint32_t reserved;
    char key[kKeyMax];
    char value[kValueMax];

    bool is_live(uint64_t now_ms) const {
        return key_size != 0 && (expires_ms == 0 || expires_ms > now_ms);
    }
    bool has_key(uint64_t of_hash, std::string_view text) const {
        return hash == of_hash && key_size == text.size() &&
               std::memcmp(key, text.data(), text.size()) == 0;
    }
    void expire(uint64_t ttl_ms, uint64_t now_ms) {
        expires_ms = ttl_ms == 0 ? 0 : now_ms + std::min(ttl_ms, UINT64_MAX - now_ms);
    }
    bool is_number() const { return value_size == sizeof(int64_t); }
    int64_t number() const {
        int64_t result = 0;
        std::memcpy(&result, value, sizeof(result));
        return result;
    }
    void set_number(int64_t number) {
        value_size = sizeof(number);
        std::memcpy(value, &number, sizeof(number));
    }
};

struct alignas(64) KeyValueTable::Bucket {
    std::atomic<uint64_t> lock;  // when it was taken, in ns and odd; 0: free
    std::array<Entry, kWays> entries;

    Entry* find(uint64_t hash, std::string_view key, uint64_t now_ms) {
        for (Entry& entry : entries) {
            if (entry.is_live(now_ms) && entry.has_key(hash, key)) {
                entry.used_ms = now_ms;
                return &entry;
            }
        }
        return nullptr;
    }
    void forget() {
        for (Entry& entry : entries) {
            entry.key_size = 0;
        }
    }
};

// Holds a bucket while it lives, unless it is busy.
class KeyValueTable::Lock {
public:
    explicit Lock(Bucket& bucket) : bucket_(bucket), now_ns_(monotonic_ns()), mine_(now_ns_ | 1) {
        uint64_t free = 0;
        held_ =
            bucket_.lock.compare_exchange_strong(free, mine_, std::memory_order_acquire) || wait();
    }
    // Nothing happens when somebody took the lock for that of a dead process meanwhile.
    ~Lock() {
        if (held_) {
            bucket_.lock.compare_exchange_strong(mine_, 0, std::memory_order_release);
        }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    explicit operator bool() const { return held_; }
    uint64_t now_ms() const { return now_ns_ / kNsPerMs; }

private:
    bool wait() {
        const uint64_t give_up_ns = now_ns_ + kPatienceMs * kNsPerMs;
        for (int spin = 0;; ++spin) {
            uint64_t owner = bucket_.lock.load(std::memory_order_relaxed);
            if (owner == 0) {
                if (bucket_.lock.compare_exchange_strong(owner, mine_, std::memory_order_acquire)) {
                    return true;
                }
                continue;
            }
            if (spin < kSpinsMax) {
                continue;
            }
            now_ns_ = monotonic_ns();
            mine_ = now_ns_ | 1;
            if (is_dead(owner) &&
                bucket_.lock.compare_exchange_strong(owner, mine_, std::memory_order_acquire)) {
                bucket_.forget();
                return true;
            }
            if (now_ns_ >= give_up_ns) {
                return false;
            }
            std::this_thread::yield();
        }
    }

    // A time to come was written by somebody who should not have.
    bool is_dead(uint64_t owner) const {
        constexpr uint64_t kAge = kLockAgeMs * kNsPerMs;
        return now_ns_ > owner ? now_ns_ - owner > kAge : owner - now_ns_ > kAge;
    }

    Bucket& bucket_;
    uint64_t now_ns_;
    uint64_t mine_;
    bool held_ = false;
};

Result<std::unique_ptr<KeyValueTable>> KeyValueTable::make(size_t keys_max,
                                                           const SipKey& hash_key) {
    static_assert(sizeof(Entry) == 256);
    static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");
    const size_t buckets = std::bit_ceil(std::max<size_t>(keys_max / kWays, 1));
    auto memory = SharedMemory::make(buckets * sizeof(Bucket), "values that workers share");
    if (!memory) {
        return memory.error();
    }
    return std::unique_ptr<KeyValueTable>(
        new KeyValueTable(std::move(memory).value(), buckets, hash_key));
}

KeyValueTable::KeyValueTable(SharedMemory memory, size_t buckets, const SipKey& hash_key)
    : memory_(std::move(memory)), buckets_(buckets), hash_key_(hash_key) {}

KeyValueTable::Bucket& KeyValueTable::bucket_of(uint64_t hash) const {
    return static_cast<Bucket*>(memory_.data())[hash & (buckets_ - 1)];
}

// A place for a new key: an empty or expired one, else the one that was not used for the longest
// time.
KeyValueTable::Entry& KeyValueTable::claim(Bucket& bucket,
                                           uint64_t hash,
                                           std::string_view key,
                                           uint64_t now_ms) {
    Entry* place = bucket.entries.data();
    for (Entry& entry : bucket.entries) {
        const bool is_older = place->is_live(now_ms) && entry.used_ms < place->used_ms;
        if (!entry.is_live(now_ms) || is_older) {
            place = &entry;
        }
    }
    if (evictions_ != nullptr && place->is_live(now_ms)) {
        std::atomic_ref<uint64_t>(*evictions_).fetch_add(1, std::memory_order_relaxed);
    }
    place->hash = hash;
    place->used_ms = now_ms;
    place->key_size = static_cast<uint16_t>(key.size());
    place->value_size = 0;
    std::memcpy(place->key, key.data(), key.size());
    return *place;
}

// change(number) returns whether the new number shall be kept. ttl.renewed: also of one that is
// there.
template <class Change>
berth_status KeyValueTable::change_number(std::string_view key, const Ttl& ttl, Change change) {
    if (key.empty() || key.size() > kKeyMax) {
        return BERTH_E_INVAL;
    }
    const uint64_t hash = sip_hash(hash_key_, key);
    Bucket& bucket = bucket_of(hash);
    const Lock lock(bucket);
    if (!lock) {
        return BERTH_E_TIMEOUT;
    }
    Entry* entry = bucket.find(hash, key, lock.now_ms());
    if (entry != nullptr && !entry->is_number()) {
        return BERTH_E_STATE;
    }
    int64_t number = entry == nullptr ? 0 : entry->number();
    if (!change(number)) {
        return BERTH_AGAIN;
    }
    if (entry == nullptr || ttl.renewed) {
        entry = entry == nullptr ? &claim(bucket, hash, key, lock.now_ms()) : entry;
        entry->expire(ttl.ms, lock.now_ms());
    }
    entry->set_number(number);
    return BERTH_OK;
}

berth_status KeyValueTable::add(std::string_view key,
                                int64_t delta,
                                uint64_t ttl_ms,
                                int64_t& sum) {
    return change_number(key, {ttl_ms, false}, [&](int64_t& number) {
        if (__builtin_add_overflow(number, delta, &number)) {
            number = delta > 0 ? INT64_MAX : INT64_MIN;
        }
        sum = number;
        return true;
    });
}

berth_status KeyValueTable::swap(std::string_view key,
                                 int64_t& seen,
                                 int64_t value,
                                 uint64_t ttl_ms) {
    return change_number(key, {ttl_ms, true}, [&](int64_t& number) {
        const bool expected = number == seen;
        seen = number;
        number = value;
        return expected;
    });
}

berth_status KeyValueTable::get(std::string_view key, void* value, size_t& size) {
    if (key.empty() || key.size() > kKeyMax) {
        return BERTH_E_INVAL;
    }
    const uint64_t hash = sip_hash(hash_key_, key);
    Bucket& bucket = bucket_of(hash);
    const Lock lock(bucket);
    if (!lock) {
        return BERTH_E_TIMEOUT;
    }
    const Entry* entry = bucket.find(hash, key, lock.now_ms());
    if (entry == nullptr) {
        return BERTH_DECLINED;
    }
    const size_t room = size;
    size = std::min<size_t>(entry->value_size, kValueMax);
    std::memcpy(value, entry->value, std::min(room, size));
    return BERTH_OK;
}

berth_status KeyValueTable::put(std::string_view key, std::string_view value, uint64_t ttl_ms) {
    if (key.empty() || key.size() > kKeyMax || value.size() > kValueMax) {
        return BERTH_E_INVAL;
    }
    const uint64_t hash = sip_hash(hash_key_, key);
    Bucket& bucket = bucket_of(hash);
    const Lock lock(bucket);
    if (!lock) {
        return BERTH_E_TIMEOUT;
    }
    Entry* entry = bucket.find(hash, key, lock.now_ms());
    if (value.empty()) {
        if (entry != nullptr) {
            entry->key_size = 0;
        }
        return BERTH_OK;
    }
    if (entry == nullptr) {
        entry = &claim(bucket, hash, key, lock.now_ms());
    }
    entry->expire(ttl_ms, lock.now_ms());
    entry->value_size = static_cast<uint16_t>(value.size());
    std::memcpy(entry->value, value.data(), value.size());
    return BERTH_OK;
}

}  // namespace berth
