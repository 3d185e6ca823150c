/*
 * Stands between `ambit` and the C library (LD_PRELOAD), and
 *  - records every change of the files below AMBIT_SHIM_FOLDER, in order, to AMBIT_SHIM_LOG;
 *  - fails calls as AMBIT_SHIM_CONTROL says.
 *
 * A change is recorded before it is made, a sync after it has returned. Whoever appends to the same
 * log what a client sent (before) and was answered (after) has one history, in causal order,
 * without any clock.
 *
 * SQLite's `-shm` file is not recorded: it is rebuilt after a crash and never synced.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* What a record says; the numbers are known to src/power/history.rs. */
enum kind { OPENED = 1, CREATED, WRITTEN, TRUNCATED, SYNCED, SYNC_FAILED, UNLINKED, UNSEEN };

struct record {
    uint8_t kind;
    uint8_t unused[3];
    uint32_t file;
    uint64_t offset;
    uint64_t length; /* of the bytes that follow: data, or a name */
};

/* What AMBIT_SHIM_CONTROL holds; the layout is known to src/shim.rs. */
struct control {
    uint64_t classes;   /* in: which calls may fail, a sum of CLASS_… */
    uint64_t countdown; /* in: the so many-th of them fails; 0 none */
    uint64_t error;     /* in: with this errno */
    uint64_t lasting;   /* in: whether all fail from then on */
    uint64_t space;     /* in: how many bytes files may still grow */
    uint64_t calls;     /* out: calls of the classes */
    uint64_t failed;    /* out: calls that were failed */
};
enum { CLASS_WRITE = 1, CLASS_SYNC = 2, CLASS_NAME = 4 };

enum { FOLDER = 0, NOT_RECORDED = UINT32_MAX, MAX_FILES = 256, MAX_FDS = 65536 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_length;
static int log_fd = -1;
static struct control *control;
/* Names in the folder; the index is the file's number. A deleted file keeps its number. */
static struct { char name[256]; int alive; } files[MAX_FILES];
static uint32_t file_count = 1;
static int8_t watched[MAX_FDS];
static uint32_t file_of[MAX_FDS];

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static void *(*real_mmap)(void *, size_t, int, int, int, off_t);

static void find(void *pointer, const char *name) {
    *(void **)pointer = dlsym(RTLD_NEXT, name);
    if (*(void **)pointer == NULL) abort();
}

__attribute__((constructor)) static void begin(void) {
    find(&real_open, "open64");
    find(&real_close, "close");
    find(&real_write, "write");
    find(&real_pwrite, "pwrite64");
    find(&real_writev, "writev");
    find(&real_ftruncate, "ftruncate64");
    find(&real_fsync, "fsync");
    find(&real_fdatasync, "fdatasync");
    find(&real_unlink, "unlink");
    find(&real_rename, "rename");
    find(&real_mmap, "mmap64");
    const char *given = getenv("AMBIT_SHIM_FOLDER");
    if (given == NULL || realpath(given, folder) == NULL) return;
    folder_length = strlen(folder);
    const char *log = getenv("AMBIT_SHIM_LOG");
    if (log != NULL && (log_fd = real_open(log, O_WRONLY | O_APPEND | O_CLOEXEC)) < 0) abort();
    const char *file = getenv("AMBIT_SHIM_CONTROL");
    if (file == NULL) return;
    int fd = real_open(file, O_RDWR | O_CLOEXEC);
    if (fd < 0) abort();
    control = real_mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED) abort();
    real_close(fd);
}

/* The name in the folder, "" for the folder itself, NULL for anything elsewhere. */
static const char *name_of(const char *path) {
    if (folder_length == 0 || path == NULL || strncmp(path, folder, folder_length) != 0) return NULL;
    const char *rest = path + folder_length;
    if (*rest == '\0') return rest;
    if (*rest != '/' || strchr(rest + 1, '/') != NULL) return NULL;
    return rest + 1;
}

static int is_recorded(const char *name) {
    size_t length = strlen(name);
    return length < 4 || strcmp(name + length - 4, "-shm") != 0;
}

static void record(enum kind kind, uint32_t file, uint64_t offset, const void *bytes, size_t length) {
    if (log_fd < 0 || file == NOT_RECORDED) return;
    struct record head = {.kind = kind, .file = file, .offset = offset, .length = length};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)bytes, length}};
    if (real_writev(log_fd, parts, 2) != (ssize_t)(sizeof head + length)) abort();
}

static uint32_t find_file(const char *name) {
    for (uint32_t file = 1; file < file_count; file++)
        if (files[file].alive && strcmp(files[file].name, name) == 0) return file;
    return 0;
}

static uint32_t new_file(const char *name) {
    if (file_count == MAX_FILES || strlen(name) >= sizeof files[0].name) abort();
    strcpy(files[file_count].name, name);
    files[file_count].alive = 1;
    return file_count++;
}

/* The error with which this call is to fail, or 0. */
static int fault(uint64_t class) {
    if (control == NULL || (control->classes & class) == 0) return 0;
    control->calls++;
    if (control->countdown == 0) return 0;
    if (control->countdown > 1) {
        control->countdown--;
        return 0;
    }
    if (!control->lasting) control->countdown = 0;
    control->failed++;
    return (int)control->error;
}

