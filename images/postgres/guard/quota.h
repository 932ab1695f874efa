#ifndef SUPALOVE_GUARD_QUOTA_H
#define SUPALOVE_GUARD_QUOTA_H

#include "nodes/nodes.h"

extern void quota_install(void);
extern void quota_check_utility(Node *statement);

#endif
