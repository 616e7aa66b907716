#include <cblas.h>
#include <stddef.h>

// OpenBLAS carries LAPACK but Debian's package no header of it. Fortran: everything by reference, and the lengths of
// the character arguments last.
void ssyevr_(
    const char *jobz, const char *range, const char *uplo, const blasint *n, float *a, const blasint *lda,
    const float *vl, const float *vu, const blasint *il, const blasint *iu, const float *abstol, blasint *m, float *w,
    float *z, const blasint *ldz, blasint *isuppz, float *work, const blasint *lwork, blasint *iwork,
    const blasint *liwork, blasint *info, size_t, size_t, size_t);

/// The `count` largest eigenvalues of a symmetric matrix, ascending, and their vectors, one after another (LAPACK
/// ssyevr). The matrix is [n * n], its upper triangle in row-major order, and is overwritten; values has room for n.
/// Returns LAPACK's info: 0 for success.
static inline blasint openblas_largest_eigenvectors(
    float *matrix, blasint n, blasint count, float *values, float *vectors, blasint *support, float *work,
    blasint work_count, blasint *integers, blasint integer_count)
{
    const char all = 'V', indices = 'I', triangle = 'L';  // Row-major upper is column-major lower.
    const blasint first = n - count + 1;
    const float zero = 0;
    blasint found = 0, info = 0;
    ssyevr_(
        &all, &indices, &triangle, &n, matrix, &n, &zero, &zero, &first, &n, &zero, &found, values, vectors, &n, support,
        work, &work_count, integers, &integer_count, &info, 1, 1, 1);
    return info != 0 ? info : found == count ? 0 : 1;
}

/// OpenBLAS's scratch memory, 128 MB of addresses that are touched as they are needed, kept for later calls when it is
/// given back. A call that finds none free asks the system, and again without end where the system has none.
void *blas_memory_alloc(int);
void blas_memory_free(void *);
