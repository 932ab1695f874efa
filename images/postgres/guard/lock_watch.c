/*
 * The table of locks is shared by all sessions of a server, and when it is full nobody can connect any more, not even a
 * superuser: looking up a role takes a lock. One statement fills it within a second (pg_advisory_lock over a series of
 * numbers), and locks of that kind outlive the statement's own error. No setting bounds what one session takes.
 *
 * This process looks at the table a few times a second and ends the sessions that hold too much of it. It needs neither
 * a connection nor a catalog, so it works while the table is full.
 */
#include "postgres.h"

#include <signal.h>

#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"

#include "lock_watch.h"

#define LOOK_EVERY_MS 200L

static int	max_locks_per_session = 20000;
static int	max_locks_per_role = 60000;

PGDLLEXPORT void supalove_guard_lock_watch(Datum unused);

typedef struct Holder
{
	int			pid;
	Oid			role;
	int64		locks;
} Holder;

/* What each session holds; the array has a place for every backend id. The bootstrap superuser's sessions are left out. */
static Holder *
count_locks(int *places)
{
	LockData   *data = GetLockStatusData();
	Holder	   *holders;

	*places = MaxBackends + 1;
	holders = palloc0(sizeof(Holder) * *places);
	for (int i = 0; i < data->nelements; i++)
	{
		const LockInstanceData *lock = &data->locks[i];

		if (lock->pid == 0 || lock->backend <= 0 || lock->backend >= *places)
			continue;
		holders[lock->backend].pid = lock->pid;
		holders[lock->backend].locks++;
	}
	for (int i = 0; i < *places; i++)
	{
		PGPROC	   *proc = holders[i].pid == 0 ? NULL : BackendPidGetProc(holders[i].pid);

		holders[i].role = proc == NULL ? InvalidOid : proc->roleId;
	}
	return holders;
}

static int64
locks_of_role(const Holder *holders, int places, Oid role)
{
	int64		sum = 0;

	for (int i = 0; i < places; i++)
		if (holders[i].role == role)
			sum += holders[i].locks;
	return sum;
}

static void
end_session(Holder *holder, int64 of_role)
{
	PGPROC	   *proc = BackendPidGetProc(holder->pid);

	/* Its number may belong to another session by now. */
	if (proc == NULL || proc->roleId != holder->role)
		return;
	ereport(LOG,
			(errmsg("ending session %d: it holds %lld locks, all sessions of role %u hold %lld",
					holder->pid, (long long) holder->locks, holder->role, (long long) of_role)));
	kill(holder->pid, SIGTERM);
	holder->locks = 0;
}

static void
look(void)
{
	int			places;
	Holder	   *holders = count_locks(&places);

	for (int i = 0; i < places; i++)
	{
		Holder	   *holder = &holders[i];
		int64		of_role;

		if (holder->locks == 0 || !OidIsValid(holder->role) || holder->role == BOOTSTRAP_SUPERUSERID)
			continue;
		of_role = locks_of_role(holders, places, holder->role);
		/* Of a role that holds too much in many sessions, all go that hold a share worth speaking of. */
		if (holder->locks > max_locks_per_session ||
			(of_role > max_locks_per_role && holder->locks > max_locks_per_session / 10))
			end_session(holder, of_role);
	}
}

void
supalove_guard_lock_watch(Datum unused)
{
	MemoryContext scratch = AllocSetContextCreate(TopMemoryContext, "supalove lock watch", ALLOCSET_DEFAULT_SIZES);

	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	while (!ShutdownRequestPending)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, LOOK_EVERY_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		MemoryContextSwitchTo(scratch);
		look();
		MemoryContextReset(scratch);
	}
	proc_exit(0);
}

void
lock_watch_install(void)
{
	BackgroundWorker worker;

	DefineCustomIntVariable("supalove_guard.max_locks_per_session",
							"Locks that one session may hold; above it the session is ended.",
							NULL,
							&max_locks_per_session,
							20000,
							100, INT_MAX,
							PGC_SIGHUP,
							0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("supalove_guard.max_locks_per_role",
							"Locks that all sessions of one role may hold together.",
							NULL,
							&max_locks_per_role,
							60000,
							100, INT_MAX,
							PGC_SIGHUP,
							0,
							NULL, NULL, NULL);
	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_PostmasterStart;
	worker.bgw_restart_time = 1;
	snprintf(worker.bgw_library_name, BGW_MAXLEN, "supalove_guard");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "supalove_guard_lock_watch");
	snprintf(worker.bgw_name, BGW_MAXLEN, "supalove lock watch");
	snprintf(worker.bgw_type, BGW_MAXLEN, "supalove lock watch");
	RegisterBackgroundWorker(&worker);
}
