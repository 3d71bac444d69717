// What an Elysia route costs that does nothing: answers the bytes of the file named, on the port it prints.
import { readFileSync } from 'node:fs';
import { Elysia } from 'elysia';

const body = readFileSync(process.argv[2] ?? '', 'utf8');
const app = new Elysia()
  .get('/api/jobs', ({ set }) => {
    set.headers['content-type'] = 'application/json';
    return body;
  })
  .listen({ hostname: '127.0.0.1', port: 0 });
console.log(`bare route on http://127.0.0.1:${app.server?.port}`);
