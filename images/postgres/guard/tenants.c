/*
 * Which sessions are a tenant's: those whose login is named in supalove_guard.tenant_logins. It is decided once, when the
 * login has proved who it is, and nothing the session does later (SET ROLE, SET SESSION AUTHORIZATION) changes it.
 *
 * Such a session may hold a limited amount of memory of its own. Without that one statement can take all memory of the
 * container, and then the kernel ends the server for everybody; with it that statement fails with "out of memory". The
 * limit leaves out the memory that all sessions share.
 *
 * A paused project lets none of its logins in.
 */
#include "postgres.h"

/* Their headers are not needed: Port has the same layout without them, for libraries like this one. */
#undef USE_OPENSSL
#undef ENABLE_GSS

#include <limits.h>
#include <sys/resource.h>

#include "access/parallel.h"
#include "executor/executor.h"
#include "libpq/auth.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "names.h"
#include "tenants.h"

static ClientAuthentication_hook_type next_client_authentication = NULL;
static ExecutorStart_hook_type next_executor_start = NULL;

static char *tenant_logins = NULL;
static List *logins = NIL;
static int	session_memory = -1;
static bool paused = false;

static bool tenant_session = false;
static bool worker_limited = false;

bool
is_tenant_login(const char *role)
{
	return role != NULL && names_match(logins, role);
}

bool
is_tenant_session(void)
{
	return tenant_session;
}

static void
limit_memory(void)
{
	struct rlimit limit;

	if (session_memory < 0)
		return;
	if (getrlimit(RLIMIT_DATA, &limit) == 0)
	{
		limit.rlim_cur = (rlim_t) session_memory * 1024 * 1024;
		if (limit.rlim_max != RLIM_INFINITY && limit.rlim_cur > limit.rlim_max)
			return;
		if (setrlimit(RLIMIT_DATA, &limit) == 0)
			return;
	}
	ereport(LOG, (errmsg("could not limit the memory of a session: %m")));
}

static void
tenants_client_authentication(Port *port, int status)
{
	if (next_client_authentication)
		next_client_authentication(port, status);
	if (status == STATUS_OK && is_tenant_login(port->user_name))
	{
		tenant_session = true;
		limit_memory();
	}
}

/* A parallel worker is a process of its own, which did not log in. */
static void
tenants_executor_start(QueryDesc *queryDesc, int eflags)
{
	if (IsParallelWorker() && !worker_limited)
	{
		worker_limited = true;
		if (is_tenant_login(GetUserNameFromId(GetSessionUserId(), true)))
			limit_memory();
	}
	if (next_executor_start)
		next_executor_start(queryDesc, eflags);
	else
		standard_ExecutorStart(queryDesc, eflags);
}

/* The settings of a database are read at the end of a login, which is refused here. */
static bool
check_paused(bool *newval, void **extra, GucSource source)
{
	if (*newval && tenant_session && source == PGC_S_DATABASE)
		ereport(FATAL,
				(errcode(ERRCODE_CANNOT_CONNECT_NOW),
				 errmsg("the project is paused"),
				 errhint("Restore the project first: POST /v1/projects/<ref>/restore.")));
	return true;
}

void
tenants_install(void)
{
	DefineCustomStringVariable("supalove_guard.tenant_logins",
							   "Logins of tenants and of the services that work for them.",
							   "Comma separated names; one that ends in * stands for all that start so.",
							   &tenant_logins,
							   "",
							   PGC_POSTMASTER,
							   0,
							   NULL, NULL, NULL);
	DefineCustomIntVariable("supalove_guard.session_memory",
							"Memory that a tenant's session may hold beside the shared one; -1 for any.",
							NULL,
							&session_memory,
							-1, -1, INT_MAX / 1024,
							PGC_SIGHUP,
							GUC_UNIT_MB,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("supalove_guard.paused",
							 "The database lets no tenant in (ALTER DATABASE ... SET, superuser only).",
							 NULL,
							 &paused,
							 false,
							 PGC_SUSET,
							 0,
							 check_paused, NULL, NULL);
	logins = names_split(tenant_logins);
	next_client_authentication = ClientAuthentication_hook;
	ClientAuthentication_hook = tenants_client_authentication;
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = tenants_executor_start;
}
