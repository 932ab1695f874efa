/*
 * Lists of role names in settings.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "names.h"

List *
names_split(const char *setting)
{
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);
	char	   *text = pstrdup(setting);
	List	   *names = NIL;

	/* By hand, not by SplitIdentifierString: that one takes no bare asterisk. */
	for (char *name = strtok(text, ", \t\n"); name != NULL; name = strtok(NULL, ", \t\n"))
		names = lappend(names, name);
	MemoryContextSwitchTo(old);
	return names;
}

bool
names_match(const List *names, const char *name)
{
	const ListCell *cell;

	foreach(cell, names)
	{
		const char *listed = lfirst(cell);
		size_t		length = strlen(listed);

		if (length > 0 && listed[length - 1] == '*')
		{
			if (strncmp(name, listed, length - 1) == 0)
				return true;
		}
		else if (strcmp(name, listed) == 0)
			return true;
	}
	return false;
}
