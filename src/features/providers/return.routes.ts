import { Elysia } from 'elysia';
import type { SignIns } from './sign-ins.ts';

/** The same for everybody: whether it worked is told to the tab that began. */
const page = (language: 'en' | 'de'): string => {
  const [title, words] =
    language === 'de'
      ? ['Anmeldung', 'Sie können dieses Fenster jetzt schließen.']
      : ['Sign-in', 'You can close this window now.'];
  return `<!doctype html>
<html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · Dynamight</title>
<p>${words}</p></html>
`;
};

/**
 * Where Google and Microsoft send the browser back to. Public and static: who brings the right `state` was sent by us,
 * and learns nothing from the answer, which does not wait for what comes of it.
 */
export const oauthReturnRoutes = (signIns: Pick<SignIns, 'returned'>) =>
  new Elysia({ name: 'oauth return' }).get(
    '/oauth/return',
    ({ request }) => {
      // Programs that only look whether an address is there must not use up the code.
      if (request.method === 'GET') setImmediate(() => signIns.returned(request.url));
      const german = /^\s*de\b/i.test(request.headers.get('accept-language') ?? '');
      return new Response(page(german ? 'de' : 'en'), {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          vary: 'accept-language',
        },
      });
    },
    { detail: { hide: true } },
  );
