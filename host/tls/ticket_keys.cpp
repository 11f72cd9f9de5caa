#include "tls/ticket_keys.h"

#include "base/sys.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>

namespace berth {
namespace {

constexpr size_t kWords = sizeof(TicketKey) / sizeof(uint64_t);
static_assert(sizeof(TicketKey) == kWords * sizeof(uint64_t));
static_assert(std::atomic<uint64_t>::is_always_lock_free, "readers are in other processes");

// A writer needs microseconds; whoever waits longer has a dead one.
constexpr int kReadAttempts = 10'000;

Error system_error(const char* what) {
    return Error{std::string(what) + ": " + std::strerror(errno), errno};
}

}  // namespace

TicketKey::~TicketKey() {
    OPENSSL_cleanse(this, sizeof *this);
}

// A sequence lock: odd while the writer is at work. Words are stored with release and loaded with
// acquire, so a reader that meets a new word also sees the sequence that announced it.
struct TicketKeys::Ring {
    std::atomic<uint64_t> sequence{0};
    std::atomic<uint64_t> rotated_at_s{0};
    std::atomic<uint64_t> keys[kCount][kWords]{};  // newest first

    void store(size_t index, const TicketKey& key) {
        uint64_t words[kWords];
        std::memcpy(words, &key, sizeof key);
        for (size_t i = 0; i < kWords; ++i) {
            keys[index][i].store(words[i], std::memory_order_release);
        }
        OPENSSL_cleanse(words, sizeof words);
    }

    TicketKey load(size_t index) const {
        uint64_t words[kWords];
        for (size_t i = 0; i < kWords; ++i) {
            words[i] = keys[index][i].load(std::memory_order_acquire);
        }
        TicketKey key;
        std::memcpy(static_cast<void*>(&key), words, sizeof key);
        OPENSSL_cleanse(words, sizeof words);
        return key;
    }
};

Result<std::unique_ptr<TicketKeys>> TicketKeys::make(uint64_t now_s) {
    void* memory = sys().mmap(
        nullptr, sizeof(Ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return system_error("no memory for ticket keys");
    }
    std::unique_ptr<TicketKeys> keys(new TicketKeys(new (memory) Ring));
    // Keys stay out of core files. Best effort: without it they are no less shared.
    sys().madvise(memory, sizeof(Ring), MADV_DONTDUMP);
    for (size_t i = 0; i < kCount; ++i) {
        if (auto made = keys->rotate(now_s); !made) {
            return made.error();
        }
    }
    return keys;
}

TicketKeys::~TicketKeys() {
    sys().munmap(ring_, sizeof(Ring));
}

Status TicketKeys::rotate_if_due(uint64_t now_s) {
    if (now_s < ring_->rotated_at_s.load(std::memory_order_relaxed) + kRotationSeconds) {
        return Done{};
    }
    return rotate(now_s);
}

Status TicketKeys::rotate(uint64_t now_s) {
    TicketKey fresh;
    if (RAND_bytes(fresh.name.data(), static_cast<int>(fresh.name.size())) != 1 ||
        RAND_priv_bytes(fresh.aes.data(), static_cast<int>(fresh.aes.size())) != 1 ||
        RAND_priv_bytes(fresh.hmac.data(), static_cast<int>(fresh.hmac.size())) != 1) {
        return Error{"no random bytes for ticket keys"};
    }
    const uint64_t before = ring_->sequence.load(std::memory_order_relaxed);
    ring_->sequence.store(before + 1, std::memory_order_relaxed);
    for (size_t i = kCount - 1; i > 0; --i) {
        ring_->store(i, ring_->load(i - 1));
    }
    ring_->store(0, fresh);
    ring_->rotated_at_s.store(now_s, std::memory_order_relaxed);
    ring_->sequence.store(before + 2, std::memory_order_release);
    return Done{};
}

Status TicketKeys::make_read_only() {
    if (sys().mprotect(ring_, sizeof(Ring), PROT_READ) != 0) {
        return system_error("cannot protect ticket keys");
    }
    return Done{};
}

std::optional<TicketKeys::Found> TicketKeys::find(const uint8_t* name) const {
    for (size_t i = 0; i < kCount; ++i) {
        const auto key = read(i);
        if (key && std::memcmp(key->name.data(), name, key->name.size()) == 0) {
            return Found{*key, i == 0};
        }
    }
    return std::nullopt;
}

std::optional<TicketKey> TicketKeys::newest() const {
    return read(0);
}

std::optional<TicketKey> TicketKeys::read(size_t index) const {
    for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
        const uint64_t before = ring_->sequence.load(std::memory_order_acquire);
        if (before % 2 != 0) {
            continue;
        }
        TicketKey key = ring_->load(index);
        if (ring_->sequence.load(std::memory_order_relaxed) == before) {
            return key;
        }
    }
    return std::nullopt;
}

}  // namespace berth
