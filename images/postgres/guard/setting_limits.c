/*
 * Settings that every user may raise and that say how much memory, or how many workers, a statement takes. In a tenant's
 * session a value above the platform's limit becomes the limit, with a warning. The check stands where the server itself
 * checks a value, so SET, set_config(), ALTER ROLE, functions with settings and connection options all meet it.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "setting_limits.h"
#include "tenants.h"

/* What the configuration file says is the platform's own word. */
#define GIVEN_BY_TENANT(source) ((source) >= PGC_S_USER && is_tenant_session())

static void
warn(const char *name)
{
	ereport(WARNING,
			(errmsg("\"%s\" is set to the most this server allows", name),
			 errhint("See supalove_guard.limit_%s.", name)));
}

#define LIMITED(type, hook, name) \
static type limit_##name = -1; \
static hook next_##name = NULL; \
static bool \
check_##name(type *newval, void **extra, GucSource source) \
{ \
	if (limit_##name >= 0 && *newval > limit_##name && GIVEN_BY_TENANT(source)) \
	{ \
		*newval = limit_##name; \
		warn(#name); \
	} \
	return next_##name == NULL || next_##name(newval, extra, source); \
}

LIMITED(int, GucIntCheckHook, work_mem)
LIMITED(int, GucIntCheckHook, maintenance_work_mem)
LIMITED(int, GucIntCheckHook, temp_buffers)
LIMITED(int, GucIntCheckHook, max_parallel_workers)
LIMITED(double, GucRealCheckHook, hash_mem_multiplier)

static struct config_generic *
find_setting(const char *name, enum config_type type)
{
	struct config_generic **all = get_guc_variables();

	for (int i = 0; i < GetNumConfigOptions(); i++)
	{
		if (strcmp(all[i]->name, name) == 0 && all[i]->vartype == type)
			return all[i];
	}
	elog(FATAL, "supalove_guard: this server has no setting \"%s\"", name);
	return NULL;
}

#define LIMIT_INT(name, unit) \
do { \
	struct config_int *setting = (struct config_int *) find_setting(#name, PGC_INT); \
	next_##name = setting->check_hook; \
	setting->check_hook = check_##name; \
	DefineCustomIntVariable("supalove_guard.limit_" #name, \
							"Most that a tenant may set " #name " to; -1 for any.", \
							NULL, &limit_##name, -1, -1, INT_MAX, PGC_SIGHUP, unit, NULL, NULL, NULL); \
} while (0)

void
setting_limits_install(void)
{
	struct config_real *multiplier = (struct config_real *) find_setting("hash_mem_multiplier", PGC_REAL);

	LIMIT_INT(work_mem, GUC_UNIT_KB);
	LIMIT_INT(maintenance_work_mem, GUC_UNIT_KB);
	LIMIT_INT(temp_buffers, GUC_UNIT_BLOCKS);
	LIMIT_INT(max_parallel_workers, 0);
	next_hash_mem_multiplier = multiplier->check_hook;
	multiplier->check_hook = check_hash_mem_multiplier;
	DefineCustomRealVariable("supalove_guard.limit_hash_mem_multiplier",
							 "Most that a tenant may set hash_mem_multiplier to; -1 for any.",
							 NULL, &limit_hash_mem_multiplier, -1, -1, 1000, PGC_SIGHUP, 0, NULL, NULL, NULL);
}
