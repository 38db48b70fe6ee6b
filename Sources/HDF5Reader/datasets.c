#include "reader.h"

#include <stdlib.h>
#include <string.h>

// gzip makes at most 1032 bytes of one.
enum { LARGEST_EXPANSION = 1100 };
// As much may be claimed without bytes behind it.
enum { SMALL = 1 << 20 };
enum { BLOCK_BYTES = 4 << 20 };

bool is_sound_number(hid_t type, uint32_t *kind) {
    H5T_class_t class = H5Tget_class(type);
    size_t bytes = H5Tget_size(type), precision = H5Tget_precision(type);
    int offset = H5Tget_offset(type);
    if (class != H5T_INTEGER && class != H5T_FLOAT) return false;
    // The library writes beyond its own buffers where a type claims bits that it has not.
    if (bytes < 1 || bytes > 8 || precision < 1 || offset < 0) return false;
    size_t bits = 8 * bytes;
    if (precision > bits || (size_t)offset > bits - precision) return false;
    if (class == H5T_FLOAT) {
        size_t sign, exponent, exponent_bits, mantissa, mantissa_bits;
        if (H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0)
            return false;
        if (sign >= bits || exponent_bits > bits || exponent > bits - exponent_bits
            || mantissa_bits > bits || mantissa > bits - mantissa_bits)
            return false;
    }
    *kind = class == H5T_INTEGER ? PLUMBLINE_H5_INTEGER : PLUMBLINE_H5_REAL;
    return true;
}

void close_data_set(data_set *set) {
    if (set->space >= 0) H5Sclose(set->space);
    if (set->type >= 0) H5Tclose(set->type);
    if (set->properties >= 0) H5Pclose(set->properties);
    if (set->id >= 0) H5Dclose(set->id);
}

// Where the values are, before anything asks for them.
static bool check_layout(const char *name, data_set *set) {
    H5D_layout_t layout = H5Pget_layout(set->properties);
    if (layout == H5D_VIRTUAL) {
        send_failure("%s is virtual: data of another file are not read", name);
        return false;
    }
    if (H5Pget_external_count(set->properties) != 0) {
        send_failure("%s is stored in an external file: data of another file are not read", name);
        return false;
    }
    if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) {
        send_failure("%s is stored in an unknown way", name);
        return false;
    }
    set->is_chunked = layout == H5D_CHUNKED;
    set->about.is_filtered = H5Pget_nfilters(set->properties) > 0;
    return true;
}

static bool read_shape(const char *name, data_set *set) {
    hsize_t sizes[PLUMBLINE_H5_LARGEST_RANK];
    int rank = H5Sget_simple_extent_ndims(set->space);
    if (rank < 0 || rank > PLUMBLINE_H5_LARGEST_RANK
        || H5Sget_simple_extent_type(set->space) == H5S_NULL
        || H5Sget_simple_extent_dims(set->space, sizes, NULL) != rank) {
        send_failure("%s has no simple shape", name);
        return false;
    }
    set->about.rank = (uint32_t)rank;
    set->about.count = 1;
    for (int axis = 0; axis < rank; axis++) {
        set->about.sizes[axis] = sizes[axis];
        if (__builtin_mul_overflow(set->about.count, sizes[axis], &set->about.count)
            || set->about.count > (uint64_t)1 << 40 || sizes[axis] > (uint64_t)1 << 40) {
            send_failure("%s claims a size of %llu and more values", name,
                         (unsigned long long)sizes[axis]);
            return false;
        }
    }
    if (set->is_chunked
        && H5Pget_chunk(set->properties, PLUMBLINE_H5_LARGEST_RANK, set->chunk) != rank) {
        send_failure("%s has chunks of another rank than its own", name);
        return false;
    }
    return true;
}

bool open_data_set(const char *name, data_set *set) {
    memset(set, 0, sizeof *set);
    set->id = set->type = set->space = set->properties = -1;
    bool failed = false;
    if (!path_exists(name, &failed)) {
        if (!failed) send_failure("no dataset %s", name);
        return false;
    }
    H5O_info_t info;
    if (H5Oget_info_by_name(file, name, &info, H5P_DEFAULT) < 0 || info.type != H5O_TYPE_DATASET) {
        send_failure("%s is no dataset", name);
        return false;
    }
    set->id = H5Dopen2(file, name, H5P_DEFAULT);
    if (set->id >= 0) set->properties = H5Dget_create_plist(set->id);
    if (set->id < 0 || set->properties < 0) {
        send_library_failure("%s cannot be opened", name);
        close_data_set(set);
        return false;
    }
    if (!check_layout(name, set)) {
        close_data_set(set);
        return false;
    }
    set->type = H5Dget_type(set->id);
    set->space = H5Dget_space(set->id);
    if (set->type < 0 || set->space < 0) {
        send_library_failure("%s cannot be opened", name);
        close_data_set(set);
        return false;
    }
    if (!read_shape(name, set)) {
        close_data_set(set);
        return false;
    }
    set->about.kind = PLUMBLINE_H5_OTHER;
    is_sound_number(set->type, &set->about.kind);
    size_t bytes = H5Tget_size(set->type);
    set->about.value_bytes = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
    set->about.stored_bytes = H5Dget_storage_size(set->id);
    return true;
}

