import { SECRET_MASK } from "@supalove/contracts/api/previews.ts";

/**
 * Cuts the password out of every `scheme://user:password@host` of a text. A password may hold anything but white space, `@`
 * and `/` too, so it ends at the last `@` of its word: rather too much is hidden than half of it shown.
 */
export function hideUrlPasswords(text: string): string {
  return text.replaceAll(/\S+/g, (word) => {
    const end = word.lastIndexOf("@");
    const start = /:\/\/[^:/]*:/.exec(word);
    if (start === null || start.index + start[0].length > end) return word;
    return word.slice(0, start.index + start[0].length) + SECRET_MASK + word.slice(end);
  });
}
