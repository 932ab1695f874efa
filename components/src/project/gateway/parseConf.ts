/** A directive as nginx's own parser would see it. */
export interface Directive {
  readonly words: readonly string[];
  readonly body?: readonly Directive[];
}

type Token = string | { readonly text: string };

/** Words by the rules of nginx's parser: quotes, backslashes, comments; `;`, `{` and `}` outside of quotes are strings. */
function tokens(conf: string): Token[] {
  const list: Token[] = [];
  for (let i = 0; i < conf.length; ) {
    const char = conf.charAt(i);
    if (/\s/.test(char)) i++;
    else if (char === "#") i = conf.indexOf("\n", i);
    else if (";{}".includes(char)) {
      list.push(char);
      i++;
    } else {
      const quoted = char === '"' || char === "'";
      let text = "";
      if (quoted) i++;
      while (i < conf.length && (quoted ? conf.charAt(i) !== char : !/[\s;{]/.test(conf.charAt(i)))) {
        if (conf.charAt(i) === "\\" && /["'\\]/.test(conf.charAt(i + 1))) i++;
        text += conf.charAt(i++);
      }
      if (quoted) i++;
      list.push({ text });
    }
  }
  return list;
}

/** Reads a configuration back, for tests that ask what nginx would understand. */
export function parseConf(conf: string): Directive[] {
  const list = tokens(conf);
  let at = 0;
  const read = (nested: boolean): Directive[] => {
    const found: Directive[] = [];
    let words: string[] = [];
    for (; at < list.length; at++) {
      const token = list[at];
      if (typeof token === "object") words.push(token.text);
      else if (token === "}") {
        if (!nested || words.length > 0) throw new SyntaxError("unexpected }");
        return found;
      } else {
        if (words.length === 0) throw new SyntaxError(`unexpected ${token}`);
        if (token === "{") {
          at++;
          found.push({ words, body: read(true) });
        } else found.push({ words });
        words = [];
      }
    }
    if (nested || words.length > 0) throw new SyntaxError("unexpected end");
    return found;
  };
  return read(false);
}
