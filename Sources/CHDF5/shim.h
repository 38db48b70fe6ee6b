// HDF5's constants are macros that open the library first; Swift imports functions only.
#ifndef PLUMBLINE_HDF5_SHIM_H
#define PLUMBLINE_HDF5_SHIM_H
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline hid_t plumbline_h5_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t plumbline_h5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t plumbline_h5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t plumbline_h5_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t plumbline_h5_c_string(void) { return H5T_C_S1; }
static inline hid_t plumbline_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t plumbline_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t plumbline_h5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t plumbline_h5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t plumbline_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline unsigned plumbline_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline herr_t plumbline_h5_silence(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Two programs on one file are kept apart by a lock of the caller, which the library's own would
// collide with.
static inline void plumbline_h5_without_locks(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
    H5Pset_file_locking(access, 0, 1);
#else
    (void)access;
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
#endif
}

typedef struct {
    int number;
    char text[256];
} plumbline_h5_failure;

static inline herr_t plumbline_h5_look(unsigned n, const H5E_error2_t *error, void *data) {
    plumbline_h5_failure *failure = (plumbline_h5_failure *)data;
    const char *text = error->desc ? error->desc : "";
    if (n == 0) snprintf(failure->text, sizeof failure->text, "%s", text);
    const char *number = strstr(text, "errno = ");
    if (number && failure->number == 0) sscanf(number, "errno = %d", &failure->number);
    return 0;
}

// The cause of the last call's failure: the system's error number or 0, and the library's words.
static inline plumbline_h5_failure plumbline_h5_last_failure(void) {
    plumbline_h5_failure failure = {0, ""};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, plumbline_h5_look, &failure);
    return failure;
}
#endif
