// HDF5's constants are macros that open the library first; Swift imports functions only.
#ifndef PLUMBLINE_HDF5_SHIM_H
#define PLUMBLINE_HDF5_SHIM_H
#include <hdf5.h>

static inline hid_t plumbline_h5_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t plumbline_h5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t plumbline_h5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t plumbline_h5_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t plumbline_h5_c_string(void) { return H5T_C_S1; }
static inline hid_t plumbline_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t plumbline_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t plumbline_h5_link_create(void) { return H5P_LINK_CREATE; }
static inline size_t plumbline_h5_variable(void) { return H5T_VARIABLE; }
static inline unsigned plumbline_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned plumbline_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline herr_t plumbline_h5_silence(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
#endif
