#include "postgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct refrain_libpq functions;
static char failure[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(failure, sizeof failure, "%s", dlerror());
        return;
    }
#define FIND(name) \
    functions.name = (__typeof__(functions.name))dlsym(library, #name); \
    if (!functions.name) { \
        snprintf(failure, sizeof failure, "libpq.so.5 has no " #name "; version 14 or later is needed"); \
        return; \
    }
    REFRAIN_LIBPQ_FUNCTIONS(FIND)
#undef FIND
}

const struct refrain_libpq *refrain_libpq_load(const char **reason) {
    pthread_once(&once, load);
    *reason = failure;
    return failure[0] ? 0 : &functions;
}
