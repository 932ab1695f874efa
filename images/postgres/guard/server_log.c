/*
 * What must not get into the log that the server keeps. The client sees its own errors whatever is decided here.
 *
 * Passwords: a failed ALTER ROLE ... PASSWORD is logged with its statement, that is, with the password
 * (log_min_error_statement). The statement is left out where its text may hold one.
 *
 * Tenants' data: an error's message quotes values ("invalid input syntax for type integer: ..."), and RAISE writes any
 * text, of any length. Of a tenant's session only the server's own troubles are logged (memory, disk, files, damaged
 * data) and the end of a session.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/parallel.h"
#include "tcop/tcopprot.h"
#include "utils/elog.h"

#include "server_log.h"
#include "tenants.h"

static emit_log_hook_type next_emit_log = NULL;

/* strcasestr is no standard C; the needle is lower case. */
static bool
holds(const char *text, const char *needle)
{
	size_t		length = strlen(needle);

	for (; *text != '\0'; text++)
	{
		size_t		i = 0;

		while (i < length && tolower((unsigned char) text[i]) == needle[i])
			i++;
		if (i == length)
			return true;
	}
	return false;
}

static bool
may_hold_password(const char *text)
{
	return text != NULL && holds(text, "password");
}

static bool
is_server_trouble(const ErrorData *edata)
{
	/* RAISE may name any code. */
	if (edata->funcname != NULL && strcmp(edata->funcname, "exec_stmt_raise") == 0)
		return false;
	switch (edata->sqlerrcode)
	{
		case ERRCODE_DATA_CORRUPTED:
		case ERRCODE_INDEX_CORRUPTED:
			return true;
		default:
			break;
	}
	switch (ERRCODE_TO_CATEGORY(edata->sqlerrcode))
	{
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_SYSTEM_ERROR:
			return edata->elevel >= ERROR;
		default:
			return false;
	}
}

static void
keep_out(ErrorData *edata)
{
	/* A parallel worker's error comes again in the session that it works for. */
	if ((is_tenant_session() || IsParallelWorker()) && edata->elevel < FATAL && !is_server_trouble(edata))
		edata->output_to_server = false;
	if (may_hold_password(debug_query_string) || may_hold_password(edata->internalquery) || may_hold_password(edata->context))
	{
		edata->hide_stmt = true;
		edata->hide_ctx = true;
		edata->internalquery = NULL;
		/* Its message quotes the word where the parser stopped. */
		if (edata->sqlerrcode == ERRCODE_SYNTAX_ERROR)
			edata->output_to_server = false;
		/* LOG goes to no client: it is the statement itself, told by log_statement or by its duration. */
		if (edata->elevel == LOG && may_hold_password(edata->message))
			edata->message = "statement hidden: it may hold a password";
	}
	if (next_emit_log && edata->output_to_server)
		next_emit_log(edata);
}

void
server_log_install(void)
{
	next_emit_log = emit_log_hook;
	emit_log_hook = keep_out;
}
