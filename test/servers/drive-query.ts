/** What a search of Drive is asked about. */
export interface Searched {
  name: string;
  mimeType: string;
  trashed: boolean;
  parents: readonly string[];
}
export interface DriveQuery {
  fits(file: Searched): boolean;
  /** IDs that were named as parents: Drive answers 404 when one is not there. */
  parents: readonly string[];
}

type Test = (file: Searched) => boolean;

const token = /\s*(?:('(?:[^'\\]|\\.)*')|(!=|=|\(|\))|([A-Za-z]+))/gy;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  for (const match of text.matchAll(token)) {
    tokens.push(match[0].trim());
    at = match.index + match[0].length;
  }
  if (text.slice(at).trim() !== '') throw new Error(`Not understood from ${at} on`);
  return tokens;
}

const unquoted = (token: string | undefined): string => {
  if (!token?.startsWith("'")) throw new Error('A quoted text is missing');
  return token.slice(1, -1).replaceAll(/\\(.)/g, '$1');
};

/** The part of https://developers.google.com/workspace/drive/api/guides/ref-search-terms that matters here; throws for anything else. */
export function parseDriveQuery(text: string): DriveQuery {
  const tokens = tokensOf(text);
  const parents: string[] = [];
  const take = () => tokens.shift();
  const expect = (wanted: string) => {
    if (take() !== wanted) throw new Error(`${wanted} is missing`);
  };

  function term(): Test {
    const first = take();
    if (first === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (first === 'not') {
      const inner = term();
      return (file) => !inner(file);
    }
    if (first?.startsWith("'")) {
      const id = unquoted(first);
      expect('in');
      expect('parents');
      parents.push(id);
      return (file) => file.parents.includes(id);
    }
    const sign = take();
    if (first === 'trashed' && sign === '=') {
      const wanted = take();
      if (wanted !== 'true' && wanted !== 'false') throw new Error('true or false is missing');
      return (file) => file.trashed === (wanted === 'true');
    }
    if (first === 'name' && (sign === '=' || sign === '!=')) {
      // Its comparison does not mind case.
      const wanted = unquoted(take()).toLowerCase();
      return (file) => (file.name.toLowerCase() === wanted) === (sign === '=');
    }
    if (first === 'mimeType' && (sign === '=' || sign === '!=')) {
      const wanted = unquoted(take());
      return (file) => (file.mimeType === wanted) === (sign === '=');
    }
    throw new Error('No such term');
  }
  function both(): Test {
    let test = term();
    while (tokens[0] === 'and') {
      take();
      const [left, right] = [test, term()];
      test = (file) => left(file) && right(file);
    }
    return test;
  }
  function either(): Test {
    let test = both();
    while (tokens[0] === 'or') {
      take();
      const [left, right] = [test, both()];
      test = (file) => left(file) || right(file);
    }
    return test;
  }

  const fits = either();
  if (tokens.length > 0) throw new Error('Something is left over');
  return { fits, parents };
}
