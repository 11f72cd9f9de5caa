/* Berth plugin ABI, major 1: what every plugin and every host agree on.
 *
 * A plugin is one shared object that exports one function, berth_module_v1(). The description it
 * returns names the factories: the things that a site file can name by a key. Everything else a
 * plugin needs from the host, or gives to other plugins, is an extension: a table of functions
 * found by a versioned id.
 *
 * Strict C99, nothing but <stddef.h> and <stdint.h>. 1.0 is open, not frozen: see
 * sdk/abi/README.md.
 *
 * Kinds of type. FROZEN structs never change and are the only ones found in arrays. Tables and
 * growable structs begin with berth_hdr and grow at the end only. Opaque structs are pointers only.
 * Enumerations are carried in int32_t or uint32_t and are never renumbered.
 */
#ifndef BERTH_ABI_H
#define BERTH_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_ABI_MAJOR 1
#define BERTH_ABI_MINOR 0 /* +1 for every release that adds anything, from the freeze on */
#define BERTH_MAGIC 0x48545242u

#ifdef _WIN32
#define BERTH_EXPORT __declspec(dllexport)
#else
#define BERTH_EXPORT __attribute__((visibility("default")))
#endif

/* Conversions that neither language warns about. */
#ifdef __cplusplus
#define BERTH_CAST(T, value) static_cast<T>(value)
#define BERTH_RECAST(T, value) reinterpret_cast<T>(value)
#else
#define BERTH_CAST(T, value) ((T)(value))
#define BERTH_RECAST(T, value) ((T)(value))
#endif

/* Where a function may be called. Without a mark: BERTH_LOOP.
 * ZYGOTE: in the zygote, before the workers are forked. LOOP: on the loop that owns the object.
 * POOL: on a thread of the host's pool. ANY: on every thread. */
#define BERTH_ZYGOTE
#define BERTH_LOOP
#define BERTH_POOL
#define BERTH_ANY

/* FROZEN. Text or bytes, not NUL-terminated; p may be NULL when n is 0. Text is UTF-8. */
typedef struct berth_sv {
    const char* p;
    size_t n;
} berth_sv;

/* >= 0: outcomes; < 0: errors. Stable numbers; berth_status_name() prints them. */
typedef int32_t berth_status;
enum {
    BERTH_OK = 0,
    BERTH_PENDING = 1,  /* the answer comes later */
    BERTH_AGAIN = 2,    /* accepted; stop now, on_writable says when to go on */
    BERTH_DECLINED = 3, /* not mine: the next one may try */
    BERTH_MORE = 4,     /* cannot tell yet, give me more bytes */
    BERTH_E_FAIL = -1,
    BERTH_E_NOMEM = -2,
    BERTH_E_INVAL = -3,
    BERTH_E_STATE = -4, /* not in this state */
    BERTH_E_GONE = -5,  /* the object has ended; nothing was done */
    BERTH_E_LIMIT = -6, /* a limit was reached */
    BERTH_E_TIMEOUT = -7,
    BERTH_E_UNSUPPORTED = -8, /* this host or plugin does not have it */
    BERTH_E_DENIED = -9,
    BERTH_E_IO = -10,
    BERTH_E_TLS = -11,
    BERTH_E_DNS = -12,
    BERTH_E_THREAD = -13 /* called on the wrong thread */
};

/* First member of every table and growable struct. size: sizeof() as its writer knew it. */
typedef struct berth_hdr {
    uint32_t size, flags;
} berth_hdr;
#define BERTH_HDR(T) \
    { BERTH_CAST(uint32_t, sizeof(T)), 0 }
/* Is member m of the table there? Needed for members later than the first release. */
#define BERTH_HAS(T, t, m) \
    ((t) != NULL && (t)->h.size >= offsetof(T, m) + sizeof((t)->m) && (t)->m != NULL)

/* FROZEN. Shared memory of a segment. Whoever cuts a segment in pieces calls retain once per
 * further piece; release is called on the loop, exactly once per piece and retain, also after an
 * error. */
typedef struct berth_owner {
    void (*retain)(struct berth_owner*);
    void (*release)(struct berth_owner*);
} berth_owner;

typedef struct berth_file berth_file; /* an open file of berth.file/1; begins with its owner */
typedef struct berth_cfg berth_cfg;   /* opaque: a node of the configuration, see config.h */

/* How long the memory of a segment lasts. */
enum {
    BERTH_SEG_COPY = 0,   /* during the call; the host copies what it cannot send at once */
    BERTH_SEG_STATIC = 1, /* for ever */
    BERTH_SEG_ARENA = 2,  /* in a request's arena: as COPY, the arena may be reset after the call */
    BERTH_SEG_OWNED = 3,  /* until v.owner->release; a reference passes to the callee */
    BERTH_SEG_FILE = 4    /* bytes of u.file from offset v.off on; a reference passes as well */
};
/* FROZEN, 32 bytes. One piece of output. Segments of at most BERTH_GATHER_MAX bytes are copied when
 * they are written, whatever their kind; longer ones are never copied unless they are COPY or
 * ARENA. */
typedef struct berth_seg {
    uint32_t kind, flags; /* flags: 0 */
    union {
        const void* mem;
        berth_file* file;
    } u;
    uint64_t len;
    union {
        uint64_t off;
        berth_owner* owner;
    } v;
} berth_seg;
#define BERTH_GATHER_MAX 2048u

/* FROZEN. Input. The callee moves p and n over what it used; the rest is presented again. */
typedef struct berth_rbuf {
    const uint8_t* p;
    size_t n;
} berth_rbuf;

/* FROZEN. Bump allocator; berth_alloc() below is its inline fast path. */
typedef struct berth_arena {
    uint8_t *cur, *end;
} berth_arena;

