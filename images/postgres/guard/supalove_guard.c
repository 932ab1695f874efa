/*
 * supalove_guard: in a cluster that many tenants share, anon, authenticated and service_role belong to nobody. But in
 * Postgres a member of a role may SET ROLE to it, and a role may alter its own settings and password: a tenant could
 * slow down or lock out all others. This library refuses to anyone but a superuser every statement that changes a
 * reserved role, its settings, its memberships or what it owns.
 *
 * The check stands in ProcessUtility_hook, so it also sees what functions, DO blocks and extension scripts execute.
 *
 * Beside it: who is a tenant (tenants.c), what a tenant may raise (setting_limits.c), who holds too many locks
 * (lock_watch.c), a full database (quota.c), and what the server's log holds (server_log.c).
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/syscache.h"

#include "lock_watch.h"
#include "names.h"
#include "quota.h"
#include "server_log.h"
#include "setting_limits.h"
#include "tenants.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

static ProcessUtility_hook_type next_process_utility = NULL;

/* Names, comma separated; one that ends in * stands for all that start so. */
static char *reserved_roles = NULL;

/* The same, split; allocated once. */
static List *reserved = NIL;

static bool
is_reserved(const char *role)
{
	return names_match(reserved, role);
}

static void
refuse(const char *role)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("role \"%s\" is reserved", role),
			 errdetail("It is shared by all projects of this database server; only the platform may change it."),
			 errhint("Change settings for a single transaction with SET LOCAL, or for your own login role.")));
}

static void
check_name(const char *role)
{
	if (role != NULL && is_reserved(role))
		refuse(role);
}

/* CURRENT_USER and SESSION_USER name a role too. PUBLIC and a missing role are left to Postgres. */
static void
check_role(const RoleSpec *role)
{
	if (role == NULL)
		return;
	switch (role->roletype)
	{
		case ROLESPEC_CSTRING:
			check_name(role->rolename);
			break;
		case ROLESPEC_CURRENT_ROLE:
		case ROLESPEC_CURRENT_USER:
			check_name(GetUserNameFromId(GetUserId(), true));
			break;
		case ROLESPEC_SESSION_USER:
			check_name(GetUserNameFromId(GetSessionUserId(), true));
			break;
		case ROLESPEC_PUBLIC:
			break;
	}
}

static void
check_roles(const List *roles)
{
	const ListCell *cell;

	foreach(cell, roles)
		check_role(lfirst_node(RoleSpec, cell));
}

/* Options of CREATE and ALTER ROLE that name other roles: IN ROLE, ROLE, ADMIN, ADD USER. */
static void
check_role_options(const List *options)
{
	const ListCell *cell;

	foreach(cell, options)
	{
		const DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "addroleto") == 0 ||
			strcmp(option->defname, "rolemembers") == 0 ||
			strcmp(option->defname, "adminmembers") == 0)
			check_roles((const List *) option->arg);
	}
}

/*
 * GRANT role TO role. Besides the reserved ones: up to version 15 a login may grant itself to others without ADMIN OPTION,
 * which would let a tenant hand its role to all (by anon) and fill every other tenant's membership list.
 */
static void
check_role_grant(const GrantRoleStmt *stmt)
{
	const ListCell *cell;
	const char *session = GetUserNameFromId(GetSessionUserId(), true);

	check_roles(stmt->grantee_roles);
	foreach(cell, stmt->granted_roles)
	{
		const AccessPriv *granted = lfirst_node(AccessPriv, cell);

		check_name(granted->priv_name);
		if (granted->priv_name != NULL && session != NULL && strcmp(granted->priv_name, session) == 0 &&
			!has_createrole_privilege(GetUserId()))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("a login cannot grant itself"),
					 errhint("Grant privileges on tables, functions or schemas instead.")));
	}
}

/*
 * A login may change its own password, but the platform logs in with it too: the SQL editor and migrations would stand
 * before a closed door.
 */
