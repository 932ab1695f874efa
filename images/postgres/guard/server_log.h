#ifndef SUPALOVE_GUARD_SERVER_LOG_H
#define SUPALOVE_GUARD_SERVER_LOG_H

/* Keeps passwords and tenants' data out of the server log. */
extern void server_log_install(void);

#endif
