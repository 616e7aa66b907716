// libpq, loaded when a store on PostgreSQL is first opened: a machine without it runs everything else.
#ifndef REFRAIN_POSTGRES_H
#define REFRAIN_POSTGRES_H

#include <postgresql/libpq-fe.h>

// The functions that the store calls, each with the type libpq's header gives it.
#define REFRAIN_LIBPQ_FUNCTIONS(F) \
    F(PQclear) \
    F(PQcmdTuples) \
    F(PQconnectdbParams) \
    F(PQconninfoFree) \
    F(PQconninfoParse) \
    F(PQconsumeInput) \
    F(PQenterPipelineMode) \
    F(PQerrorMessage) \
    F(PQfinish) \
    F(PQflush) \
    F(PQfreemem) \
    F(PQftype) \
    F(PQgetisnull) \
    F(PQgetlength) \
    F(PQgetResult) \
    F(PQgetvalue) \
    F(PQisBusy) \
    F(PQnotifies) \
    F(PQntuples) \
    F(PQpingParams) \
    F(PQpipelineSync) \
    F(PQresultErrorField) \
    F(PQresultStatus) \
    F(PQsendPrepare) \
    F(PQsendQueryPrepared) \
    F(PQserverVersion) \
    F(PQsetNoticeProcessor) \
    F(PQsetnonblocking) \
    F(PQsetSingleRowMode) \
    F(PQsocket) \
    F(PQstatus) \
    F(PQtransactionStatus)

#define REFRAIN_LIBPQ_MEMBER(name) __typeof__(name) *name;
struct refrain_libpq {
    REFRAIN_LIBPQ_FUNCTIONS(REFRAIN_LIBPQ_MEMBER)
};
#undef REFRAIN_LIBPQ_MEMBER

// Loads libpq on the first call.
//
// Returns null, and in `reason` why, when there is none or one too old; `reason` is good for ever.
const struct refrain_libpq *refrain_libpq_load(const char **reason);

#endif
