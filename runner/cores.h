/*
 * Which core counts to measure: numbers, parts and multiples of a node
 * ("1_4_node", "2_nodes"), or a grid made for a node.
 */
#ifndef SCALESTUDY_CORES_H
#define SCALESTUDY_CORES_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "study.h"

/*
 * "auto" for a node of `cores` in `packages` sockets: at least eight counts
 * where the node has them (at most 14), 1, powers of two, the node itself, the
 * upper half filled, a socket's border from both sides. Ascending, unique; the
 * caller frees. Source of the rule: docs/method.md.
 */
int64_t *cores_grid(int64_t cores, int64_t packages, size_t *count);

/*
 * The counts that `list` asks for on nodes of `cores_per_node`, ascending and
 * unique; the caller frees. Fractions of a node are rounded down, at least 1.
 * NULL with the entry's place where one is beyond STUDY_MAX_CORES.
 */
int64_t *cores_resolve(const struct study_cores_list *list, int64_t cores_per_node,
                       int64_t packages, size_t *count, struct error *err);

#endif
