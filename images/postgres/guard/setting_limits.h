#ifndef SUPALOVE_GUARD_SETTING_LIMITS_H
#define SUPALOVE_GUARD_SETTING_LIMITS_H

extern void setting_limits_install(void);

#endif
