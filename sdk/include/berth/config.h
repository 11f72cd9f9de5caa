/* berth.config/1: a plugin's own part of the configuration, read-only.
 *
 * Values were checked against the factory's schema and normalised before create(): defaults are
 * filled in, durations are milliseconds, sizes are bytes, percentages are 0..100. A node lives
 * until destroy() of the instance that it configures. All functions: ZYGOTE or LOOP; a NULL node
 * gives the empty answer.
 */
#ifndef BERTH_CONFIG_H
#define BERTH_CONFIG_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_CONFIG_EXT "berth.config/1"

/* An instance that the configuration names, as the protocol that uses it sees it. */
typedef struct berth_use {
    berth_hdr h;
    const berth_factory* factory; /* its kind tells the type of factory->ops */
    void* inst;
    uint32_t number; /* of the instance in this generation: the value to stamp, see worker.h */
    uint32_t reserved0;
} berth_use;

typedef struct berth_config_ext {
    berth_hdr h;
    /* Member of a map, NULL when absent. */
    const berth_cfg* (*get)(const berth_cfg*, const char* key);
    /* The i-th member of a map or item of a list; *key (may be NULL) gets the member's key. */
    const berth_cfg* (*at)(const berth_cfg*, uint32_t i, berth_sv* key);
    /* Number of members or items; 0 for a scalar. */
    uint32_t (*count)(const berth_cfg*);
    /* Scalars. str: its text; i64: integers, durations in ms, sizes in bytes, booleans as 0 and 1.
     */
    berth_sv (*str)(const berth_cfg*);
    int64_t (*i64)(const berth_cfg*);
    double (*f64)(const berth_cfg*);
    /* "site.yaml:12:7", for messages. */
    berth_sv (*where)(const berth_cfg*);
    /* The instance configured by a node that names a plugin (schema keyword x-berth-plugin), made
     * in this worker before the instance that asks. ZYGOTE, from prepare() on: only the factory,
     * there are no instances yet. E_INVAL: names none;
     * BERTH_E_DENIED: its plugin is quarantined (answer 503 where factory->flags say FAIL_CLOSED).
     */
    berth_status (*use)(const berth_cfg*, berth_use* out);
} berth_config_ext;

#ifdef __cplusplus
}
#endif
#endif
