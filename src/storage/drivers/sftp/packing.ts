import type { Socket } from 'node:net';
import type { SFTPWrapper } from 'ssh2';

/** What ssh2's SFTP sends through, and the channel it sends to. */
interface Inside {
  _protocol?: { channelData(id: number, bytes: Buffer): void; channelClose(id: number): void; _cipher?: Cipher };
  outgoing?: { id: number; packetSize: number };
}
/** What encrypts; another one after every exchange of keys. */
interface Cipher {
  allocPacket?(payloadBytes: number): Buffer;
}

/** Called with the connection's present cipher before something large is encrypted. */
export type ReusePackets = (cipher: Cipher | undefined) => void;

/** What servers take in one SSH packet (RFC 4253, section 6.1); few take more. */
const mostPackedBytes = 32 * 1024;

/**
 * Sends requests made in the same turn of the event loop as one SSH packet: SFTP is a stream, and only ssh2 sends a
 * packet per request. A small file takes eight requests, and a packet costs far more than what is in it (measured: for
 * 5,000 files of 4 KiB the server needs a third of the time, and this process two thirds). Where ssh2 is not as it is
 * known, everything goes its usual way.
 *
 * @param reusePackets of the connection
 */
export function packRequests(sftp: SFTPWrapper, reusePackets: ReusePackets): void {
  const inside = sftp as unknown as Inside;
  const { _protocol: protocol, outgoing } = inside;
  if (typeof protocol?.channelData !== 'function' || outgoing === undefined) return;
  const { id } = outgoing;
  const presentCipher = (): Cipher | undefined => {
    const { _cipher: cipher } = protocol;
    return cipher;
  };
  const most = Math.min(outgoing.packetSize, mostPackedBytes);
  // One memory for all packets: ssh2 copies what it is given.
  const packet = Buffer.allocUnsafeSlow(most);
  let filled = 0;

  function send(bytes: Buffer): void {
    try {
      if (bytes.length >= leastReusedBytes) reusePackets(presentCipher());
      protocol?.channelData(id, bytes);
    } catch (error) {
      sftp.emit('error', error); // nobody who could catch it is above a turn of the event loop
    }
  }
  function flush(): void {
    if (filled === 0) return;
    const bytes = packet.subarray(0, filled);
    filled = 0;
    send(bytes);
  }
  const packing = new Proxy(protocol, {
    get(target, name) {
      if (name === 'channelData')
        return (_id: number, request: Buffer) => {
          if (filled + request.length > most) flush();
          if (request.length >= most) return send(request);
          if (filled === 0) setImmediate(flush);
          packet.set(request, filled);
          filled += request.length;
        };
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        flush(); // whatever else is said about the channel comes after what was asked on it
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
  Object.assign(inside, { _protocol: packing });
}

/** Smaller packets come from memory that is shared anyway. */
const leastReusedBytes = 16 * 1024;
/** Full ones, and what is left of a request after its last full one. */
const mostReused = 4;

/**
 * Lets a cipher that encrypts into new memory fill the same packets again and again: each was garbage as soon as it was
 * encrypted, which is before anything else happens. A packet keeps its length, and so its head and its padding.
 */
export function createPacketReuse(): ReusePackets {
  let known: Cipher | undefined;
  return (cipher) => {
    if (cipher === known) return;
    known = cipher;
    const alloc = cipher?.allocPacket?.bind(cipher);
    if (alloc === undefined || cipher?.constructor.name !== 'AESGCMCipherNative') return;
    const packets = new Map<number, Buffer>();
    cipher.allocPacket = (payloadBytes) => {
      const packet = packets.get(payloadBytes) ?? alloc(payloadBytes);
      if (payloadBytes >= leastReusedBytes && packets.size < mostReused) packets.set(payloadBytes, packet);
      return packet;
    };
  };
}

/** Written to the socket at once, at most: four of the largest packets. */
const joinedBytes = 4 * 33 * 1024;
/** Memory for joined writes that is kept for the next ones. */
const mostSpare = 8;

/**
 * Hands the socket in one piece what is written in one turn: ssh2 writes length, text and checksum of each packet on
 * their own, and every write is a call of the system and, without Nagle's delay, a segment on the wire.
 */
export function joinWrites(socket: Socket): void {
  const write: (bytes: Buffer, done?: () => void) => boolean = socket.write.bind(socket);
  const end: () => Socket = socket.end.bind(socket);
  const spare: Buffer<ArrayBuffer>[] = [];
  let joined = Buffer.allocUnsafeSlow(joinedBytes);
  let filled = 0;
  let scheduled = false;

  function flush(): void {
    if (filled === 0) return;
    const [full, bytes] = [joined, joined.subarray(0, filled)];
    filled = 0;
    if (socket.destroyed) return;
    joined = spare.pop() ?? Buffer.allocUnsafeSlow(joinedBytes);
    write(bytes, () => {
      if (spare.length < mostSpare) spare.push(full);
    });
  }
  socket.write = (data: Buffer) => {
    if (filled + data.length > joinedBytes) flush();
    if (data.length > joinedBytes) {
      write(data);
      return true;
    }
    joined.set(data, filled);
    filled += data.length;
    if (!scheduled) {
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        flush();
      });
    }
    return true; // nobody here waits for it to drain: what is in flight is bounded by the requests without an answer
  };
  socket.end = () => {
    flush();
    return end();
  };
}
