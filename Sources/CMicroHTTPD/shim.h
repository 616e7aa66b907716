#include <limits.h>
#include <microhttpd.h>

// MHD_start_daemon and MHD_get_connection_info are variadic and some constants are casts; Swift sees neither.

typedef void *(*mhd_request_line_callback)(void *closure, const char *target, struct MHD_Connection *connection);
typedef size_t (*mhd_unescape_callback)(void *closure, struct MHD_Connection *connection, char *text);

struct mhd_settings {
    unsigned int idle_seconds_max;
    size_t connection_memory_bytes;
};

struct mhd_callbacks {
    void *closure;
    MHD_AccessHandlerCallback access;
    mhd_request_line_callback request_line;
    mhd_unescape_callback unescape;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
};

static inline struct MHD_Daemon *mhd_start(
    const struct mhd_settings *settings, const struct mhd_callbacks *callbacks)
{
    void *closure = callbacks->closure;
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
        callbacks->access, closure,
        // Who adds connections bounds them. A limit here would refuse one that takes another's place: a connection
        // counts until some time after its end was told.
        MHD_OPTION_CONNECTION_LIMIT, UINT_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds_max,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connection_memory_bytes,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->request_line, closure,
        MHD_OPTION_UNESCAPE_CALLBACK, callbacks->unescape, closure,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, closure,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, closure,
        MHD_OPTION_END);
}

// The address is copied for limits by address, which are not used, and for those who ask for it, which nobody does.
static inline enum MHD_Result mhd_add_connection(struct MHD_Daemon *daemon, int descriptor)
{
    struct sockaddr address = {.sa_family = AF_UNSPEC};
    return MHD_add_connection(daemon, descriptor, &address, sizeof(address));
}

static inline int mhd_connection_descriptor(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static inline void *mhd_connection_context(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static inline size_t mhd_request_header_bytes(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
}

static inline void mhd_set_connection_timeout(struct MHD_Connection *connection, unsigned int seconds)
{
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

static inline struct MHD_Response *mhd_stream_response(
    MHD_ContentReaderCallback reader, void *closure, MHD_ContentReaderFreeCallback release)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32 << 10, reader, closure, release);
}

static inline void mhd_end_with_connection(struct MHD_Response *response)
{
    MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

static inline ssize_t mhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t mhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
