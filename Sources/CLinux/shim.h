// _GNU_SOURCE must not be defined here: it changes types of the system's headers, and a Swift module that also imports
// a C module built without it then fails to compile, depending on the order of the imports.
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/// The kernel's struct ucred, which <sys/socket.h> shows only with _GNU_SOURCE.
struct linux_peer {
    int pid;
    unsigned int uid;
    unsigned int gid;
};

/// Who made the other end of a connected Unix socket; -1 with errno on failure.
static inline int linux_peer_credentials(int socket_descriptor, struct linux_peer *peer)
{
    socklen_t length = sizeof(*peer);
    return getsockopt(socket_descriptor, SOL_SOCKET, SO_PEERCRED, peer, &length);
}

/// accept4, which <sys/socket.h> shows only with _GNU_SOURCE: a connection that does not block and is not inherited.
int accept4(int socket_descriptor, struct sockaddr *address, socklen_t *length, int flags);

static inline int linux_accept(int socket_descriptor)
{
    return accept4(socket_descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/// POLLRDHUP, which <poll.h> shows only with _GNU_SOURCE: the other end has shut down its writing half.
static inline short linux_poll_hang_up(void) { return 0x2000; }

// The signal handler is here because only C promises to do nothing but what it says: a Swift function may take a
// lock on its first call. Each file that uses these has its own copy: only Server/Signals.swift does.
static volatile sig_atomic_t linux_signal_pipe = -1;

static inline void linux_signal_handler(int number)
{
    int error = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t written = write(linux_signal_pipe, &byte, 1);
    (void)written;
    errno = error;
}

/// Has each of the signal's arrivals written as one byte, its number, to a descriptor.
static inline int linux_signal_catch(int number, int descriptor)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = linux_signal_handler;
    action.sa_flags = SA_RESTART;
    linux_signal_pipe = descriptor;
    if (sigaction(number, &action, NULL) != 0) return -1;
    // A parent may have left the signal blocked, and a blocked signal never arrives.
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    return pthread_sigmask(SIG_UNBLOCK, &one, NULL);
}

static inline void linux_signal_ignore(int number) { signal(number, SIG_IGN); }
static inline void linux_signal_default(int number) { signal(number, SIG_DFL); }
