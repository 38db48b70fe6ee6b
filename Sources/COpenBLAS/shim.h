#include <cblas.h>

// The LAPACK routines in use; Debian's OpenBLAS has them without their C header.
void dposv_(const char *uplo, const int *n, const int *columns, double *a, const int *lda,
            double *b, const int *ldb, int *info);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
            double *work, const int *lwork, int *info);
