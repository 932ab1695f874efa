/*
 * A database over its size limit takes no more data, but what it holds can be read and deleted. Postgres has no quota;
 * default_transaction_read_only is a default that every session may change, and it forbids the DELETE that would help.
 * The platform sets supalove_guard.over_quota for a database (ALTER DATABASE ... SET, superuser only) and takes it back.
 *
 * What writes through functions of the server itself (large objects) passes; the platform closes a database that goes on
 * growing.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "utils/guc.h"

#include "quota.h"

static ExecutorStart_hook_type next_executor_start = NULL;
static bool over_quota = false;

static void
refuse(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DISK_FULL),
			 errmsg("the database is over its size limit and takes no more data"),
			 errhint("Delete or truncate what is not needed and run VACUUM FULL, or choose a larger size for the project.")));
}

static bool
adds_data(const PlannedStmt *statement)
{
	const ListCell *cell;

	switch (statement->commandType)
	{
		case CMD_INSERT:
		case CMD_UPDATE:
		case CMD_MERGE:
			return true;
		default:
			break;
	}
	/* WITH x AS (INSERT ...) SELECT: each such part is a plan of its own. */
	if (statement->hasModifyingCTE)
	{
		foreach(cell, statement->subplans)
		{
			const Plan *plan = lfirst(cell);

			if (plan != NULL && IsA(plan, ModifyTable) && ((const ModifyTable *) plan)->operation != CMD_DELETE)
				return true;
		}
	}
	return false;
}

static void
quota_executor_start(QueryDesc *queryDesc, int eflags)
{
	if (over_quota && !(eflags & EXEC_FLAG_EXPLAIN_ONLY) && !superuser() && adds_data(queryDesc->plannedstmt))
		refuse();
	if (next_executor_start)
		next_executor_start(queryDesc, eflags);
	else
		standard_ExecutorStart(queryDesc, eflags);
}

/* Statements that are no plans. The caller has seen that the current user is no superuser. */
void
quota_check_utility(Node *statement)
{
	if (!over_quota)
		return;
	switch (nodeTag(statement))
	{
		case T_CopyStmt:
			if (castNode(CopyStmt, statement)->is_from)
				refuse();
			break;
		case T_CreateStmt:
		case T_CreateTableAsStmt:
		case T_RefreshMatViewStmt:
		case T_IndexStmt:
			refuse();
			break;
		default:
			break;
	}
}

void
quota_install(void)
{
	DefineCustomBoolVariable("supalove_guard.over_quota",
							 "The database takes no more data, except from a superuser.",
							 NULL,
							 &over_quota,
							 false,
							 PGC_SUSET,
							 0,
							 NULL, NULL, NULL);
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = quota_executor_start;
}
