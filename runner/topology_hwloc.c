#define _GNU_SOURCE
#include "topology_source.h"

#ifdef SCALESTUDY_HAVE_HWLOC

#include <hwloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

/*
 * The user's HWLOC_* variables (another machine's XML, a synthetic one, a
 * choice of components) are meant for other programs, and a wrong machine
 * would make every binding check wrong. Plugins are for I/O devices only and
 * bring megabytes of graphics libraries into a process whose size every child
 * starts with; inconsistent firmware tables are not our user's news.
 */
static char no_plugins[] = "HWLOC_PLUGINS_PATH=/dev/null";
static char no_complaints[] = "HWLOC_HIDE_ERRORS=2";

/* The environment without them; points into the old one, the caller frees the array. */
static char **plain_environment(void)
{
    char **plain = xcalloc(string_list_count(environ) + 3, sizeof *plain);
    size_t count = 0;

    plain[count++] = no_plugins;
    plain[count++] = no_complaints;
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
        if (strncmp(*variable, "HWLOC_", 6) != 0)
            plain[count++] = *variable;
    return plain;
}

static unsigned long load_flags(void)
{
    unsigned long flags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED;

#if HWLOC_API_VERSION >= 0x00020800
    flags |= HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS |
             HWLOC_TOPOLOGY_FLAG_NO_CPUKINDS;
#endif
    return flags;
}

/* L3 stays: it keeps the cores that share one together. */
static int load(hwloc_topology_t hwloc, const char *xml)
{
    hwloc_topology_set_io_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_cache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_type_filter(hwloc, HWLOC_OBJ_L3CACHE, HWLOC_TYPE_FILTER_KEEP_STRUCTURE);
    hwloc_topology_set_type_filter(hwloc, HWLOC_OBJ_MISC, HWLOC_TYPE_FILTER_KEEP_NONE);
    if (hwloc_topology_set_flags(hwloc, load_flags()) != 0)
        return -1;
    if (xml != NULL && hwloc_topology_set_xml(hwloc, xml) != 0)
        return -1;
    return hwloc_topology_load(hwloc);
}

static int logical_number(hwloc_obj_t object)
{
    return object != NULL ? (int)object->logical_index : 0;
}

/* The memory nearest to a thread. Where there are two kinds (DRAM and HBM) the
 * first is the DRAM. */
static int numa_of(hwloc_topology_t hwloc, hwloc_obj_t thread)
{
    int first = thread->nodeset != NULL ? hwloc_bitmap_first(thread->nodeset) : -1;

    return first < 0 ? 0 : logical_number(hwloc_get_numanode_obj_by_os_index(hwloc, (unsigned)first));
}

static void read_threads(struct topology_source *source, hwloc_topology_t hwloc)
{
    hwloc_const_cpuset_t allowed = hwloc_topology_get_allowed_cpuset(hwloc);
    int cores = hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_CORE);
    hwloc_obj_t thread = NULL;

    while ((thread = hwloc_get_next_obj_by_type(hwloc, HWLOC_OBJ_PU, thread)) != NULL) {
        hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(hwloc, HWLOC_OBJ_CORE, thread);
        hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(hwloc, HWLOC_OBJ_PACKAGE, thread);
        /* A system that does not tell its cores: a thread is one, numbered behind those it tells. */
        int number = core != NULL ? (int)core->logical_index
                                  : (cores > 0 ? cores : 0) + (int)thread->logical_index;

        topology_source_add(source, (struct topology_thread){
                                        .cpu = (int)thread->os_index,
                                        .package = logical_number(package),
                                        .numa = numa_of(hwloc, thread),
                                        .core = number,
                                        .allowed = hwloc_bitmap_isset(allowed, thread->os_index) != 0,
                                    });
    }
}

static void read_facts(struct topology_source *source, hwloc_topology_t hwloc)
{
    hwloc_obj_t root = hwloc_get_root_obj(hwloc);
    hwloc_obj_t package = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_PACKAGE, 0);
    const char *model = package != NULL ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;

    if (model == NULL)
        model = hwloc_obj_get_info_by_name(root, "CPUModel");
    source->cpu_model = model != NULL ? xstrdup(model) : NULL;
    source->memory_bytes = (double)root->total_memory;
}

int topology_from_hwloc(struct topology_source *source, const char *xml, struct error *err)
{
    hwloc_topology_t hwloc;
    char **given = environ;
    char **plain = plain_environment();
    int rc = -1;

    environ = plain;
    if (hwloc_topology_init(&hwloc) == 0) {
        rc = load(hwloc, xml);
        if (rc == 0) {
            read_threads(source, hwloc);
            read_facts(source, hwloc);
        }
        hwloc_topology_destroy(hwloc);
    }
    environ = given;
    free(plain);
    if (rc != 0)
        return error_system(err, "%s: hwloc cannot read it", xml != NULL ? xml : "this machine");
    return 0;
}

#else

int topology_from_hwloc(struct topology_source *source, const char *xml, struct error *err)
{
    (void)source;
    return error_system(err, "%s: reading it needs hwloc, and this program was built without",
                        xml != NULL ? xml : "this machine");
}

#endif
