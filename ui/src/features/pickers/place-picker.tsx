import Folder from 'lucide-solid/icons/folder';
import HardDrive from 'lucide-solid/icons/hard-drive';
import { createEffect, createMemo, createSignal, mapArray, on, Show } from 'solid-js';
import type { SpaceView } from '../../api/places.ts';
import { Notice } from '../../components/notice.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { pickersText as t } from '../../i18n/pickers.ts';
import { bytes } from '../../lib/format.ts';
import { nameOf } from './paths.ts';
import {
  changesOf,
  configOfDrive,
  type DriveOffer,
  type LocalConfig,
  mountPointOf,
  pathOf,
  sizeBytes,
  subdirOf,
  uuidOf,
} from './place.ts';
import { FolderOnBox, FolderOnDrive } from './place-folder.tsx';
import { createPlaceState, type PlaceState } from './place-state.ts';
import './pickers.css';

/** Folder proposed on a drive: beside whatever lies there already. */
export const proposedSubdir = 'Backup';

interface PlacePickerProps {
  /** `destination_config` of type local; an empty object while nothing is chosen. */
  value: LocalConfig;
  onChange: (config: LocalConfig) => void;
  error?: string | undefined;
  /** What is backed up: its drive is offered last, and its disk gets a warning. */
  sources?: readonly string[];
  /** What was seen already, where the caller looks as well. */
  state?: PlaceState;
}

/** Where on this box a backup goes: a drive that is followed wherever it is mounted, or a folder. */
export function PlacePicker(props: PlacePickerProps) {
  const state =
    props.state ?? // oxlint-disable-line solid/reactivity -- handed over once
    createPlaceState(
      () => props.value,
      () => props.sources ?? [],
    );
  const [folder, setFolder] = createSignal(false);
  const [keptSubdir, keepSubdir] = createSignal(proposedSubdir);
  const [keptFolder, keepFolder] = createSignal<LocalConfig | null>(null);
  const uuid = () => uuidOf(props.value);
  const chosen = () => {
    const drive = uuid();
    if (drive !== null) return drive;
    return folder() || mountPointOf(props.value) !== '' ? 'folder' : undefined;
  };
  const offerOf = (wanted: string) => state.offers()?.find((one) => one.uuid === wanted);

  const choose = (value: string) => {
    if (value === chosen()) return;
    if (uuid() !== null) keepSubdir(subdirOf(props.value));
    else if (mountPointOf(props.value) !== '') keepFolder(props.value);
    setFolder(value === 'folder');
    const offer = offerOf(value);
    if (offer) props.onChange(configOfDrive(props.value, offer, keptSubdir()));
    else props.onChange(keptFolder() ?? { mount_point: '', backup_subdir: '' });
  };

  // Each card stays the same while the drives are looked at again and again: a card that has the focus keeps it.
  const cards = mapArray(
    () => state.offers()?.map((offer) => offer.uuid) ?? [],
    (id) => ({
      value: id,
      get label() {
        return driveName(offerOf(id));
      },
      get note() {
        const offer = offerOf(id);
        return offer && driveNote(offer, state.spaceOf(offer.mountPoint));
      },
      get disabled() {
        const offer = offerOf(id);
        return offer?.state !== 'ready' && id !== uuid();
      },
      get icon() {
        return <HardDrive class="place-icon" size={24} aria-hidden="true" />;
      },
    }),
  );
  const folderCard = {
    value: 'folder',
    get label() {
      return t().place.folder;
    },
    get note() {
      return t().place.folderNote;
    },
    get icon() {
      return <Folder class="place-icon" size={24} aria-hidden="true" />;
    },
  };
  const choices = createMemo(() => [...cards(), folderCard]);
  const present = () => state.offers()?.some((offer) => offer.state !== 'away') ?? true;

  const [news, setNews] = createSignal('');
  createEffect(
    on(state.offers, (after, before) => {
      if (!after || !before) return;
      const { came, went } = changesOf(before, after);
      const said = [
        ...came.map((one) => t().place.appeared(driveName(one))),
        ...went.map((one) => t().place.left(driveName(one))),
      ];
      if (said.length > 0) setNews(said.join(' '));
    }),
  );
  return (
    <div class="stack" style={{ '--gap': 'var(--space-4)' }}>
      <Show when={state.offers() !== null || state.trouble()} fallback={<Skeleton lines={4} />}>
        <Show when={!present() || state.trouble()}>
          <NoDrive trouble={state.trouble()} />
        </Show>
        <RadioGroup label={t().place.label} look="cards" choices={choices()} value={chosen()} onChange={choose} />
      </Show>
      <p class="hidden" role="status">
        {news()}
      </p>
      <Show when={uuid()} keyed>
        {(id) => (
          <FolderOnDrive
            name={driveName(offerOf(id))}
            config={props.value}
            mountPoint={offerOf(id)?.state === 'ready' ? (offerOf(id)?.mountPoint ?? null) : null}
            onChange={props.onChange}
          />
        )}
      </Show>
      <Show when={chosen() === 'folder'}>
        <FolderOnBox
          config={props.value}
          seen={state.seen()}
          space={state.spaceOf(mountPointOf(props.value))}
          absent={state.isAbsent(mountPointOf(props.value))}
          onChange={props.onChange}
        />
      </Show>
      <div role="status">
        <Show when={state.sharing().length > 0 && pathOf(props.value) !== ''}>
          <Notice mood="warn" title={t().place.sameDisk}>
            <p>{t().place.sameDiskText(state.sharing().map(nameOf))}</p>
          </Notice>
        </Show>
      </div>
      <div role="alert">
        <Show when={props.error}>
          <Notice mood="bad">{props.error}</Notice>
        </Show>
      </div>
    </div>
  );
}

function NoDrive(props: { trouble: string | null }) {
  return (
    <Notice title={props.trouble ? t().place.failed : t().place.noDrive}>
      <p>{props.trouble ?? t().place.noDriveText}</p>
    </Notice>
  );
}

/** As it says on the label of the drive, else by its size. */
export const driveName = (offer: DriveOffer | undefined): string => {
  if (!offer) return t().place.driveKnown;
  return (
    offer.label ??
    (offer.size === null ? `${t().place.driveKnown} ${offer.uuid}` : t().place.drive(sizeWords(offer.size)))
  );
};

function sizeWords(size: string): string {
  const known = sizeBytes(size);
  return known === null ? size : bytes(known);
}

function driveNote(offer: DriveOffer, space: SpaceView | undefined): string {
  switch (offer.state) {
    case 'away':
      return t().place.away;
    case 'notMounted':
      return t().place.notMounted;
    case 'notAllowed':
      return t().place.notAllowed(offer.mountPoint ?? '');
    case 'readOnly':
      return t().place.readOnly;
    case 'ready': {
      const room = space
        ? t().place.free(space.free_bytes, space.total_bytes)
        : t().place.size(sizeWords(offer.size ?? ''));
      return offer.holdsSource ? `${room}. ${t().place.holdsSource}` : room;
    }
  }
}
