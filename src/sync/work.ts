import { StorageError } from '../storage/errors.ts';
import type { ApplyInput, SyncItem, SyncResult } from './apply.ts';
import type { FileState } from './decide.ts';
import { distrustedRow, type RemoteState } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { inFolder, pathAt } from './names.ts';
import { rowOf, type Sent, sendFile } from './send.ts';
import type { Operation, SpooledRemote } from './spool.ts';
import type { Stops } from './stops.ts';
import type { Verifier } from './verify.ts';

export interface ApplyContext extends ApplyInput {
  result: SyncResult;
  stops: Stops;
  ledger: Ledger;
  verifier: Verifier;
  /** By position: as the service spells them, and as bytes. */
  landings: readonly { landing: string; bytes: string }[];
}

type Upload = Extract<Operation, { is: 'upload' }>;
type Compare = Extract<Operation, { is: 'compare' }>;

const remoteState = ({ mtimeNs, ...rest }: SpooledRemote): RemoteState => ({
  ...rest,
  mtimeNs: mtimeNs === null ? null : BigInt(mtimeNs),
});

const stateOf = ({ size, mtimeNs, ctimeNs, ino }: Upload['file']): FileState => ({
  size,
  mtimeNs: BigInt(mtimeNs),
  ctimeNs: BigInt(ctimeNs),
  ino: BigInt(ino),
});

