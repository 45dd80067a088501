// A disk that fails on demand, loaded into the server with LD_PRELOAD.
//
// It speaks for files whose path holds FAULTS_FILES, and asks the file FAULTS_CONTROL, at each call, what to do:
//     full N    after N more writes the disk is full: the next one is cut short, all others fail with ENOSPC
//     write N   after N more writes each fails with EIO
//     sync N    after N more syncs each fails with EIO
// No such file: nothing fails. With FAULTS_DURABLE, each sync leaves a copy of the file in that folder: what a power cut
// would leave.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;

static int path_of(int file, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    const char *ours = getenv("FAULTS_FILES");
    return ours && strstr(path, ours) != NULL;
}

// How many more calls of this kind go well; LONG_MAX: all.
static long calls_left(const char *kind) {
    const char *control = getenv("FAULTS_CONTROL");
    int file = control ? (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) {
        calls = 0;
        return LONG_MAX;
    }
    char text[64];
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    text[length > 0 ? length : 0] = 0;
    size_t word = strlen(kind);
    if (strncmp(text, kind, word) != 0 || text[word] != ' ') return LONG_MAX;
    return atol(text + word) - atomic_fetch_add(&calls, 1);
}

static int fail(int error) {
    errno = error;
    return -1;
}

// How much of a write may be done: all, half, or -1 with errno.
static ssize_t allowed(int file, size_t count) {
    char path[PATH_MAX];
    int before = errno;
    if (!path_of(file, path)) return errno = before, (ssize_t)count;
    if (calls_left("write") <= 0) return fail(EIO);
    long left = calls_left("full");
    if (left < 0) return fail(ENOSPC);
    errno = before;
    return left == 0 ? (ssize_t)(count / 2) : (ssize_t)count;
}

ssize_t write(int file, const void *bytes, size_t count) {
    ssize_t some = allowed(file, count);
    if (some < 0) return -1;
    if (some == 0 && count > 0) return fail(ENOSPC);
    return syscall(SYS_write, file, bytes, (size_t)some);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    ssize_t some = allowed(file, count);
    if (some < 0) return -1;
    if (some == 0 && count > 0) return fail(ENOSPC);
    return syscall(SYS_pwrite64, file, bytes, (size_t)some, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return pwrite64(file, bytes, count, at);
}

int ftruncate64(int file, off64_t length) {
    ssize_t some = allowed(file, 1);
    if (some < 1) return some < 0 ? -1 : fail(ENOSPC);
    return (int)syscall(SYS_ftruncate, file, length);
}

int ftruncate(int file, off_t length) {
    return ftruncate64(file, length);
}

int fallocate64(int file, int mode, off64_t at, off64_t length) {
    ssize_t some = allowed(file, 1);
    if (some < 1) return some < 0 ? -1 : fail(ENOSPC);
    return (int)syscall(SYS_fallocate, file, mode, at, length);
}

int fallocate(int file, int mode, off_t at, off_t length) {
    return fallocate64(file, mode, at, length);
}

int posix_fallocate64(int file, off64_t at, off64_t length) {
    return fallocate64(file, 0, at, length) == 0 ? 0 : errno;
}

int posix_fallocate(int file, off_t at, off_t length) {
    return posix_fallocate64(file, at, length);
}

// Complete or not there: the copy gets its name last.
static void keep(const char *path) {
    const char *folder = getenv("FAULTS_DURABLE");
    if (!folder) return;
    char copy[PATH_MAX], name[PATH_MAX];
    snprintf(name, sizeof name, "%s/%s", folder, strrchr(path, '/') + 1);
    snprintf(copy, sizeof copy, "%s/copying-%ld", folder, (long)syscall(SYS_gettid));
    int from = open(path, O_RDONLY | O_CLOEXEC), to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char bytes[65536];
    long count = -1;
    while (from >= 0 && to >= 0 && (count = syscall(SYS_read, from, bytes, sizeof bytes)) > 0)
        if (syscall(SYS_write, to, bytes, count) != count) abort();
    if (count != 0 || rename(copy, name) != 0) abort();
    close(from);
    close(to);
}

static int sync_with(long call, int file) {
    char path[PATH_MAX];
    int is_ours = path_of(file, path);
    if (is_ours && calls_left("sync") <= 0) return fail(EIO);
    int done = (int)syscall(call, file);
    if (done == 0 && is_ours) keep(path);
    return done;
}

int fsync(int file) {
    return sync_with(SYS_fsync, file);
}

int fdatasync(int file) {
    return sync_with(SYS_fdatasync, file);
}
