import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { sampleContent } from '../../src/storage/checks/context.ts';
import type { ResumeSlot } from '../../src/storage/driver.ts';
import { type DriveAccess, oneToken, openDrive } from './drive.ts';

/** What the process is told, as JSON in its first argument. */
export interface DriveUpload {
  access: DriveAccess;
  accessToken: string;
  path: string;
  bytes: number;
  partBytes: number;
  /** Where the upload is remembered. */
  slotFile: string;
}

/** Of this very process: what getrusage tells is the parent's, where that was larger. */
const peakKib = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

const upload = JSON.parse(process.argv[2] ?? '') as DriveUpload;
const { slotFile } = upload;
const resume: ResumeSlot = {
  load: () => (existsSync(slotFile) ? JSON.parse(readFileSync(slotFile, 'utf8')) : null),
  save(state) {
    writeFileSync(`${slotFile}.new`, JSON.stringify(state));
    renameSync(`${slotFile}.new`, slotFile);
  },
  clear: () => rmSync(slotFile, { force: true }),
};
const drive = openDrive(upload.access, {
  tokens: oneToken(upload.accessToken),
  tuning: { partBytes: upload.partBytes, multipartFromBytes: 1 },
});
const written = await drive.write(upload.path, sampleContent(upload.bytes), {
  signal: new AbortController().signal,
  mtimeNs: null,
  resume,
  onProgress: (bytes) => console.log(bytes),
});
console.log(JSON.stringify({ ...written, mtimeNs: null, peakKib: peakKib() }));
await drive.close();