/** Does single operations; every outcome is told, noted and counted here. */
export function createWorker(context: ApplyContext) {
  const { driver, sources, options, journal, sink, result, stops, ledger, verifier, landings } = context;
  const inFlight = new Map<object, number>();
  let doneBytes = 0;
  let flyingBytes = 0;
  let doneFiles = 0;

  const landingOf = ({ landing }: { landing: number }) => landings[landing] as (typeof landings)[number];
  const filesOf = ({ landing }: { landing: number }) => (sources[landing] as (typeof sources)[number]).files;
  const journalPath = (operation: Upload | Compare) => inFolder(landingOf(operation).bytes, operation.path);

  /** What is under way counts as it arrives, and not any more when it has to be sent anew. */
  const flying = (token: object, bytes: number): void => {
    flyingBytes += bytes - (inFlight.get(token) ?? 0);
    inFlight.set(token, bytes);
    sink.progress(doneBytes + flyingBytes, doneFiles);
  };
  const landed = (token: object, bytes: number): void => {
    flyingBytes -= inFlight.get(token) ?? 0;
    inFlight.delete(token);
    doneBytes += bytes;
  };

  const item = (operation: { landing: number; path: string }, rest: Omit<SyncItem, 'landing' | 'path'>) =>
    sink.item({ landing: landingOf(operation).landing, path: operation.path, ...rest });
  const failed = (operation: { landing: number; path: string }, message: string): void => {
    result.failed += 1;
    sink.problem({ landing: landingOf(operation).landing, path: operation.path, level: 'error', message });
  };
  const vanished = (operation: { landing: number; path: string }): void => {
    result.vanished += 1;
    const message = 'vanished before it could be copied';
    sink.problem({ landing: landingOf(operation).landing, path: operation.path, level: 'warning', message });
  };

  function arrived(
    operation: Upload | Compare,
    sent: Extract<Sent, { as: 'sent' }>,
    remote: RemoteState,
    replaces: boolean,
  ) {
    const sha256 = sent.hashes.sha256 ?? null;
    ledger.put(journalPath(operation), rowOf(sent.state, sha256, remote));
    result.transferred += 1;
    doneFiles += 1;
    sink.progress(doneBytes + flyingBytes, doneFiles);
    const action = replaces ? 'changed' : 'new';
    item(operation, { action, kind: 'file', size: sent.state.size, ...(sha256 === null ? {} : { sha256 }) });
  }

  async function upload(operation: Upload | Compare, replaces: boolean): Promise<void> {
    const token = {};
    const at = pathAt(landingOf(operation).landing, operation.path);
    try {
      const sent = await sendFile({
        files: filesOf(operation),
        driver,
        journal,
        path: operation.path,
        at,
        journalPath: journalPath(operation),
        replaces,
        ...(context.keep ? { keep: context.keep } : {}),
        onBytes: (bytes) => flying(token, bytes),
        signal: stops.signal,
      });
      stops.succeeded();
      if (sent.as === 'vanished') {
        landed(token, 0);
        return vanished(operation);
      }
      const { written, state, hashes } = sent;
      landed(token, state.size);
      if (operation.why === 'drifted') {
        const message = 'was gone or changed at the destination since the last run; it was sent again';
        sink.problem({ landing: landingOf(operation).landing, path: operation.path, level: 'warning', message });
      }
      const { size, mtimeNs, hash, tag, id, verified } = written;
      // What the answer holds nothing to know it by is looked at once more, too.
      const recognisable = tag !== null || hash !== null || mtimeNs !== null;
      if (verified && recognisable) arrived(operation, sent, { size, mtimeNs, hash, tag, id }, replaces);
      else
        verifier.add({
          path: at,
          size: state.size,
          hashes,
          proven: (remote) => arrived(operation, sent, remote, replaces),
          failed(message) {
            ledger.put(journalPath(operation), distrustedRow);
            failed(operation, message);
          },
        });
    } catch (error) {
      landed(token, 0);
      if (stops.isOwnTrouble(error)) failed(operation, error.message);
    }
  }

  /** Reads a file to know whether it is what is there. */
  async function compare(operation: Compare): Promise<void> {
    let hex: string | undefined;
    let sha256: string | undefined;
    let state: FileState | null = null;
    try {
      const file = await filesOf(operation).open(operation.path);
      if (!file) return vanished(operation);
      try {
        stops.signal.throwIfAborted();
        sha256 = await file.sha256();
        hex = operation.kind === 'sha256' ? sha256 : ((await file.hash(operation.kind)) ?? undefined);
        state = file.state;
      } catch (error) {
        // One that changes while it is read differs for certain.
        if (!file.changed) throw error;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (stops.isOwnTrouble(error)) failed(operation, error.message);
      return;
    }
    if (state === null || hex !== operation.hex || state.size !== operation.there.size) {
      if (!options.dryRun) return upload(operation, true);
      result.transferred += 1;
      return item(operation, { action: 'changed', kind: 'file', size: operation.file.size });
    }
    if (!options.dryRun) ledger.put(journalPath(operation), rowOf(state, sha256 ?? null, remoteState(operation.there)));
    result.unchanged += 1;
    if (operation.same === 'attributes' || options.verbose)
      item(operation, { action: operation.same, kind: 'file', size: state.size, ...(sha256 ? { sha256 } : {}) });
  }

  async function makeFolder(operation: Extract<Operation, { is: 'make_folder' }>): Promise<void> {
    try {
      await driver.makeFolder(pathAt(landingOf(operation).landing, operation.path), stops.signal);
      stops.succeeded();
    } catch (error) {
      if (!stops.isOwnTrouble(error)) return;
      const message = `The folder could not be made: ${error.message}`;
      sink.problem({ landing: landingOf(operation).landing, path: operation.path, level: 'error', message });
    }
  }

  return {
    /** What takes a request, or reading a file. Throws only what is a fault of ours. */
    async act(operation: Operation): Promise<void> {
      if (operation.is === 'upload') await upload(operation, operation.replaces);
      else if (operation.is === 'compare') await compare(operation);
      else if (operation.is === 'make_folder') await makeFolder(operation);
      else throw new StorageError('unsupported', `${operation.is} takes no work`);
    },
    /** What does not. */
    note(operation: Operation): void {
      switch (operation.is) {
        case 'adopt': {
          const { file, there } = operation;
          if (!options.dryRun)
            ledger.put(
              inFolder(landingOf(operation).bytes, operation.path),
              rowOf(stateOf(file), null, remoteState(there)),
            );
          if (options.verbose) item(operation, { action: 'unchanged', kind: 'file', size: file.size });
          return;
        }
        case 'tell':
          return item(operation, { action: operation.action, kind: operation.kind, size: operation.size });
        case 'problem': {
          const { level, message, path } = operation;
          return sink.problem({ landing: landingOf(operation).landing, path, level, message });
        }
        case 'forget':
          if (!options.dryRun) ledger.remove(operation.path);
          return;
        case 'upload':
          // Only told: a dry run.
          result.transferred += 1;
          return item(operation, {
            action: operation.replaces ? 'changed' : 'new',
            kind: 'file',
            size: operation.file.size,
          });
        default:
      }
    },
  };
}
