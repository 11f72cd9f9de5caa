/* berth.file/1: files below a folder. A path is resolved below its root by the kernel and cannot
 * leave it, neither by "..", nor by a link, nor by a race. Opened files are kept for a while and
 * shared by those who ask for the same path; a file that was replaced is found within a second.
 *
 * Paths are relative to the root, without a first '/'; "" is the root itself. Nothing here waits on
 * the loop: what the system has at hand is answered at once, the rest is done on the pool and
 * reported from the top of the loop.
 */
#ifndef BERTH_FILE_H
#define BERTH_FILE_H

#include "berth/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_FILE_EXT "berth.file/1"

typedef struct berth_root berth_root;       /* opaque: an opened folder */
typedef struct berth_file_op berth_file_op; /* opaque: what is under way; ends with its callback */
typedef struct berth_upload berth_upload;   /* opaque: a file that is received */

enum { BERTH_FILE_REGULAR = 1, BERTH_FILE_FOLDER = 2 };

/* FROZEN, 32 bytes. As the file was when it was opened, or found to be the same. */
typedef struct berth_file_stat {
    uint64_t size;
    int64_t mtime_ns; /* since 1970 */
    uint64_t inode;
    uint32_t type, reserved0; /* BERTH_FILE_REGULAR or BERTH_FILE_FOLDER */
} berth_file_stat;

/* FROZEN. One entry of a folder; name as the system has it: any bytes but '/' and NUL. */
typedef struct berth_file_entry {
    berth_sv name;
    berth_file_stat stat;
} berth_file_entry;

/* status, file and which as open() would have returned them. */
typedef void (*berth_file_opened)(void* user, berth_status, berth_file*, uint32_t which);
/* n bytes were read; less than asked for at the end of the file. bytes: valid during the call. */
typedef void (*berth_file_read)(void* user, berth_status, const void* bytes, size_t n);
/* In the system's order; valid during the call. more: there are others beyond the maximum. */
typedef void (*berth_file_listed)(
    void* user, berth_status, const berth_file_entry*, uint32_t n, int32_t more);

/* What was asked for is done, or failed. */
typedef void (*berth_upload_ready)(void* user, berth_status);

typedef struct berth_file_ext {
    berth_hdr h;
    /* Opens a folder; waits for the disk, so from create() only. One that a setting `root` of a
     * site names may lie in folders that only the starting user reaches. BERTH_DECLINED: there is
     * none; BERTH_E_DENIED: not permitted; BERTH_E_INVAL: no folder, or no absolute path. */
    berth_status (*root_open)(berth_sv path, berth_root** root);
    /* Files stay open as long as somebody holds them; what is under way must be cancelled before.
     */
    void (*root_close)(berth_root*);
    /* Opens the first of n paths that is a file or a folder; *which is its place among them, or
     * that of the one that an error is about: those behind it were not looked for. The caller holds
     * a reference of *file. BERTH_PENDING: opened() is called once, unless *op is cancelled.
     * BERTH_DECLINED: none of them is there, or it is beyond the root; BERTH_E_DENIED: not
     * permitted, or neither file nor folder; BERTH_E_INVAL: a NUL or an empty component, or too
     * long for a file name; BERTH_E_LIMIT: no descriptor is left; BERTH_E_IO. Never calls opened()
     * from inside. */
    berth_status (*open)(berth_root*,
                         const berth_sv* paths,
                         uint32_t n,
                         berth_file** file,
                         uint32_t* which,
                         berth_file_opened opened,
                         void* user,
                         berth_file_op** op);
    /* The callback of op does not come; op is gone. */
    void (*cancel)(berth_file_op* op);
    /* What the file's berth_owner does, see berth_seg_owner(). */
    void (*retain)(berth_file*);
    void (*release)(berth_file*);
    /* Valid as long as the file is held. */
    const berth_file_stat* (*stat)(berth_file*);
    /* Reads up to n bytes, at most BERTH_FILE_READ_MAX, from offset on. BERTH_OK: they were at hand
     * and are in buf, *got of them. BERTH_PENDING: they come by read(). buf may be NULL: then they
     * always do. BERTH_E_INVAL: not a regular file. */
    berth_status (*read)(berth_file*,
                         uint64_t offset,
                         void* buf,
                         size_t n,
                         size_t* got,
                         berth_file_read read,
                         void* user,
                         berth_file_op** op);
    /* Lists a folder, at most `most` entries that are files or folders, without "." and "..".
     * BERTH_PENDING: they come by listed(). BERTH_E_INVAL: no folder. */
    berth_status (*list)(berth_file* folder,
                         uint32_t most,
                         berth_file_listed listed,
                         void* user,
                         berth_file_op** op);
    /* Begins to receive a file that is to be `path`, in a folder that is there. Until
     * upload_commit() is done it is a hidden file beside it, which nobody finds or lists.
     * BERTH_PENDING: ready() is called when there is something to write to, and later once for each
     * BERTH_PENDING of the functions below; the caller owns *upload. From there on, by ready() or
     * at once: BERTH_DECLINED: there is no such folder; BERTH_E_DENIED: not permitted;
     * BERTH_E_INVAL: a path that open() would refuse, the root, or a name too long; BERTH_E_LIMIT:
     * the disk is full, or the file too large for it; BERTH_E_NOMEM: no descriptor or memory is
     * left now; BERTH_E_IO. After an error the upload can only be ended. Never calls ready() from
     * inside. */
    berth_status (*upload_open)(
        berth_root*, berth_sv path, berth_upload_ready ready, void* user, berth_upload** upload);
    /* Copies n bytes behind those before. BERTH_OK: more may come; BERTH_PENDING: they were taken,
     * write no more before ready(). BERTH_E_STATE: ready() is still to come. */
    berth_status (*upload_write)(berth_upload*, const void* bytes, size_t n);
    /* Puts the file in its place, whatever is there; also when a write was BERTH_PENDING, of which
     * ready() does not tell then. BERTH_PENDING; by ready() BERTH_OK when it is
     * there to stay, on the disk with its name. expected: what must be there until then, as stat()
     * told, or of type 0: nothing; NULL: anything. BERTH_E_GONE: that is not so, nothing was
     * changed; BERTH_E_STATE: a folder is there. */
    berth_status (*upload_commit)(berth_upload*, const berth_file_stat* expected);
    /* In any state: ready() does not come any more, the upload is gone; and so is what was
     * received, unless it is in its place or on its way there. */
    void (*upload_end)(berth_upload*);
    /* Removes a file, a link, or a folder that is empty; BERTH_PENDING, then done() as for
     * upload_commit(). BERTH_DECLINED: there is none; BERTH_E_STATE: the folder is not empty. */
    berth_status (*remove)(berth_root*,
                           berth_sv path,
                           const berth_file_stat* expected,
                           berth_upload_ready done,
                           void* user,
                           berth_file_op** op);
    /* For whoever has to say how many bytes come before they go out: does the file still reach to
     * end? Asks the system once in a turn of the loop. BERTH_E_IO: it has become shorter, and the
     * log says so, once for each opened file. */
    berth_status (*check)(berth_file*, uint64_t end);
} berth_file_ext;

#define BERTH_FILE_READ_MAX (1u << 20)

#ifdef __cplusplus
}
#endif
#endif
