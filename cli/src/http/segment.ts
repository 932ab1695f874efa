import { CliError } from "../errors.ts";

/**
 * A word from the command line as one part of a path.
 * @param what the argument's name
 * @throws CliError for one that would make another path of it
 */
export function segment(what: string, word: string): string {
  if (/^\s*\.{0,2}\s*$/.test(word))
    throw new CliError(`"${word}" is no ${what}`, `give the ${what} as the lists show it`);
  return encodeURIComponent(word);
}
