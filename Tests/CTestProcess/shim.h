// _GNU_SOURCE must not be defined here, as in Sources/CLinux/shim.h.
#include <spawn.h>

// glibc 2.34 and later, which <spawn.h> shows only with _GNU_SOURCE.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// Has a spawned program get no descriptor but the standard streams.
static inline int test_process_close_others(posix_spawn_file_actions_t *actions)
{
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
