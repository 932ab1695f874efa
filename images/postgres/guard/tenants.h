#ifndef SUPALOVE_GUARD_TENANTS_H
#define SUPALOVE_GUARD_TENANTS_H

extern void tenants_install(void);

/* True for the name of a login that a tenant or a service of it uses. */
extern bool is_tenant_login(const char *role);

/* True in a session that logged in as one. Looks at no catalog, so it may be asked at any time. */
extern bool is_tenant_session(void);

#endif
