#include "reader.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 16 << 20 };

// A text of variable length, as h5py writes them, or of fixed length. Texts end at a zero byte.
static void send_text_value(const char *object, const char *name, hid_t attribute, hid_t type) {
    hid_t memory = H5Tcopy(H5T_C_S1);
    H5Tset_cset(memory, H5Tget_cset(type));
    char *text = NULL;
    bool is_variable = H5Tis_variable_str(type) > 0;
    size_t size = is_variable ? H5T_VARIABLE : H5Tget_size(type);
    if (!is_variable && (size < 1 || size > LONGEST_TEXT)) {
        send_failure("attribute %s of %s claims %zu bytes", name, object, size);
        H5Tclose(memory);
        return;
    }
    H5Tset_size(memory, size);
    bool worked;
    if (is_variable) {
        worked = H5Aread(attribute, memory, &text) >= 0;
    } else {
        H5Tset_strpad(memory, H5Tget_strpad(type));
        text = calloc(1, size + 1);
        worked = text != NULL && H5Aread(attribute, memory, text) >= 0;
    }
    size_t length = worked && text ? strlen(text) : 0;
    if (!worked) send_library_failure("attribute %s of %s cannot be read", name, object);
    else if (length > LONGEST_TEXT) send_failure("attribute %s of %s is too long", name, object);
    else send_reply(PLUMBLINE_H5_TEXT, text ? text : "", length);
    if (is_variable) H5free_memory(text);
    else free(text);
    H5Tclose(memory);
}

static void send_number_value(const char *object, const char *name, hid_t attribute,
                              uint32_t kind) {
    union {
        int64_t integer;
        double real;
    } value = {0};
    hid_t memory = kind == PLUMBLINE_H5_INTEGER ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
    if (H5Aread(attribute, memory, &value) < 0)
        send_library_failure("attribute %s of %s cannot be read", name, object);
    else send_reply(kind, &value, sizeof value);
}

void send_attribute(const char *object, const char *name) {
    bool failed = false;
    if (!path_exists(object, &failed)
        || H5Aexists_by_name(file, object, name, H5P_DEFAULT) <= 0) {
        if (!failed) send_reply(PLUMBLINE_H5_ABSENT, NULL, 0);
        return;
    }
    hid_t attribute = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) {
        send_library_failure("attribute %s of %s cannot be opened", name, object);
        return;
    }
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    uint32_t kind;
    if (type < 0 || space < 0 || H5Sget_simple_extent_npoints(space) != 1)
        send_failure("attribute %s of %s is no single value", name, object);
    else if (H5Tget_class(type) == H5T_STRING) send_text_value(object, name, attribute, type);
    else if (is_sound_number(type, &kind)) send_number_value(object, name, attribute, kind);
    else send_reply(PLUMBLINE_H5_OTHER, NULL, 0);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    H5Aclose(attribute);
}