static bool has_filters(const char *name, const data_set *set) {
    int count = H5Pget_nfilters(set->properties);
    for (int i = 0; i < count; i++) {
        char filter_name[64] = "";
        unsigned flags, options[1];
        size_t option_count = 0;
        H5Z_filter_t filter = H5Pget_filter2(set->properties, (unsigned)i, &flags, &option_count,
                                             options, sizeof filter_name, filter_name, NULL);
        if (filter >= 0 && H5Zfilter_avail(filter) > 0) continue;
        filter_name[sizeof filter_name - 1] = 0;
        send_failure("%s is compressed by the filter %d (%s), which the HDF5 library here lacks",
                     name, (int)filter, *filter_name ? filter_name : "unnamed");
        return false;
    }
    return true;
}

// Whether as many bytes are stored as are claimed, or could be by compression.
static bool has_bytes(const char *name, const data_set *set) {
    uint64_t claimed = set->about.count * set->about.value_bytes;
    uint64_t possible = set->about.stored_bytes;
    if (set->about.is_filtered
        && __builtin_mul_overflow(possible, (uint64_t)LARGEST_EXPANSION, &possible))
        possible = UINT64_MAX;
    if (claimed <= SMALL || claimed <= possible) return true;
    send_failure("%s claims %llu bytes and stores %llu", name, (unsigned long long)claimed,
                 (unsigned long long)set->about.stored_bytes);
    return false;
}

// A part of the values: `count` along each axis from `start` on.
typedef struct {
    hsize_t start[PLUMBLINE_H5_LARGEST_RANK], count[PLUMBLINE_H5_LARGEST_RANK];
    // The axis along which a block has several rows, and how many.
    int axis;
    hsize_t rows;
} block;

static hsize_t values_below(const data_set *set, int axis) {
    hsize_t values = 1;
    for (int next = axis + 1; next < (int)set->about.rank; next++) values *= set->about.sizes[next];
    return values;
}

static block first_block(const data_set *set, uint64_t width) {
    block part = {{0}, {0}, 0, 1};
    hsize_t target = BLOCK_BYTES / width > 0 ? BLOCK_BYTES / width : 1;
    if (set->is_chunked) {
        // Whole chunks, so that none is unpacked twice.
        hsize_t slab = set->chunk[0] * values_below(set, 0);
        part.rows = set->chunk[0] * (slab < target ? target / slab : 1);
    } else {
        while (part.axis < (int)set->about.rank - 1 && values_below(set, part.axis) > target)
            part.axis++;
        hsize_t row = values_below(set, part.axis);
        part.rows = target > row ? target / row : 1;
    }
    for (int axis = 0; axis < (int)set->about.rank; axis++)
        part.count[axis] = axis < part.axis ? 1 : set->about.sizes[axis];
    return part;
}

// The number of values of the block at its start.
static hsize_t measure(const data_set *set, block *part) {
    hsize_t left = set->about.sizes[part->axis] - part->start[part->axis];
    part->count[part->axis] = part->rows < left ? part->rows : left;
    return part->count[part->axis] * values_below(set, part->axis);
}

static bool advance(const data_set *set, block *part) {
    part->start[part->axis] += part->count[part->axis];
    for (int axis = part->axis; part->start[axis] >= set->about.sizes[axis]; axis--) {
        part->start[axis] = 0;
        if (axis == 0) return false;
        part->start[axis - 1]++;
    }
    return true;
}

// Memory that reading takes beside the block: a chunk and what its filters make of it.
static bool allow_chunks(const char *name, const data_set *set, uint64_t block_bytes) {
    uint64_t chunk_bytes = 0;
    if (set->is_chunked) {
        chunk_bytes = set->about.value_bytes;
        for (uint32_t axis = 0; axis < set->about.rank; axis++)
            if (set->chunk[axis] == 0
                || __builtin_mul_overflow(chunk_bytes, set->chunk[axis], &chunk_bytes))
                chunk_bytes = UINT64_MAX;
        uint64_t whole = set->about.count * set->about.value_bytes;
        if (chunk_bytes > 4 * whole + (64 << 20)) {
            send_failure("%s has chunks that are larger than itself", name);
            return false;
        }
    }
    allow_memory(block_bytes + 4 * chunk_bytes);
    return true;
}

