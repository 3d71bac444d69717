const connections = 16;

/** Requests per second that `url` answers with 200 over kept connections, each asking again as soon as it is answered. */
export async function requestsPerSecond(url: string, cookie: string, seconds: number): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const request = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${cookie}\r\n\r\n`;
  const started = performance.now();
  const until = started + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => askUntil({ hostname, port: Number(port), request, until })),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - started) / 1000);
}

interface Asking {
  hostname: string;
  port: number;
  request: string;
  until: number;
}

/** Answers are told apart by their length, which is the same for all: the first one is read, the rest counted. */
function askUntil({ hostname, port, request, until }: Asking): Promise<number> {
  return new Promise((resolve, reject) => {
    let answerBytes = 0;
    let received = 0;
    let first = '';
    let answers = 0;
    void Bun.connect({
      hostname,
      port,
      socket: {
        open: (socket) => void socket.write(request),
        data(socket, chunk) {
          received += chunk.byteLength;
          if (answerBytes === 0) {
            first += chunk.toString('latin1');
            const head = first.indexOf('\r\n\r\n');
            const body = /content-length: (\d+)/i.exec(first.slice(0, Math.max(head, 0)))?.[1];
            if (head === -1) return;
            if (!first.startsWith('HTTP/1.1 200') || body === undefined) return reject(new Error(first.slice(0, 300)));
            answerBytes = head + 4 + Number(body);
          }
          if (received < answerBytes) return;
          received -= answerBytes;
          answers += 1;
          if (performance.now() < until) socket.write(request);
          else {
            resolve(answers); // before the socket tells that it closed
            socket.end();
          }
        },
        error: (_, error) => reject(error),
        close: () => reject(new Error('the server closed a kept connection')),
      },
    }).catch(reject);
  });
}
