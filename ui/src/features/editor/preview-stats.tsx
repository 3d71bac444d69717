import { Show } from 'solid-js';
import type { PreviewView } from '../../api/preview.ts';
import { Stat } from '../../components/stat.tsx';
import { previewText as t } from '../../i18n/preview.ts';
import { bytes } from '../../lib/format.ts';

/** The numbers of a look ahead, in the order of the question: what is here, what moves, what goes, is there room. */
export function PreviewStats(props: { found: PreviewView }) {
  return (
    <dl class="stats">
      <Stat label={t().inSources} note={bytes(props.found.bytes)}>
        {t().files(props.found.files)}
      </Stat>
      <Stat label={t().toCopy} note={copyNote(props.found)}>
        {copyWords(props.found)}
      </Stat>
      <Show when={props.found.deletions}>
        {(deletions) => (
          <Stat
            label={t().toDelete}
            note={props.found.files_there === null ? undefined : t().ofThere(props.found.files_there)}
          >
            {t().files(deletions())}
          </Stat>
        )}
      </Show>
      <Show when={props.found.excluded?.files ? props.found.excluded : null}>
        {(excluded) => (
          <Stat label={t().excluded} note={t().excludedNote(excluded().bytes)}>
            {t().files(excluded().files)}
          </Stat>
        )}
      </Show>
      <Show when={props.found.free_bytes !== null}>
        <Stat label={t().free} note={roomNote(props.found)}>
          {bytes(props.found.free_bytes ?? 0)}
        </Stat>
      </Show>
    </dl>
  );
}

const copyWords = ({ transfer_files: n }: PreviewView) => {
  if (n === null) return t().unknown;
  return n === 0 ? t().nothing : t().files(n);
};

const copyNote = ({ files, transfer_files: n, transfer_bytes: size }: PreviewView) => {
  if (n === null) return t().unknownNote;
  if (n === 0) return files > 0 ? t().allThere : undefined;
  return bytes(size ?? 0);
};

/** Only where it can be said, and where one would see it: replaced files need their room once, so it is an estimate. */
const roomNote = ({ free_bytes: free, transfer_bytes: size, complete }: PreviewView) => {
  if (!complete || free === null || !size) return undefined;
  const left = Math.max(0, free - size);
  return bytes(left) === bytes(free) ? undefined : t().roomLeft(left);
};