// The library fills 1 MB with zeros for each read that converts; most tables need far less.
static hid_t small_conversion(const data_set *set, uint64_t values, uint64_t width) {
    uint64_t widest = width > set->about.value_bytes ? width : set->about.value_bytes;
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    if (transfer >= 0 && values < SMALL / widest)
        H5Pset_buffer(transfer, values * widest, NULL, NULL);
    return transfer >= 0 ? transfer : H5P_DEFAULT;
}

// Reads a block of `count` values and sends it.
static bool send_block(const char *name, const data_set *set, const block *part, hsize_t count,
                       hid_t memory_type, uint64_t width, hid_t transfer, void *values) {
    bool is_scalar = H5Sget_simple_extent_ndims(set->space) == 0;
    allow_time();
    hid_t memory = H5Screate_simple(1, &count, NULL);
    bool worked = memory >= 0
        && (is_scalar
            || H5Sselect_hyperslab(set->space, H5S_SELECT_SET, part->start, NULL, part->count,
                                   NULL) >= 0)
        && H5Dread(set->id, memory_type, memory, set->space, transfer, values) >= 0;
    if (memory >= 0) H5Sclose(memory);
    if (worked) send_reply(0, values, count * width);
    else send_library_failure("%s cannot be read", name);
    return worked;
}

// Sends the blocks from `part` on: all to the end, or this one alone.
static void send_blocks(const char *name, const data_set *set, block part, bool is_one,
                        hid_t memory_type, uint64_t width) {
    hsize_t first = is_one ? values_below(set, 0) : measure(set, &part);
    if (!allow_chunks(name, set, first * width)) return;
    void *values = malloc(first * width);
    if (!values) {
        send_failure("%s asks for %llu bytes of memory at once", name,
                     (unsigned long long)(first * width));
        return;
    }
    hid_t transfer = small_conversion(set, first, width);
    do {
        hsize_t count = is_one ? first : measure(set, &part);
        if (!send_block(name, set, &part, count, memory_type, width, transfer, values)) break;
    } while (!is_one && advance(set, &part));
    if (transfer != H5P_DEFAULT) H5Pclose(transfer);
    free(values);
}

void send_values(const char *name, data_set *set, hid_t memory_type, uint64_t width) {
    if (set->about.count == 0) return;
    if (!has_filters(name, set) || !has_bytes(name, set)) return;
    if (set->about.rank == 0) {
        set->about.rank = 1;
        set->about.sizes[0] = 1;
    }
    send_blocks(name, set, first_block(set, width), false, memory_type, width);
}

static hid_t memory_type(uint32_t number) {
    return number == PLUMBLINE_H5_FLOAT32 ? H5T_NATIVE_FLOAT
        : number == PLUMBLINE_H5_INT64    ? H5T_NATIVE_INT64
        : number == PLUMBLINE_H5_UINT64   ? H5T_NATIVE_UINT64
                                          : H5T_NATIVE_DOUBLE;
}

void send_numbers(const char *name, uint32_t number, uint64_t count) {
    data_set set;
    if (!open_data_set(name, &set)) return;
    if (set.about.kind == PLUMBLINE_H5_OTHER) send_failure("%s does not hold numbers", name);
    else if (set.about.count != count) send_failure("%s changed while it was read", name);
    else send_values(name, &set, memory_type(number), number == PLUMBLINE_H5_FLOAT32 ? 4 : 8);
    close_data_set(&set);
}

void send_entry(const char *name, uint32_t number, uint64_t index, uint64_t count) {
    data_set set;
    if (!open_data_set(name, &set)) return;
    uint64_t width = number == PLUMBLINE_H5_FLOAT32 ? 4 : 8;
    if (set.about.kind == PLUMBLINE_H5_OTHER) send_failure("%s does not hold numbers", name);
    else if (set.about.rank == 0 || index >= set.about.sizes[0] || values_below(&set, 0) != count)
        send_failure("%s changed while it was read", name);
    else if (count > 0 && has_filters(name, &set) && has_bytes(name, &set)) {
        block part = {{0}, {0}, 0, 1};
        part.start[0] = index;
        part.count[0] = 1;
        for (int axis = 1; axis < (int)set.about.rank; axis++)
            part.count[axis] = set.about.sizes[axis];
        send_blocks(name, &set, part, true, memory_type(number), width);
    }
    close_data_set(&set);
}
