#include "reader.h"

#include <string.h>

enum { MOST_COLUMNS = 1024, WIDEST_TEXT = 1 << 16, LONGEST_COLUMN_NAME = 256 };

static bool open_table(const char *name, data_set *set) {
    if (!open_data_set(name, set)) return false;
    int columns = H5Tget_class(set->type) == H5T_COMPOUND ? H5Tget_nmembers(set->type) : 0;
    if (set->about.rank == 1 && columns >= 1 && columns <= MOST_COLUMNS) return true;
    send_failure("%s is no table", name);
    close_data_set(set);
    return false;
}

// What a column holds, and how it is sent. Sends the failure where it returns false.
static bool describe(const char *table, const data_set *set, unsigned index,
                     plumbline_h5_column *column, char name[LONGEST_COLUMN_NAME]) {
    char *found = H5Tget_member_name(set->type, index);
    hid_t type = H5Tget_member_type(set->type, index);
    bool worked = found != NULL && type >= 0 && *found != 0 && strlen(found) < LONGEST_COLUMN_NAME;
    if (!worked) {
        send_failure("%s has a column without a readable name or type", table);
    } else {
        strcpy(name, found);
        size_t width = H5Tget_size(type), place = H5Tget_member_offset(set->type, index);
        bool fits = width >= 1 && width <= set->about.value_bytes
            && place <= set->about.value_bytes - width;
        bool is_text = H5Tget_class(type) == H5T_STRING;
        column->name_bytes = (uint32_t)strlen(found);
        column->width = is_text ? (uint32_t)width : 8;
        column->kind = PLUMBLINE_H5_TEXT;
        if (!fits) {
            send_failure("%s.%s lies outside its rows", table, name);
            worked = false;
        } else if (is_text) {
            worked = H5Tis_variable_str(type) == 0 && width <= WIDEST_TEXT;
            if (!worked) send_failure("%s.%s is no text of fixed length", table, name);
        } else {
            worked = is_sound_number(type, &column->kind);
            if (!worked) send_failure("%s.%s is neither text nor number", table, name);
        }
    }
    if (type >= 0) H5Tclose(type);
    if (found) H5free_memory(found);
    return worked;
}

void send_columns(const char *name) {
    data_set set;
    if (!open_table(name, &set)) return;
    static char answer[MOST_COLUMNS * (sizeof(plumbline_h5_column) + LONGEST_COLUMN_NAME)];
    size_t length = 0;
    int columns = H5Tget_nmembers(set.type);
    bool worked = true;
    for (int index = 0; worked && index < columns; index++) {
        plumbline_h5_column column;
        char column_name[LONGEST_COLUMN_NAME];
        worked = describe(name, &set, (unsigned)index, &column, column_name);
        if (!worked) break;
        memcpy(answer + length, &column, sizeof column);
        memcpy(answer + length + sizeof column, column_name, column.name_bytes);
        length += sizeof column + column.name_bytes;
    }
    if (worked) send_reply((uint32_t)columns, answer, length);
    close_data_set(&set);
}

// A memory type that holds one column alone: the library then reads only that.
static hid_t row_of(const char *name, const plumbline_h5_column *column, hid_t stored) {
    hid_t value;
    if (column->kind == PLUMBLINE_H5_TEXT) {
        // The library refuses texts of another character set.
        value = H5Tcopy(H5T_C_S1);
        H5Tset_size(value, column->width);
        H5Tset_cset(value, H5Tget_cset(stored));
        H5Tset_strpad(value, H5Tget_strpad(stored));
    } else {
        bool is_integer = column->kind == PLUMBLINE_H5_INTEGER;
        value = H5Tcopy(is_integer ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE);
    }
    hid_t row = H5Tcreate(H5T_COMPOUND, column->width);
    if (row >= 0 && H5Tinsert(row, name, 0, value) < 0) {
        H5Tclose(row);
        row = -1;
    }
    if (value >= 0) H5Tclose(value);
    return row;
}

void send_column(const char *name, uint64_t index, uint64_t rows) {
    data_set set;
    if (!open_table(name, &set)) return;
    plumbline_h5_column column;
    char column_name[LONGEST_COLUMN_NAME];
    if (index >= (uint64_t)H5Tget_nmembers(set.type) || set.about.count != rows) {
        send_failure("%s changed while it was read", name);
    } else if (describe(name, &set, (unsigned)index, &column, column_name)) {
        hid_t stored = H5Tget_member_type(set.type, (unsigned)index);
        hid_t row = row_of(column_name, &column, stored);
        if (row < 0) send_library_failure("%s.%s cannot be read", name, column_name);
        else send_values(name, &set, row, column.width);
        if (row >= 0) H5Tclose(row);
        if (stored >= 0) H5Tclose(stored);
    }
    close_data_set(&set);
}
