/* berth.crypto/1: random bytes, digests, base64 and passwords, so that no plugin needs a library
 * for them.
 *
 * Nothing here keeps a pointer or allocates for the caller, and nothing waits for a loop: the
 * functions work from load() on. Bytes given are views during the call; output goes to the caller's
 * memory, whose size the comment states.
 */
#ifndef BERTH_CRYPTO_H
#define BERTH_CRYPTO_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_CRYPTO_EXT "berth.crypto/1"

/* Digests. SHA1 is for protocols that prescribe it (RFC 6455), never for new uses. */
enum {
    BERTH_DIGEST_SHA1 = 1,
    BERTH_DIGEST_SHA256 = 2,
    BERTH_DIGEST_SHA384 = 3,
    BERTH_DIGEST_SHA512 = 4
};
#define BERTH_DIGEST_MAX 64u
/* Bytes of a digest; 0 for an unknown one. */
static inline size_t berth_digest_size(uint32_t digest) {
    switch (digest) {
        case BERTH_DIGEST_SHA1:
            return 20;
        case BERTH_DIGEST_SHA256:
            return 32;
        case BERTH_DIGEST_SHA384:
            return 48;
        case BERTH_DIGEST_SHA512:
            return 64;
        default:
            return 0;
    }
}

/* Flags of base64. Without any: RFC 4648 4, with padding. */
enum {
    BERTH_BASE64_URL = 1, /* '-' and '_' (RFC 4648 5) */
    BERTH_BASE64_BARE = 2 /* no '=' at the end: neither written nor accepted */
};
/* Room for the text of n bytes, and for the bytes of a text of n characters. */
#define BERTH_BASE64_TEXT_SIZE(n) (((n) + 2u) / 3u * 4u)
#define BERTH_BASE64_DATA_SIZE(n) (((n) + 3u) / 4u * 3u)

/* How new password hashes are made; all of them are slow on purpose and carry their own salt and
 * cost. */
enum { BERTH_PASSWORD_YESCRYPT = 1, BERTH_PASSWORD_ARGON2ID = 2, BERTH_PASSWORD_BCRYPT = 3 };
/* Room for any password hash; longest password that is taken, in bytes. */
#define BERTH_PASSWORD_HASH_MAX 384u
#define BERTH_PASSWORD_MAX 511u

typedef struct berth_crypto_ext {
    berth_hdr h;
    /* Fills n bytes that nobody can foresee. BERTH_E_FAIL: the system has none, do not go on
     * without. */
    BERTH_ANY berth_status (*random)(void* out, size_t n);
    /* Digest of the parts, one after the other, into berth_digest_size() bytes. BERTH_E_INVAL:
     * unknown. */
    BERTH_ANY berth_status (*digest)(uint32_t digest,
                                     const berth_sv* parts,
                                     uint32_t n,
                                     uint8_t* out);
    /* The same keyed (RFC 2104). */
    BERTH_ANY berth_status (*hmac)(
        uint32_t digest, berth_sv key, const berth_sv* parts, uint32_t n, uint8_t* out);
    /* 1 when the n bytes are equal; takes as long when they are not. Compare lengths before. */
    BERTH_ANY int32_t (*equal)(const void* a, const void* b, size_t n);
    /* Overwrites a secret; no optimiser leaves it out. */
    BERTH_ANY void (*wipe)(void* bytes, size_t n);
    /* Writes the text, at most BERTH_BASE64_TEXT_SIZE(bytes.n) without a final NUL; returns its
     * length. */
    BERTH_ANY size_t (*base64_encode)(uint32_t flags, berth_sv bytes, char* out);
    /* Writes the bytes, at most BERTH_BASE64_DATA_SIZE(text.n), and how many to *n. Exact:
     * BERTH_E_INVAL for other characters, blanks, wrong padding, and bits left over that are not
     * zero. */
    BERTH_ANY berth_status (*base64_decode)(uint32_t flags, berth_sv text, void* out, size_t* n);
    /* Could this hash be verified? For configurations. BERTH_E_UNSUPPORTED: no known form (plain
     * text, DES); BERTH_E_INVAL: a known form, malformed; BERTH_E_LIMIT: would take the host too
     * long or too much memory. Known: $y$, $2b$ $2y$ $2a$, $argon2id$, $6$, $5$, $1$, $apr1$,
     * {SHA}, and "type:salt:digest" with a hexadecimal salt, or "type:digest" (md5, sha1, sha224,
     * sha256, sha384, sha512 of password and salt). */
    BERTH_ANY berth_status (*password_check)(berth_sv hash);
    /* Takes up to a second of processor time: never on a loop. BERTH_OK: it is the password of this
     * hash; BERTH_E_DENIED: it is not; the errors of password_check. */
    BERTH_POOL berth_status (*password_verify)(berth_sv password, berth_sv hash);
    /* A new hash, at most BERTH_PASSWORD_HASH_MAX bytes without a final NUL; its size goes to *n.
     * Slow as well. BERTH_E_INVAL: unknown kind, NUL in the password; BERTH_E_LIMIT: longer than
     * BERTH_PASSWORD_MAX, for BCRYPT than 72. */
    BERTH_POOL berth_status (*password_hash)(uint32_t kind,
                                             berth_sv password,
                                             char* out,
                                             size_t* n);
} berth_crypto_ext;

#ifdef __cplusplus
}
#endif
#endif
