#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast and sqlite3_db_config is variadic: Swift sees neither.

static inline int refrain_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 bytes) {
    // A null pointer would bind NULL, not an empty text.
    return sqlite3_bind_text64(statement, index, text ? text : "", bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int refrain_bind_blob(sqlite3_stmt *statement, int index, const void *data, sqlite3_uint64 bytes) {
    return bytes == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                      : sqlite3_bind_blob64(statement, index, data, bytes, SQLITE_TRANSIENT);
}

static inline int refrain_set_checkpoint_on_close(sqlite3 *connection, int enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !enabled, (int *)0);
}
