// Loaded before the C library (LD_PRELOAD) by checks/faults.py and checks/node_faults.py: while the file that FAILING_DISK names
// holds a line such as "write 28" or "fsync 5", that call fails with that errno for the database and its log, or for files with
// FAILING_DISK_FILES in their path.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_due(const char *call, int descriptor)
{
    char link[64], path[4096], wanted[16];
    int number;
    const char *orders = getenv("FAILING_DISK");
    FILE *file = orders ? fopen(orders, "re") : NULL;
    if (!file)
        return 0;
    int count = fscanf(file, "%15s %d", wanted, &number);
    fclose(file);
    if (count != 2 || strcmp(wanted, call) != 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    const char *files = getenv("FAILING_DISK_FILES");
    if (!strstr(path, files ? files : "/refrain.db"))
        return 0;
    errno = number;
    return 1;
}

#define NEXT(name) static __typeof__(name) *next; if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset)
{
    NEXT(pwrite64);
    return is_due("write", descriptor) ? -1 : next(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    NEXT(pwrite);
    return is_due("write", descriptor) ? -1 : next(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    NEXT(write);
    return is_due("write", descriptor) ? -1 : next(descriptor, bytes, count);
}

ssize_t pwritev(int descriptor, const struct iovec *pieces, int count, off_t offset)
{
    NEXT(pwritev);
    return is_due("write", descriptor) ? -1 : next(descriptor, pieces, count, offset);
}

int fsync(int descriptor)
{
    NEXT(fsync);
    return is_due("fsync", descriptor) ? -1 : next(descriptor);
}

int fdatasync(int descriptor)
{
    NEXT(fdatasync);
    return is_due("fsync", descriptor) ? -1 : next(descriptor);
}
