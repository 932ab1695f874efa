#ifndef SUPALOVE_GUARD_LOCK_WATCH_H
#define SUPALOVE_GUARD_LOCK_WATCH_H

extern void lock_watch_install(void);

#endif
