#ifndef HIDE_PASSWORDS_H
#define HIDE_PASSWORDS_H

/* Keeps statements that may carry a password out of the server log. */
extern void hide_passwords_install(void);

#endif