/* FROZEN. An IP address: IPv6, or IPv4 as ::ffff:a.b.c.d. All zero: none (a Unix socket). */
typedef struct berth_ip {
    uint8_t b[16];
} berth_ip;

/* Weak handle for other threads and late events: 0 is none; a dead one answers BERTH_E_GONE. */
typedef uint64_t berth_ticket;

enum { BERTH_LOG_DEBUG = 1, BERTH_LOG_INFO = 2, BERTH_LOG_WARNING = 3, BERTH_LOG_ERROR = 4 };

/* What the host gives to load(). Valid until the process exits. */
typedef struct berth_host {
    berth_hdr h;
    uint16_t abi_major, abi_minor;
    uint32_t reserved0;
    berth_sv name, version;
    void* impl;
    /* The table of an extension, or NULL when neither the host nor a loaded plugin provides it. Ask
     * in load() and keep the pointer. */
    BERTH_ANY const void* (*get_extension)(const struct berth_host*, const char* id);
    /* Writes one line of the error log. inst: the instance it is about, or NULL. */
    BERTH_ANY void (*log)(const struct berth_host*, void* inst, int32_t level, berth_sv message);
    /* Reports a diagnostic at the place of a configuration node (NULL: none); several may be
     * reported. Returns status, so that a create() can end with `return host->fail(...)`. */
    berth_status (*fail)(const struct berth_host*,
                         const berth_cfg* where,
                         berth_status status,
                         berth_sv message);
    /* Takes an arena from the worker's pool, NULL when memory is exhausted. */
    berth_arena* (*arena_open)(const struct berth_host*);
    /* Forgets everything allocated and keeps the first block. */
    void (*arena_reset)(berth_arena*);
    /* Gives the arena back. */
    void (*arena_close)(berth_arena*);
    /* Slow path of berth_alloc(); NULL when memory is exhausted. align: a power of two <= 64. */
    void* (*arena_more)(berth_arena*, size_t n, size_t align);
} berth_host;

enum {
    BERTH_FAC_FAIL_CLOSED = 1 /* when its plugin is quarantined, its routes answer 503 */
};
/* One thing that a site file can name; the name is the key. Constant while the process lives. */
typedef struct berth_factory {
    berth_hdr h;
    const char* kind;          /* "berth.protocol/1", "berth.http.handler/1", ... */
    const char* name;          /* "hello"; third parties: "vendor/name" */
    const char* config_schema; /* JSON Schema subset (sdk/README.md), NUL-terminated UTF-8 */
    const char* summary;       /* one line */
    uint32_t flags, reserved0;
    const void* ops; /* table of the kind */
    /* Optional. Once per generation and configured use: large read-only data for all workers. */
    BERTH_ZYGOTE berth_status (*prepare)(void* mod, const berth_cfg*, void** shared);
    /* Makes one instance in a worker. *inst is the first argument of the kind's functions. An error
     * here rejects the generation. */
    berth_status (*create)(void* mod, const berth_cfg*, void* shared, void** inst);
    /* Optional. No new work arrives from now on; deadline in loop milliseconds. */
    void (*drain)(void* inst, uint64_t deadline_ms);
    /* The last call for inst, exactly once. */
    void (*destroy)(void* inst);
} berth_factory;

enum {
    BERTH_MOD_LOAD_IN_WORKER = 1, /* starts threads at load: loaded after the fork, no prepare() */
    BERTH_MOD_USES_DRAFT = 2
};
/* A plugin. Constant; obtaining it has no side effect. Lists are NULL-terminated, never NULL. */
typedef struct berth_module {
    berth_hdr h;
    uint32_t magic;
    uint16_t abi_major, abi_minor_built, abi_minor_required, reserved0;
    uint32_t flags;
    const char *id, *version, *vendor, *license,
        *summary;                /* id: "hello"; third parties "acme/geo" */
    const char* const* required; /* extensions it cannot do without */
    const char* const* provides; /* extensions it offers */
    const berth_factory* const* factories;
    /* Called once per process before anything else; *mod is the first argument of the rest. */
    BERTH_ZYGOTE berth_status (*load)(const berth_host*, void** mod);
    /* The table of an extension of `provides`; NULL function when that list is empty. */
    const void* (*get_extension)(void* mod, const char* id);
    /* Optional; only when a process ends in order: after the last instance, before the loop. */
    void (*unload)(void* mod);
} berth_module;

/* FROZEN, 128 bytes. In section "berthman" of the file, read before any of its code can run.
 * berth_add_plugin() generates it. magic: BERTH_MANIFEST_MAGIC. */
typedef struct berth_manifest {
    char magic[16];
    uint16_t size, abi_major, abi_minor_built, abi_minor_required;
    uint32_t flags, reserved;
    char id[64], version[32];
} berth_manifest;
#define BERTH_MANIFEST_MAGIC "berth-manifest/1"

/* The only symbol that a plugin exports. */
BERTH_EXPORT const berth_module* berth_module_v1(void);

/* n bytes aligned to 16 that last until the arena is reset or closed; NULL when memory is
 * exhausted. */
static inline void* berth_alloc(const berth_host* host, berth_arena* arena, size_t n) {
    uintptr_t at = (BERTH_RECAST(uintptr_t, arena->cur) + 15u) & ~BERTH_CAST(uintptr_t, 15u);
    uintptr_t end = BERTH_RECAST(uintptr_t, arena->end);
    if (at <= end && n <= end - at) {
        arena->cur = BERTH_RECAST(uint8_t*, at + n);
        return BERTH_RECAST(void*, at);
    }
    return host->arena_more(arena, n, 16);
}

#ifdef __cplusplus
}
#endif
#endif
