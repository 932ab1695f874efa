#ifndef SUPALOVE_GUARD_NAMES_H
#define SUPALOVE_GUARD_NAMES_H

#include "nodes/pg_list.h"

/* Splits a setting that lists names, comma separated, into memory that lives as long as the server. */
extern List *names_split(const char *setting);

/* True for a name of the list; one that ends in * stands for all that start so. */
extern bool names_match(const List *names, const char *name);

#endif
