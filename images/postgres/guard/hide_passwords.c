/*
 * A failed ALTER ROLE ... PASSWORD is logged with its statement, that is, with the password (log_min_error_statement).
 * This hook leaves the statement out of the log where its text may hold one. The client still sees its own error.
 */
#include "postgres.h"

#include <ctype.h>

#include "tcop/tcopprot.h"
#include "utils/elog.h"

#include "hide_passwords.h"

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

static void
hide_passwords(ErrorData *edata)
{
	if (may_hold_password(debug_query_string) || may_hold_password(edata->internalquery) || may_hold_password(edata->context))
	{
		edata->hide_stmt = true;
		edata->hide_ctx = true;
		edata->internalquery = NULL;
		/* LOG goes to no client: it is the statement itself, told by log_statement or by its duration. */
		if (edata->elevel == LOG && may_hold_password(edata->message))
			edata->message = "statement hidden: it may hold a password";
	}
	if (next_emit_log)
		next_emit_log(edata);
}

void
hide_passwords_install(void)
{
	next_emit_log = emit_log_hook;
	emit_log_hook = hide_passwords;
}