static void
check_password(const RoleSpec *role, const List *options)
{
	const ListCell *cell;
	const char *name;

	switch (role->roletype)
	{
		case ROLESPEC_CSTRING:
			name = role->rolename;
			break;
		case ROLESPEC_SESSION_USER:
			name = GetUserNameFromId(GetSessionUserId(), true);
			break;
		default:
			name = GetUserNameFromId(GetUserId(), true);
			break;
	}
	if (!is_tenant_login(name))
		return;
	foreach(cell, options)
	{
		if (strcmp(lfirst_node(DefElem, cell)->defname, "password") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("the password of login \"%s\" is kept by the platform", name),
					 errdetail("The project's services log in with it too."),
					 errhint("It is the db_pass that the project was created with.")));
	}
}

static void
check_statement(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CreateRoleStmt:
			check_name(castNode(CreateRoleStmt, statement)->role);
			check_role_options(castNode(CreateRoleStmt, statement)->options);
			break;
		case T_AlterRoleStmt:
			check_role(castNode(AlterRoleStmt, statement)->role);
			check_role_options(castNode(AlterRoleStmt, statement)->options);
			check_password(castNode(AlterRoleStmt, statement)->role, castNode(AlterRoleStmt, statement)->options);
			break;
		case T_AlterRoleSetStmt:
			check_role(castNode(AlterRoleSetStmt, statement)->role);
			break;
		case T_DropRoleStmt:
			check_roles(castNode(DropRoleStmt, statement)->roles);
			break;
		case T_GrantRoleStmt:
			check_role_grant(castNode(GrantRoleStmt, statement));
			break;
		case T_DropOwnedStmt:
			check_roles(castNode(DropOwnedStmt, statement)->roles);
			break;
		case T_ReassignOwnedStmt:
			check_roles(castNode(ReassignOwnedStmt, statement)->roles);
			check_role(castNode(ReassignOwnedStmt, statement)->newrole);
			break;
		case T_RenameStmt:
			if (castNode(RenameStmt, statement)->renameType == OBJECT_ROLE)
			{
				check_name(castNode(RenameStmt, statement)->subname);
				check_name(castNode(RenameStmt, statement)->newname);
			}
			break;
		case T_CommentStmt:
			if (castNode(CommentStmt, statement)->objtype == OBJECT_ROLE)
				check_name(strVal(castNode(CommentStmt, statement)->object));
			break;
		case T_SecLabelStmt:
			if (castNode(SecLabelStmt, statement)->objtype == OBJECT_ROLE)
				check_name(strVal(castNode(SecLabelStmt, statement)->object));
			break;
		default:
			break;
	}
}

static void
guard_process_utility(PlannedStmt *pstmt, const char *queryString, bool readOnlyTree, ProcessUtilityContext context,
					  ParamListInfo params, QueryEnvironment *queryEnv, DestReceiver *dest, QueryCompletion *qc)
{
	/* The current user counts: what a superuser's SECURITY DEFINER function does is the superuser's doing. */
	if (!superuser())
	{
		check_statement(pstmt->utilityStmt);
		quota_check_utility(pstmt->utilityStmt);
	}
	if (next_process_utility)
		next_process_utility(pstmt, queryString, readOnlyTree, context, params, queryEnv, dest, qc);
	else
		standard_ProcessUtility(pstmt, queryString, readOnlyTree, context, params, queryEnv, dest, qc);
}

void
_PG_init(void)
{
	/* Loaded later it would guard one session only, and LOAD would look like a success. */
	if (!process_shared_preload_libraries_in_progress)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("supalove_guard must be loaded via shared_preload_libraries")));

	DefineCustomStringVariable("supalove_guard.reserved_roles",
							   "Roles that only a superuser may change.",
							   "Comma separated names; one that ends in * stands for all that start so.",
							   &reserved_roles,
							   "anon,authenticated,service_role,postgres",
							   PGC_POSTMASTER,
							   0,
							   NULL, NULL, NULL);
	reserved = names_split(reserved_roles);
	tenants_install();
	setting_limits_install();
	quota_install();
	lock_watch_install();
	server_log_install();
	MarkGUCPrefixReserved("supalove_guard");
	next_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = guard_process_utility;
}
