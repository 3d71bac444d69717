// Follows the log of one run with many sockets at once: log-readers.ts <ws url> <cookie> <sockets>; prints what came.
const [url = '', cookie = '', sockets = '1'] = process.argv.slice(2);

interface Heard {
  lines: number;
  statuses: number;
  code: number;
}

const listen = (): Promise<Heard> =>
  new Promise((resolve) => {
    const heard: Heard = { lines: 0, statuses: 0, code: 0 };
    const socket = new WebSocket(url, { headers: { cookie } } as unknown as string[]);
    // The type stands first in every message; taking a million objects apart would measure us, not the server.
    socket.addEventListener('message', ({ data }) => {
      if (String(data).startsWith('{"type":"log"')) heard.lines += 1;
      else heard.statuses += 1;
    });
    socket.addEventListener('close', ({ code }) => resolve({ ...heard, code }));
  });

void Promise.all(Array.from({ length: Number(sockets) }, listen)).then((all) => {
  const whole = all.filter((one) => one.statuses === 1 && one.code === 1000);
  console.log(JSON.stringify({ whole: whole.length, lines: [...new Set(all.map((one) => one.lines))] }));
});
