#include "reader.h"

#include <stdlib.h>
#include <string.h>

hid_t file = -1;

// Set where a link was about to lead out of the file.
static bool left_the_file = false;

static hid_t refuse_to_leave(const char *name, hid_t group, const void *value, size_t bytes,
                             hid_t access, hid_t transfer) {
    (void)name, (void)group, (void)value, (void)bytes, (void)access, (void)transfer;
    left_the_file = true;
    return -1;
}

// Takes the place of the library's own external links: whatever follows a link, none leads out.
static const H5L_class_t no_external_links = {
    .version = H5L_LINK_CLASS_T_VERS,
    .id = (H5L_type_t)H5L_TYPE_EXTERNAL,
    .comment = "external link, refused",
    .trav_func = refuse_to_leave,
};

hid_t open_file(const char *path) {
    if (H5Lregister(&no_external_links) < 0) return -1;
    // Plug-ins are code that is looked for at run time.
    if (H5PLset_loading_state(0) < 0) return -1;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) return -1;
#if H5_VERSION_GE(1, 10, 7)
    // The program has looked at the lock; some network disks have none.
    H5Pset_file_locking(access, 0, 1);
#endif
    file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

static void send_external(const char *name) {
    send_failure("%s is an external link or leads through one; data of another file are not read",
                 name);
}

// A link by its path: its type, or H5L_TYPE_ERROR where there is none.
static H5L_type_t link_type(const char *path) {
    H5L_info_t info;
    if (H5Lexists(file, path, H5P_DEFAULT) <= 0) return H5L_TYPE_ERROR;
    if (H5Lget_info(file, path, &info, H5P_DEFAULT) < 0) return H5L_TYPE_ERROR;
    return info.type;
}

bool path_exists(const char *name, bool *failed) {
    char *prefix = strdup(name);
    if (!prefix) _Exit(1);
    left_the_file = false;
    bool exists = true;
    char *place = prefix;
    while (exists) {
        while (*place == '/') place++;
        if (*place == 0) break;
        while (*place != 0 && *place != '/') place++;
        char kept = *place;
        *place = 0;
        H5L_type_t type = link_type(prefix);
        if (type != H5L_TYPE_ERROR && type != H5L_TYPE_HARD && type != H5L_TYPE_SOFT)
            left_the_file = true;
        exists = type != H5L_TYPE_ERROR && !left_the_file;
        *place = kept;
    }
    // A soft link may lead to nothing, or out.
    H5O_info_t info;
    if (exists && strspn(name, "/") < strlen(name))
        exists = H5Oget_info_by_name(file, name, &info, H5P_DEFAULT) >= 0;
    free(prefix);
    if (left_the_file) {
        send_external(name);
        *failed = true;
    }
    return exists && !left_the_file;
}

// MARK: Lists

// Bounds of a whole list. A file of results has some hundred thousand maps.
enum { MOST_LINKS = 1 << 20, MOST_BYTES = 64 << 20, DEEPEST_GROUP = 32 };

typedef struct {
    char *bytes;
    size_t count, capacity;
} buffer;