/* ENOSPC if the disk has no room for a file that ends at `end`, or 0. */
static int no_space(int fd, uint64_t end) {
    struct stat found;
    if (control == NULL || control->space == UINT64_MAX || fstat(fd, &found) != 0) return 0;
    uint64_t size = (uint64_t)found.st_size;
    if (end <= size) return 0;
    if (end - size > control->space) {
        control->failed++;
        return ENOSPC;
    }
    control->space -= end - size;
    return 0;
}

static int is_watched(int fd) { return fd >= 0 && fd < MAX_FDS && watched[fd]; }

static int opened(const char *path, int flags, mode_t mode) {
    const char *name = name_of(path);
    if (name == NULL) return real_open(path, flags, mode);
    pthread_mutex_lock(&lock);
    int creates = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
    int error = creates ? fault(CLASS_NAME) : 0;
    int fd = -1;
    if (error == 0) {
        fd = real_open(path, flags, mode);
        error = errno;
    }
    if (fd >= MAX_FDS) abort();
    if (fd >= 0) {
        uint32_t file = FOLDER;
        if (*name != '\0' && !is_recorded(name)) {
            file = NOT_RECORDED;
        } else if (*name != '\0' && (file = find_file(name)) == 0) {
            file = new_file(name);
            record(creates ? CREATED : OPENED, file, 0, name, strlen(name));
        }
        if ((flags & O_TRUNC) != 0) record(TRUNCATED, file, 0, NULL, 0);
        watched[fd] = 1;
        file_of[fd] = file;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define OPEN(name, PARAMETERS, PATH)                                    \
    int name PARAMETERS {                                               \
        mode_t mode = 0;                                                \
        if ((flags & O_CREAT) != 0) {                                   \
            va_list rest;                                               \
            va_start(rest, flags);                                      \
            mode = va_arg(rest, mode_t);                                \
            va_end(rest);                                               \
        }                                                               \
        return opened(PATH, flags, mode);                               \
    }
OPEN(open, (const char *path, int flags, ...), path)
OPEN(open64, (const char *path, int flags, ...), path)

int close(int fd) {
    if (is_watched(fd)) {
        pthread_mutex_lock(&lock);
        watched[fd] = 0;
        pthread_mutex_unlock(&lock);
    }
    return real_close(fd);
}

/* One write to a watched file, recorded; at the file's own position if `offset` is negative. */
static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset) {
    pthread_mutex_lock(&lock);
    int flags = fcntl(fd, F_GETFL);
    off_t at = offset >= 0 ? offset : lseek(fd, 0, (flags & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
    int error = fault(CLASS_WRITE);
    if (error == 0) error = no_space(fd, (uint64_t)at + length);
    ssize_t done = -1;
    if (error == 0) {
        record(WRITTEN, file_of[fd], (uint64_t)at, bytes, length);
        done = offset >= 0 ? real_pwrite(fd, bytes, length, offset) : real_write(fd, bytes, length);
        error = errno;
        /* The disk of the test itself is full: what was recorded is not what happened. */
        if (done != (ssize_t)length) record(UNSEEN, file_of[fd], 0, "write", 5);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    return is_watched(fd) ? write_at(fd, bytes, length, -1) : real_write(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return is_watched(fd) ? write_at(fd, bytes, length, offset) : real_pwrite(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return pwrite(fd, bytes, length, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    /* A short answer is allowed: whoever wanted more asks again. */
    return is_watched(fd) && count > 0 ? write_at(fd, parts[0].iov_base, parts[0].iov_len, -1)
                                       : real_writev(fd, parts, count);
}

int ftruncate(int fd, off_t size) {
    if (!is_watched(fd)) return real_ftruncate(fd, size);
    pthread_mutex_lock(&lock);
    int error = fault(CLASS_WRITE);
    if (error == 0) error = no_space(fd, (uint64_t)size);
    int done = -1;
    if (error == 0) {
        record(TRUNCATED, file_of[fd], (uint64_t)size, NULL, 0);
        done = real_ftruncate(fd, size);
        error = errno;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

static int synced(int fd, int (*real)(int)) {
    if (!is_watched(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    int error = fault(CLASS_SYNC);
    int done = -1;
    if (error == 0) {
        done = real(fd);
        error = errno;
    }
    record(done == 0 ? SYNCED : SYNC_FAILED, file_of[fd], 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

int unlink(const char *path) {
    const char *name = name_of(path);
    if (name == NULL) return real_unlink(path);
    pthread_mutex_lock(&lock);
    int error = fault(CLASS_NAME);
    int done = -1;
    if (error == 0) {
        done = real_unlink(path);
        error = errno;
    }
    uint32_t file = done == 0 ? find_file(name) : 0;
    if (file != 0) {
        files[file].alive = 0;
        record(UNLINKED, file, 0, name, strlen(name));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

/* Ways to change a file that are not in use. Should one come into use, the history says that it is
 * incomplete. */
int rename(const char *from, const char *to) {
    if (name_of(from) != NULL || name_of(to) != NULL) record(UNSEEN, FOLDER, 0, "rename", 6);
    return real_rename(from, to);
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    int writes = (flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0;
    if (is_watched(fd) && writes) record(UNSEEN, file_of[fd], 0, "mmap", 4);
    return real_mmap(at, length, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
    return mmap(at, length, protection, flags, fd, offset);
}