static bool append(buffer *text, const void *bytes, size_t count) {
    if (text->count + count > text->capacity) {
        size_t capacity = 2 * text->capacity + count + 4096;
        char *grown = realloc(text->bytes, capacity);
        if (!grown) return false;
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
    return true;
}

typedef struct {
    haddr_t *slots;
    size_t count, capacity;
} address_set;

static size_t slot(const address_set *set, haddr_t address) {
    size_t place = (size_t)(address * 0x9E3779B97F4A7C15u) & (set->capacity - 1);
    while (set->slots[place] != HADDR_UNDEF && set->slots[place] != address)
        place = (place + 1) & (set->capacity - 1);
    return place;
}

// Whether the address is new. Groups are told apart by it, so links that form a cycle end.
static bool insert(address_set *set, haddr_t address) {
    if (2 * set->count >= set->capacity) {
        address_set grown = {NULL, set->count, set->capacity ? 2 * set->capacity : 1024};
        grown.slots = malloc(grown.capacity * sizeof *grown.slots);
        if (!grown.slots) _Exit(1);
        for (size_t i = 0; i < grown.capacity; i++) grown.slots[i] = HADDR_UNDEF;
        for (size_t i = 0; i < set->capacity; i++)
            if (set->slots[i] != HADDR_UNDEF)
                grown.slots[slot(&grown, set->slots[i])] = set->slots[i];
        free(set->slots);
        *set = grown;
    }
    size_t place = slot(set, address);
    if (address == HADDR_UNDEF || set->slots[place] == address) return false;
    set->slots[place] = address;
    set->count++;
    return true;
}

typedef struct {
    buffer names;    // found: a length of four bytes and the name, again and again
    buffer pending;  // groups that are still to be visited, in the same form
    address_set visited;
    const char *prefix;
    unsigned links;
    enum { FINE, EXTERNAL, TOO_MANY, TOO_DEEP } problem;
    char where[512];
} listing;

static bool append_name(buffer *text, const char *prefix, const char *name) {
    size_t prefix_bytes = strlen(prefix), name_bytes = strlen(name);
    bool joins = prefix_bytes > 0;
    uint32_t length = (uint32_t)(prefix_bytes + joins + name_bytes);
    return append(text, &length, sizeof length) && append(text, prefix, prefix_bytes)
        && append(text, "/", joins) && append(text, name, name_bytes);
}

static herr_t visit(hid_t group, const char *name, const H5L_info_t *link, void *data) {
    listing *list = data;
    if (++list->links % 4096 == 0) allow_time();
    if (list->links > MOST_LINKS || list->names.count > MOST_BYTES
        || list->pending.count > MOST_BYTES) {
        list->problem = TOO_MANY;
        return -1;
    }
    H5O_info_t info;
    left_the_file = link->type != H5L_TYPE_HARD && link->type != H5L_TYPE_SOFT;
    bool leads_somewhere =
        !left_the_file && H5Oget_info_by_name(group, name, &info, H5P_DEFAULT) >= 0;
    if (left_the_file) {
        list->problem = EXTERNAL;
        strncpy(list->where, name, sizeof list->where - 1);
        return -1;
    }
    // A soft link that leads nowhere names nothing.
    if (!leads_somewhere) return 0;
    bool kept = true;
    if (info.type == H5O_TYPE_DATASET) {
        kept = append_name(&list->names, list->prefix, name);
    } else if (info.type == H5O_TYPE_GROUP && insert(&list->visited, info.addr)) {
        unsigned depth = 0;
        for (const char *c = list->prefix; *c; c++) depth += *c == '/';
        if (depth >= DEEPEST_GROUP) {
            list->problem = TOO_DEEP;
            return -1;
        }
        kept = append_name(&list->pending, list->prefix, name);
    }
    if (!kept) list->problem = TOO_MANY;
    return kept ? 0 : -1;
}

// Groups nearer to the first come first: of several links to one group the shortest path counts.
static bool visit_all(hid_t top, listing *list) {
    hid_t group = top;
    char *prefix = NULL;
    size_t next = 0;
    list->prefix = "";
    for (;;) {
        bool worked = H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visit, list) >= 0;
        if (group != top) H5Gclose(group);
        free(prefix);
        prefix = NULL;
        if (!worked || next >= list->pending.count) return worked;
        uint32_t length;
        memcpy(&length, list->pending.bytes + next, sizeof length);
        prefix = malloc(length + 1);
        if (!prefix) _Exit(1);
        memcpy(prefix, list->pending.bytes + next + sizeof length, length);
        prefix[length] = 0;
        next += sizeof length + length;
        list->prefix = prefix;
        group = H5Gopen2(top, prefix, H5P_DEFAULT);
        if (group < 0) {
            free(prefix);
            return false;
        }
    }
}

void list_data_sets(const char *name) {
    bool failed = false;
    if (!path_exists(name, &failed)) {
        if (!failed) send_reply(0, NULL, 0);
        return;
    }
    listing list = {0};
    H5O_info_t info;
    hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    if (group < 0 || H5Oget_info(group, &info) < 0) {
        send_library_failure("%s is no readable group", name);
        return;
    }
    insert(&list.visited, info.addr);
    bool worked = visit_all(group, &list);
    H5Gclose(group);
    if (worked) send_reply(0, list.names.bytes, list.names.count);
    else if (list.problem == EXTERNAL) send_external(list.where);
    else if (list.problem == TOO_MANY)
        send_failure("%s holds more than %d links", name, MOST_LINKS);
    else if (list.problem == TOO_DEEP)
        send_failure("%s holds groups that are more than %d deep", name, DEEPEST_GROUP);
    else send_library_failure("the links below %s cannot be read", name);
    free(list.names.bytes);
    free(list.pending.bytes);
    free(list.visited.slots);
}
